//! Enum, composite, domain and range types.

use super::about;
use super::constraint;
use super::sql::{ident, join, literal, qualified};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Attribute, Composite, Constraint, Domain, Enum, Lookup, ObjectId, Range, class};

/// How SQL refers to a type.
#[must_use]
pub fn address(schema: &str, name: &str) -> Address {
    Address::in_schema("TYPE", schema, name)
}

/// How SQL refers to a domain.
#[must_use]
pub fn domain_address(domain: &Domain) -> Address {
    Address::in_schema("DOMAIN", &domain.schema, &domain.name)
}

/// An enum type with its owner and comment.
#[must_use]
pub fn enum_type(lookup: &Lookup<'_>, of: &Enum) -> Vec<Statement> {
    let address = address(&of.schema, &of.name);
    let labels = join(of.labels.iter().map(|label| literal(label)));
    let create = format!("CREATE TYPE {} AS ENUM ({labels})", address.sql);
    complete(lookup, of.oid, &of.owner, &address, create)
}

/// A composite type with its owner and the comments on it and its attributes.
#[must_use]
pub fn composite(lookup: &Lookup<'_>, of: &Composite) -> Vec<Statement> {
    let address = address(&of.schema, &of.name);
    let attributes = join(lookup.attributes(of.relation).iter().map(|attribute| composite_attribute(attribute)));
    let create = format!("CREATE TYPE {} AS ({attributes})", address.sql);
    let mut statements = complete(lookup, of.oid, &of.owner, &address, create);
    statements.extend(about::column_comments(lookup, of.relation, &address));
    statements
}

fn composite_attribute(attribute: &Attribute) -> String {
    let mut text = format!("{} {}", ident(&attribute.name), attribute.type_name);
    text.push_str(&collate(attribute.collation_schema.as_deref(), attribute.collation_name.as_deref()));
    text
}

/// A domain with the constraints that can be part of it, its owner and comments. `is_separate` says which constraints are
/// added by a statement of their own.
#[must_use]
pub fn domain(lookup: &Lookup<'_>, of: &Domain, is_separate: impl Fn(&Constraint) -> bool) -> Vec<Statement> {
    let address = domain_address(of);
    let constraints = lookup.constraints_of(ObjectId::new(class::TYPE, of.oid));
    let inline: Vec<_> = constraints.iter().filter(|constraint| !is_separate(constraint)).collect();
    let mut create = format!("CREATE DOMAIN {} AS {}", address.sql, of.base_type);
    create.push_str(&collate(of.collation_schema.as_deref(), of.collation_name.as_deref()));
    if let Some(default) = &of.default_value {
        create.push_str(" DEFAULT ");
        create.push_str(default);
    }
    if of.not_null && !inline.iter().any(|constraint| constraint.kind == "n") {
        create.push_str(" NOT NULL");
    }
    for constraint in &inline {
        create.push_str(&format!(" CONSTRAINT {} {}", ident(&constraint.name), constraint.definition));
    }
    let mut statements = complete(lookup, of.oid, &of.owner, &address, create);
    let comments = inline.iter().filter_map(|constraint| constraint::comment(lookup, constraint, &address));
    statements.extend(comments);
    statements
}

/// A range type with its owner and comment.
#[must_use]
pub fn range(lookup: &Lookup<'_>, of: &Range) -> Vec<Statement> {
    let address = address(&of.schema, &of.name);
    let mut parts = vec![format!("SUBTYPE = {}", of.subtype)];
    let named = |word: &str, schema: &Option<String>, name: &Option<String>| {
        Some(format!("{word} = {}", qualified(schema.as_deref()?, name.as_deref()?)))
    };
    parts.extend(named("SUBTYPE_OPCLASS", &of.opclass_schema, &of.opclass_name));
    parts.extend(named("COLLATION", &of.collation_schema, &of.collation_name));
    parts.extend(of.canonical.as_ref().map(|function| format!("CANONICAL = {function}")));
    parts.extend(of.subdiff.as_ref().map(|function| format!("SUBTYPE_DIFF = {function}")));
    parts.extend(named("MULTIRANGE_TYPE_NAME", &of.multirange_schema, &of.multirange_name));
    let create = format!("CREATE TYPE {} AS RANGE ({})", address.sql, join(parts));
    complete(lookup, of.oid, &of.owner, &address, create)
}

/// ` COLLATE "schema"."name"`, or nothing.
pub(super) fn collate(schema: Option<&str>, name: Option<&str>) -> String {
    match (schema, name) {
        (Some(schema), Some(name)) => format!(" COLLATE {}", qualified(schema, name)),
        _ => String::new(),
    }
}

pub(super) fn complete(
    lookup: &Lookup<'_>,
    oid: u32,
    owner: &str,
    address: &Address,
    create: String,
) -> Vec<Statement> {
    let mut statements = vec![Statement::new(Action::Create, address, create), about::owner(address, owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::TYPE, oid), address));
    statements
}
