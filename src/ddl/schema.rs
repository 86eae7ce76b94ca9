//! Schemas and extensions.

use super::about;
use super::sql::ident;
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

/// A schema with its owner and comment. `existing_owner` is its owner on the target where the target has it already; then
/// only what differs is changed.
#[must_use]
pub fn namespace(lookup: &Lookup<'_>, namespace: &Namespace, existing_owner: Option<&str>) -> Vec<Statement> {
    let address = namespace_address(namespace);
    let mut statements = Vec::new();
    if existing_owner.is_none() {
        statements.push(Statement::new(Action::Create, &address, format!("CREATE SCHEMA {}", address.sql)));
    }
    if existing_owner != Some(namespace.owner.as_str()) {
        statements.push(about::owner(&address, &namespace.owner));
    }
    statements.extend(about::comment(lookup, ObjectId::new(class::NAMESPACE, namespace.oid), &address));
    statements
}

/// An extension in its schema, in the version the target's packages make, as `pg_dump` has it.
#[must_use]
pub fn extension(lookup: &Lookup<'_>, extension: &Extension) -> Vec<Statement> {
    let address = extension_address(extension);
    let sql = format!("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}", address.sql, ident(&extension.schema));
    let mut statements = vec![Statement::new(Action::Create, &address, sql)];
    statements.extend(about::comment(lookup, ObjectId::new(class::EXTENSION, extension.oid), &address));
    statements
}
