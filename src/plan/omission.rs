//! The kinds of what a target may refuse: the words `--allow-omissions` takes.

use super::address;
use super::graph::Graph;
use super::node::{Kind, NodeId};
use crate::catalog::Lookup;
use crate::ddl::{Action, Address, Statement};

/// Every word, but for `all`. Most are SQL's own words for a kind of object.
pub const KINDS: &[&str] = &[
    "access-method",
    "aggregate",
    "cast",
    "collation",
    "column",
    "comment",
    "constraint",
    "conversion",
    "database",
    "default-privileges",
    "domain",
    "event-trigger",
    "extension",
    "foreign-data-wrapper",
    "foreign-table",
    "function",
    "index",
    "language",
    "materialized-view",
    OTHER,
    "operator",
    "operator-class",
    "operator-family",
    "owner",
    "policy",
    "privilege",
    "procedure",
    "publication",
    "role",
    "rule",
    "schema",
    "security-label",
    "server",
    "statistics",
    "subscription",
    "table",
    "tablespace",
    "text-search-configuration",
    "text-search-dictionary",
    "text-search-parser",
    "text-search-template",
    "transform",
    "trigger",
    "type",
    "user-mapping",
    "view",
];

/// What has no word of its own.
pub(super) const OTHER: &str = "other";

/// The kind of what is missing without a statement: a property, or the object itself.
#[must_use]
pub fn kind(statement: &Statement) -> &'static str {
    match statement.action {
        Action::Owner => "owner",
        Action::Privilege if statement.object.kind == "DEFAULT PRIVILEGES" => "default-privileges",
        Action::Privilege => "privilege",
        Action::Comment => "comment",
        Action::SecurityLabel => "security-label",
        Action::Tablespace => "tablespace",
        Action::Role => "role",
        _ => of_object(statement.object.kind),
    }
}

/// What is missing without a statement, in words: the object, or a property of it.
#[must_use]
pub fn words(object: &Address, action: Action) -> String {
    match action {
        Action::Owner => format!("owner of {object}"),
        Action::Privilege if object.kind != "DEFAULT PRIVILEGES" => format!("privileges of {object}"),
        Action::Comment => format!("comment on {object}"),
        Action::SecurityLabel => format!("security label of {object}"),
        Action::Tablespace => format!("tablespace of {object}"),
        Action::Alter | Action::Tune => format!("settings of {object}"),
        Action::Refresh => format!("rows of {object}"),
        Action::Analyze => format!("statistics of {object}"),
        Action::Create | Action::Attach | Action::Role | Action::Privilege | Action::Drop => object.to_string(),
    }
}

/// The kind of what is missing without a node.
#[must_use]
pub(super) fn of_node(graph: &Graph, lookup: &Lookup<'_>, id: NodeId) -> &'static str {
    let node = &graph.nodes[id];
    match node.key.kind {
        Kind::Privileges => "privilege",
        Kind::SequenceOwner => "owner",
        _ => address::address(lookup, node).map_or(OTHER, |address| of_object(address.kind)),
    }
}

fn of_object(words: &str) -> &'static str {
    let word = words.to_lowercase().replace(' ', "-");
    KINDS.iter().find(|kind| **kind == word).copied().unwrap_or(OTHER)
}

/// Reads a list of kinds, separated by commas or spaces. `all` is every kind.
///
/// # Errors
///
/// The words it could have been.
pub fn parse(text: &str) -> Result<Vec<&'static str>, String> {
    let mut kinds = Vec::new();
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        if word.eq_ignore_ascii_case("all") {
            return Ok(KINDS.to_vec());
        }
        let kind = KINDS.iter().find(|kind| kind.eq_ignore_ascii_case(word));
        kinds.push(*kind.ok_or_else(expected)?);
    }
    if kinds.is_empty() { Err(expected()) } else { Ok(kinds) }
}

fn expected() -> String {
    format!("kinds of what may be left out: all, or a list of {}", KINDS.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::Address;

    #[test]
    fn kinds_are_read_in_any_case_and_unknown_ones_refused() {
        assert_eq!(parse("owner, Event-Trigger"), Ok(vec!["owner", "event-trigger"]));
        assert_eq!(parse("owner,all"), Ok(KINDS.to_vec()));
        for text in ["", ",", "owner,rows"] {
            assert!(parse(text).unwrap_err().contains("access-method, aggregate"), "{text}");
        }
    }

    #[test]
    fn a_property_goes_before_the_object_it_is_of() {
        let of = |action, words| kind(&Statement::new(action, &Address::global(words, "x"), ""));
        assert_eq!(of(Action::Owner, "SCHEMA"), "owner");
        assert_eq!(of(Action::Privilege, "DEFAULT PRIVILEGES"), "default-privileges");
        assert_eq!(of(Action::Create, "EVENT TRIGGER"), "event-trigger");
        assert_eq!(of(Action::Create, "ROW"), "other");
    }
}
