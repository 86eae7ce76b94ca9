//! Which types take every value of which others.

use crate::catalog::Catalog;
use crate::ddl::sql::ident;

/// Whether every value of a type of the source, written as text, is a value of a type of the target with the same meaning. Both
/// as `format_type` writes them.
pub(super) fn takes(source: &Catalog, from: &str, to: &str) -> bool {
    if let (Some(from), Some(to)) = (from.strip_suffix("[]"), to.strip_suffix("[]")) {
        return takes(source, from, to);
    }
    let ((from_name, from_modifier), (to_name, to_modifier)) = (divided(from), divided(to));
    let is_enum = || source.enums.iter().any(|of| is_named(from, &of.schema, &of.name));
    from == to
        || match (from_name.as_str(), to_name.as_str()) {
            ("smallint", "integer" | "bigint" | "real" | "double precision")
            | ("integer", "bigint" | "double precision")
            | ("real", "double precision")
            | ("date", "timestamp without time zone")
            | ("cidr", "inet")
            | ("character varying", "text") => true,
            ("smallint" | "integer" | "bigint", "numeric") | ("text", "character varying") => to_modifier.is_none(),
            ("numeric", "numeric") => match (&from_modifier, &to_modifier) {
                (_, None) => true,
                (Some(from), Some(to)) => {
                    numeric(from).zip(numeric(to)).is_some_and(|((digits, scale), (digits_max, scale_max))| {
                        scale <= scale_max && digits - scale <= digits_max - scale_max
                    })
                }
                (None, Some(_)) => false,
            },
            ("bit", "bit varying") => longer(from_modifier.as_deref().or(Some("1")), to_modifier.as_deref()),
            ("character varying", "character varying")
            | ("bit varying", "bit varying")
            | ("character", "character")
            | ("timestamp without time zone", "timestamp without time zone")
            | ("timestamp with time zone", "timestamp with time zone")
            | ("time without time zone", "time without time zone")
            | ("time with time zone", "time with time zone")
            | ("interval", "interval") => longer(from_modifier.as_deref(), to_modifier.as_deref()),
            (_, "text" | "character varying") => to_modifier.is_none() && is_enum(),
            _ => {
                source.domains.iter().any(|of| is_named(from, &of.schema, &of.name) && takes(source, &of.base_type, to))
            }
        }
}

/// A type that takes the text of a type's values as they are and leaves what its modifier and its domain say to an assignment: an
/// explicit cast would cut a value to the modifier's length without a word.
pub(super) fn base(catalog: &Catalog, type_name: &str) -> String {
    if let Some(element) = type_name.strip_suffix("[]") {
        // Values of arrays are read by their input function, which minds domains and says what does not fit.
        return format!("{}[]", without_modifier(element));
    }
    let domain = catalog.domains.iter().find(|of| is_named(type_name, &of.schema, &of.name));
    domain.map_or_else(|| without_modifier(type_name), |of| base(catalog, &of.base_type))
}

fn without_modifier(type_name: &str) -> String {
    match divided(type_name).0.as_str() {
        // Without a length these two are of length 1.
        "bit" => "\"bit\"".to_owned(),
        "character" => "bpchar".to_owned(),
        name => name.to_owned(),
    }
}

/// Whether `format_type` writes a type of this name so. It quotes what a keyword could be taken for, and not more than it must.
pub(super) fn is_named(type_name: &str, schema: &str, name: &str) -> bool {
    let forms = |part: &str| [part.to_owned(), ident(part)];
    forms(schema).iter().any(|schema| forms(name).iter().any(|name| format!("{schema}.{name}") == type_name))
}

/// A type's name and its modifier: `timestamp(3) without time zone` has `3`.
fn divided(type_name: &str) -> (String, Option<String>) {
    let mut in_quotes = false;
    let open = type_name.find(|character| {
        in_quotes ^= character == '"';
        character == '(' && !in_quotes
    });
    let parts = open.and_then(|open| {
        let close = open + type_name[open..].find(')')?;
        Some((format!("{}{}", &type_name[..open], &type_name[close + 1..]), type_name[open + 1..close].to_owned()))
    });
    parts.map_or_else(|| (type_name.to_owned(), None), |(name, modifier)| (name, Some(modifier)))
}

/// Precision and scale.
fn numeric(modifier: &str) -> Option<(i32, i32)> {
    let (digits, scale) = modifier.split_once(',')?;
    Some((digits.trim().parse().ok()?, scale.trim().parse().ok()?))
}

/// Whether a length or precision is at least another; without one there is no limit.
fn longer(from: Option<&str>, to: Option<&str>) -> bool {
    let length = |modifier: &str| modifier.parse::<u32>().ok();
    match (from, to) {
        (_, None) => true,
        (Some(from), Some(to)) => length(from).zip(length(to)).is_some_and(|(from, to)| from <= to),
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_types_take_every_value() {
        let catalog = Catalog::default();
        for (from, to, expected) in [
            ("integer", "bigint", true),
            ("bigint", "integer", false),
            ("integer", "real", false),
            ("integer[]", "bigint[]", true),
            ("integer[]", "bigint", false),
            ("bigint", "numeric", true),
            ("bigint", "numeric(10,0)", false),
            ("numeric(10,2)", "numeric", true),
            ("numeric", "numeric(10,2)", false),
            ("numeric(10,2)", "numeric(12,4)", true),
            ("numeric(10,2)", "numeric(11,4)", false),
            ("character varying(10)", "text", true),
            ("character varying(10)", "character varying(9)", false),
            ("character varying(10)", "character varying", true),
            ("text", "character varying", true),
            ("text", "character varying(10)", false),
            ("timestamp(3) without time zone", "timestamp without time zone", true),
            ("timestamp without time zone", "timestamp(3) without time zone", false),
            ("timestamp without time zone", "timestamp with time zone", false),
            ("bit(3)", "bit varying(2)", false),
            ("json", "jsonb", false),
            ("public.\"a(b\"", "public.\"a(b\"", true),
        ] {
            assert_eq!(takes(&catalog, from, to), expected, "{from} into {to}");
        }
    }

    #[test]
    fn casts_go_to_types_that_cut_nothing() {
        let catalog = Catalog::default();
        for (type_name, cast) in [
            ("character varying(10)", "character varying"),
            ("character(3)", "bpchar"),
            ("character(3)[]", "bpchar[]"),
            ("bit(3)", "\"bit\""),
            ("timestamp(3) without time zone", "timestamp without time zone"),
            ("public.\"a(b\"", "public.\"a(b\""),
        ] {
            assert_eq!(base(&catalog, type_name), cast);
        }
    }
}
