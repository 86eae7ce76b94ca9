//! Schemas and extensions.

use super::about;
use super::sql::{ident, literal};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Extension, Lookup, Namespace, ObjectId, class};

/// How SQL refers to a schema.
#[must_use]
pub fn namespace_address(namespace: &Namespace) -> Address {
    Address::global("SCHEMA", &namespace.name)
}

/// How SQL refers to an extension.
#[must_use]
pub fn extension_address(extension: &Extension) -> Address {
    Address::global("EXTENSION", &extension.name)
}

/// What a schema that the target has already looks like there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing<'a> {
    /// Its owner.
    pub owner: &'a str,
    /// Its comment.
    pub comment: Option<&'a str>,
}

/// A schema with its owner and comment. Of one that is there already only what differs is changed.
#[must_use]
pub fn namespace(lookup: &Lookup<'_>, namespace: &Namespace, existing: Option<&Existing<'_>>) -> Vec<Statement> {
    let address = namespace_address(namespace);
    let mut statements = Vec::new();
    if existing.is_none() {
        statements.push(Statement::new(Action::Create, &address, format!("CREATE SCHEMA {}", address.sql)));
    }
    if existing.is_none_or(|existing| existing.owner != namespace.owner) {
        statements.push(about::owner(&address, &namespace.owner));
    }
    let id = ObjectId::new(class::NAMESPACE, namespace.oid);
    let comment = lookup.comments(id).first().map(|comment| comment.text.as_str());
    if existing.is_none_or(|existing| existing.comment != comment) {
        statements
            .extend(about::comment(lookup, id, &address).or_else(|| existing.map(|_| about::no_comment(&address))));
    }
    statements
}

/// An extension in its schema, in a version or else in the one the target's package makes by itself.
#[must_use]
pub fn extension(lookup: &Lookup<'_>, extension: &Extension, version: Option<&str>) -> Vec<Statement> {
    let address = extension_address(extension);
    let version = version.map_or_else(String::new, |version| format!(" VERSION {}", literal(version)));
    let schema = ident(&extension.schema);
    let sql = format!("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {schema}{version}", address.sql);
    let mut statements = vec![Statement::new(Action::Create, &address, sql)];
    statements.extend(about::comment(lookup, ObjectId::new(class::EXTENSION, extension.oid), &address));
    statements
}
