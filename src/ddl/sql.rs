//! The one place that quotes identifiers and literals.

use std::fmt::{self, Write as _};

/// Quotes an identifier, always: a name that needs no quotes on one server version may be a keyword of the next.
#[must_use]
pub fn ident(name: &str) -> String {
    quoted(name, '"')
}

/// Quotes a string literal. Backslashes make it an `E''` literal, so that it means the same whatever
/// `standard_conforming_strings` says.
#[must_use]
pub fn literal(text: &str) -> String {
    if text.contains('\\') { format!("E{}", quoted(&text.replace('\\', "\\\\"), '\'')) } else { quoted(text, '\'') }
}

/// `"schema"."name"`.
#[must_use]
pub fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", ident(schema), ident(name))
}

/// `"schema".name` of an operator, whose name is made of symbols and never quoted.
#[must_use]
pub fn operator(schema: &str, name: &str) -> String {
    format!("{}.{name}", ident(schema))
}

/// `OPERATOR("schema".name)`, as expressions and parameters name an operator that may be in any schema.
#[must_use]
pub fn qualified_operator(schema: &str, name: &str) -> String {
    format!("OPERATOR({})", operator(schema, name))
}

/// Quoted identifiers, separated by commas.
#[must_use]
pub fn idents<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    join(names.into_iter().map(|name| ident(name.as_ref())))
}

/// Parts separated by a comma and a space.
#[must_use]
pub fn join(parts: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&part);
    }
    text
}

fn quoted(text: &str, quote: char) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for character in text.chars() {
        if character == quote {
            quoted.push(quote);
        }
        quoted.push(character);
    }
    quoted.push(quote);
    quoted
}

/// A name inside a schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QualifiedName {
    /// The schema's name, as stored.
    pub schema: String,
    /// The object's name, as stored.
    pub name: String,
}

impl QualifiedName {
    /// A name from its two parts, as the catalog stores them.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// `"schema"."name"`, for SQL.
    #[must_use]
    pub fn sql(&self) -> String {
        qualified(&self.schema, &self.name)
    }
}

/// For people: `schema.name`, quoted only where a reader could mistake it.
impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&readable(&self.schema))?;
        f.write_char('.')?;
        f.write_str(&readable(&self.name))
    }
}

/// A name for a person's eyes: quoted unless it is plain lower case. Line breaks, and whatever else
/// a terminal would obey, are shown as escapes.
#[must_use]
pub fn readable(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$';
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit() || c == '$') {
        name.to_owned()
    } else {
        let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        ident(name).chars().map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_always_quoted() {
        assert_eq!(ident("test"), r#""test""#);
        assert_eq!(ident(r#"a"b"#), r#""a""b""#);
        assert_eq!(qualified("s", "t.u"), r#""s"."t.u""#);
        assert_eq!(idents(["a", "b"]), r#""a", "b""#);
    }

    #[test]
    fn literals_survive_either_string_syntax() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\b'"), r"E'a\\b'''");
    }

    #[test]
    fn readable_names_are_quoted_only_when_they_must_be() {
        assert_eq!(QualifiedName::new("public", "test").to_string(), "public.test");
        assert_eq!(QualifiedName::new("Sales", "a\nb").to_string(), r#""Sales"."a\nb""#);
        assert_eq!(readable(""), r#""""#);
        assert_eq!(readable("1a"), r#""1a""#);
    }
}
