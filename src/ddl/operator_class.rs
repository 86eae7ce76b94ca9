//! Operator families and operator classes.

use super::about;
use super::sql::{ident, join, operator, qualified};
use super::statement::{Action, Address, Statement};
use crate::catalog::{FamilyFunction, FamilyOperator, Lookup, ObjectId, OperatorClass, OperatorFamily, class};

/// How SQL refers to an operator family.
#[must_use]
pub fn family_address(of: &OperatorFamily) -> Address {
    using("OPERATOR FAMILY", &of.schema, &of.name, &of.access_method)
}

/// How SQL refers to an operator class.
#[must_use]
pub fn address(of: &OperatorClass) -> Address {
    using("OPERATOR CLASS", &of.schema, &of.name, &of.access_method)
}

fn using(kind: &'static str, schema: &str, name: &str, access_method: &str) -> Address {
    let mut address = Address::in_schema(kind, schema, name);
    address.sql.push_str(&format!(" USING {}", ident(access_method)));
    address.readable.push_str(&format!(" using {}", super::sql::readable(access_method)));
    address
}

/// An operator family without members, with its owner and comment.
#[must_use]
pub fn family(lookup: &Lookup<'_>, of: &OperatorFamily) -> Vec<Statement> {
    let address = family_address(of);
    let sql = format!("CREATE OPERATOR FAMILY {}", address.sql);
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::OPFAMILY, of.oid), &address));
    statements
}

/// The members that are in an operator family alone.
#[must_use]
pub fn family_members(lookup: &Lookup<'_>, of: &OperatorFamily) -> Statement {
    let address = family_address(of);
    let owner = ObjectId::new(class::OPFAMILY, of.oid);
    let sql = format!("ALTER OPERATOR FAMILY {} ADD {}", address.sql, join(members(lookup, owner)));
    Statement::new(Action::Alter, &address, sql)
}

/// An operator class with its members, owner and comment.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &OperatorClass) -> Vec<Statement> {
    let address = address(of);
    let id = ObjectId::new(class::OPCLASS, of.oid);
    let storage = of.storage_type.as_ref().map(|storage_type| format!("STORAGE {storage_type}"));
    let mut items: Vec<_> = storage.into_iter().chain(members(lookup, id)).collect();
    if items.is_empty() {
        // All its members are in the family alone, but the list cannot be empty.
        items.push(format!("STORAGE {}", of.input_type));
    }
    let sql = format!(
        "CREATE OPERATOR CLASS {}{} FOR TYPE {} USING {} FAMILY {} AS {}",
        qualified(&of.schema, &of.name),
        if of.is_default { " DEFAULT" } else { "" },
        of.input_type,
        ident(&of.access_method),
        qualified(&of.family_schema, &of.family_name),
        join(items)
    );
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, id, &address));
    statements
}

fn members(lookup: &Lookup<'_>, owner: ObjectId) -> impl Iterator<Item = String> {
    let operators = lookup.family_operators(owner).iter().map(|of| family_operator(of));
    operators.chain(lookup.family_functions(owner).iter().map(|of| family_function(of)))
}

fn family_operator(of: &FamilyOperator) -> String {
    let order = of.sort_family_schema.as_ref().zip(of.sort_family_name.as_ref());
    let order = order.map(|(schema, name)| format!(" FOR ORDER BY {}", qualified(schema, name))).unwrap_or_default();
    let name = operator(&of.schema, &of.name);
    format!("OPERATOR {} {name} ({}, {}){order}", of.strategy, of.left_type, of.right_type)
}

fn family_function(of: &FamilyFunction) -> String {
    format!("FUNCTION {} ({}, {}) {}", of.number, of.left_type, of.right_type, of.function)
}
