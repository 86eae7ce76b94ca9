//! In which version an extension is made on the target.
//!
//! The source's own version where the target's package still has it: what the copy brings along beside it (rows of
//! configuration tables, privileges on members, columns of its types) fits that version, and nobody but the user changes what
//! the database does. Otherwise the package's default version, unless that is an older one.

use std::cmp::Ordering;

use super::LeftOut;
use crate::catalog::{Catalog, Extension};
use crate::ddl::schema;

/// What becomes of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Making<'a> {
    /// Nothing is known of the target: whatever version its package makes by itself.
    Unknown,
    /// It is on the target already, in this version, and stays as it is.
    Existing(&'a str),
    /// It is made in the source's version.
    Exact,
    /// It is made in this version, which the package has in its place.
    Other(&'a str),
    /// The target has no package of this name.
    Absent,
    /// The target's package has only this older version.
    Older(&'a str),
}

/// Decides how an extension of the source is made.
#[must_use]
pub(super) fn making<'a>(of: &Extension, target: &'a Catalog) -> Making<'a> {
    if let Some(existing) = target.extensions.iter().find(|existing| existing.name == of.name) {
        return Making::Existing(&existing.version);
    }
    if target.provided_names.is_empty() {
        return Making::Unknown;
    }
    let mut available = target.available_extensions.iter().filter(|available| available.name == of.name).peekable();
    let mut default = available.peek().map(|first| &first.version);
    for version in available {
        if version.version == of.version {
            return Making::Exact;
        }
        if version.is_default {
            default = Some(&version.version);
        }
    }
    match default {
        None => Making::Absent,
        Some(default) if compare(default, &of.version) == Some(Ordering::Less) => Making::Older(default),
        Some(default) => Making::Other(default),
    }
}

/// Says where the target's version is another than the source's.
#[must_use]
pub(super) fn difference(of: &Extension, target: &Catalog) -> Option<LeftOut> {
    let reason = match making(of, target) {
        Making::Existing(version) if version != of.version => {
            format!("the extension is on the target in version {version} and stays as it is there")
        }
        Making::Other(version) => format!("the target's package does not have it; version {version} takes its place"),
        _ => return None,
    };
    Some(LeftOut { object: format!("version {} of {}", of.version, schema::extension_address(of)), reason, kind: None })
}

/// Which of two versions is older, as far as numbers between dots tell.
fn compare(one: &str, other: &str) -> Option<Ordering> {
    let numbers = |version: &str| version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>();
    Some(numbers(one)?.cmp(&numbers(other)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{AvailableExtension, ProvidedName};

    fn target(versions: &[(&str, bool)]) -> Catalog {
        let available = |(version, is_default): &(&str, bool)| AvailableExtension {
            name: "far".to_owned(),
            version: (*version).to_owned(),
            is_default: *is_default,
        };
        Catalog {
            available_extensions: versions.iter().map(available).collect(),
            provided_names: vec![ProvidedName { kind: "role".to_owned(), name: "anybody".to_owned() }],
            ..Catalog::default()
        }
    }

    fn extension(version: &str) -> Extension {
        Extension { oid: 1, name: "far".to_owned(), schema: "public".to_owned(), version: version.to_owned() }
    }

    #[test]
    fn the_sources_version_goes_before_a_newer_one_and_an_older_one_does_not_do() {
        let (two, dotted) = (target(&[("1.2", false), ("1.10", true)]), target(&[("9", true)]));
        assert_eq!(making(&extension("1.2"), &two), Making::Exact);
        assert_eq!(making(&extension("1.9"), &two), Making::Other("1.10"));
        assert_eq!(making(&extension("1.11"), &two), Making::Older("1.10"));
        assert_eq!(making(&extension("9.1"), &dotted), Making::Older("9"));
        assert_eq!(making(&extension("dev"), &two), Making::Other("1.10"));
        assert_eq!(making(&extension("1"), &target(&[])), Making::Absent);
        assert_eq!(making(&extension("1"), &Catalog::default()), Making::Unknown);
    }

    #[test]
    fn an_extension_that_is_there_stays() {
        let there = Catalog { extensions: vec![extension("1")], ..Catalog::default() };
        assert_eq!(making(&extension("2"), &there), Making::Existing("1"));
        assert_eq!(difference(&extension("1"), &there), None);
        let said = difference(&extension("2"), &there).unwrap();
        assert_eq!(said.object, "version 2 of extension far");
    }
}
