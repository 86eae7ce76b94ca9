//! Functions and procedures.

use super::about;
use super::statement::{Action, Address, Statement};
use crate::catalog::{Function, Lookup, ObjectId, class};

/// How SQL refers to a function or procedure.
#[must_use]
pub fn address(function: &Function) -> Address {
    let kind = if function.kind == "p" { "PROCEDURE" } else { "FUNCTION" };
    Address::routine(kind, &function.schema, &function.name, &function.identity_arguments)
}

/// A function or procedure with its owner and comment.
#[must_use]
pub fn create(lookup: &Lookup<'_>, function: &Function) -> Vec<Statement> {
    let address = address(function);
    let mut statements = vec![
        Statement::new(Action::Create, &address, function.definition.trim_end()),
        about::owner(&address, &function.owner),
    ];
    let id = ObjectId::new(class::PROC, function.oid);
    statements.extend(about::dropped_with(lookup, id, &address));
    statements.extend(about::comment(lookup, id, &address));
    statements
}
