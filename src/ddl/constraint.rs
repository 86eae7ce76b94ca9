//! Constraints that are added by a statement of their own.

use super::about;
use super::index;
use super::sql::{ident, literal};
use super::statement::{Action, Address, Statement};
use super::{relation, table, types};
use crate::catalog::{Constraint, Index, Lookup, ObjectId, Relation, RelationKind, class};

/// How SQL refers to a constraint of a table or domain.
#[must_use]
pub fn address(constraint: &Constraint, owner: &Address) -> Address {
    Address::on("CONSTRAINT", &constraint.name, owner)
}

/// The comment on a constraint, if it has one.
pub(super) fn comment(lookup: &Lookup<'_>, constraint: &Constraint, owner: &Address) -> Option<Statement> {
    about::comment(lookup, ObjectId::new(class::CONSTRAINT, constraint.oid), &address(constraint, owner))
}

/// The table or domain a constraint is on.
#[must_use]
pub fn owner_address(lookup: &Lookup<'_>, constraint: &Constraint) -> Option<Address> {
    if constraint.relation == 0 {
        lookup.domain(constraint.domain).map(types::domain_address)
    } else {
        lookup.relation(constraint.relation).map(relation::address)
    }
}

/// Adds a constraint to its table or domain, with its comment.
///
/// A primary key or unique constraint of a table that is not partitioned is made from a unique index, which keeps every
/// property of the index and holds the table's exclusive lock for a moment only. The server refuses that for partitioned
/// tables, exclusion constraints and WITHOUT OVERLAPS; of a child's primary key it would make an inherited NOT NULL the child's
/// own.
///
/// A partitioned table's exclusion constraint or key WITHOUT OVERLAPS makes those of the partitions itself.
#[must_use]
pub fn add(lookup: &Lookup<'_>, constraint: &Constraint) -> Vec<Statement> {
    let Some(owner) = owner_address(lookup, constraint) else { return Vec::new() };
    let address = address(constraint, &owner);
    if let Some(parent) = lookup.constraint(constraint.parent).filter(|parent| parent.comes_with_partitions()) {
        return adopt(lookup, constraint, parent, &owner);
    }
    let partitioned = is_of_partitioned(lookup, constraint);
    // A check propagates to the children that have it, and a partitioned table's foreign key to its partitions.
    let only = match constraint.kind.as_str() {
        _ if constraint.relation == 0 => "",
        "c" | "n" => "",
        "f" if partitioned => "",
        _ if partitioned && constraint.comes_with_partitions() => "",
        _ => "ONLY ",
    };
    let index = lookup.index(constraint.index).filter(|_| constraint.kind != "f");
    let mut statements = Vec::new();
    let clause = match index {
        Some(index) if takes_index(lookup, constraint) => {
            statements.push(index::create(index));
            using_index(constraint)
        }
        Some(index) if constraint.kind != "x" => with_options(constraint, index),
        _ => constraint.definition.clone(),
    };
    let sql = format!("ALTER {} {only}{} ADD CONSTRAINT {} {clause}", owner.kind, owner.sql, ident(&constraint.name));
    statements.push(Statement::new(Action::Create, &address, sql));
    if let Some(index) = index {
        statements.extend(index::settings(lookup, index));
    }
    statements.extend(comment(lookup, constraint, &owner));
    statements
}

/// Gives a partition's part of a constraint, which the server made and named, the name it has on the source.
fn adopt(lookup: &Lookup<'_>, constraint: &Constraint, parent: &Constraint, owner: &Address) -> Vec<Statement> {
    let Some(parent_owner) = owner_address(lookup, parent) else { return Vec::new() };
    let address = address(constraint, owner);
    let (table, name) = (literal(&owner.sql), literal(&constraint.name));
    let (parent_table, parent_name) = (literal(&parent_owner.sql), literal(&parent.name));
    let body = format!(
        "DECLARE
  given name := (SELECT c.conname FROM pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_constraint AS p ON p.oid = c.conparentid
                  WHERE c.conrelid = {table}::pg_catalog.regclass AND p.conrelid = {parent_table}::pg_catalog.regclass
                    AND p.conname = {parent_name});
BEGIN
  IF given IS DISTINCT FROM {name} THEN
    EXECUTE pg_catalog.format('ALTER TABLE ONLY %s RENAME CONSTRAINT %I TO %I', {table}, given, {name});
  END IF;
END"
    );
    let sql = format!("DO LANGUAGE plpgsql {}", literal(&body));
    let mut statements = vec![Statement::new(Action::Alter, &address, sql)];
    if let Some(index) = lookup.index(constraint.index) {
        statements.extend(index::settings(lookup, index));
    }
    statements.extend(comment(lookup, constraint, owner));
    statements
}

/// A foreign key for one table, in two statements: the first looks at no row, the second at all of them while others work on
/// both tables. `table` is the one the key is on, or a leaf of it, whose columns have the same names.
#[must_use]
pub fn validated_apart(constraint: &Constraint, table: &Relation) -> [Statement; 2] {
    let owner = relation::address(table);
    let address = address(constraint, &owner);
    let alter = |change: String| {
        let sql = format!("ALTER TABLE ONLY {} {change}", owner.sql);
        Statement::new(Action::Create, &address, sql)
    };
    let name = ident(&constraint.name);
    [
        alter(format!("ADD CONSTRAINT {name} {} NOT VALID", constraint.definition)),
        alter(format!("VALIDATE CONSTRAINT {name}")),
    ]
}

fn is_of_partitioned(lookup: &Lookup<'_>, constraint: &Constraint) -> bool {
    lookup.relation(constraint.relation).is_some_and(|table| table.relation_kind() == RelationKind::PartitionedTable)
}

fn takes_index(lookup: &Lookup<'_>, constraint: &Constraint) -> bool {
    let inherits_not_null = || {
        let Some(table) = lookup.relation(constraint.relation).filter(|table| !table.is_partition()) else {
            return false;
        };
        let columns = lookup.attributes(table.oid).iter().filter(|column| constraint.columns.contains(&column.number));
        columns.copied().any(|column| table::has_inherited_not_null(lookup, table, column))
    };
    match constraint.kind.as_str() {
        "p" | "u" if constraint.temporal || is_of_partitioned(lookup, constraint) => false,
        "p" => !inherits_not_null(),
        kind => kind == "u",
    }
}

fn using_index(constraint: &Constraint) -> String {
    let kind = if constraint.kind == "p" { "PRIMARY KEY" } else { "UNIQUE" };
    format!("{kind} USING INDEX {}{}", ident(&constraint.name), when_checked(constraint))
}

/// A key's definition with the storage parameters of its index, which `pg_get_constraintdef` leaves out.
fn with_options(constraint: &Constraint, index: &Index) -> String {
    let (definition, end) = (constraint.definition.as_str(), when_checked(constraint));
    let start = definition.strip_suffix(end).unwrap_or(definition);
    format!("{start}{}{end}", relation::with_options(&index.options, []))
}

fn when_checked(constraint: &Constraint) -> &'static str {
    match (constraint.deferrable, constraint.deferred) {
        (true, true) => " DEFERRABLE INITIALLY DEFERRED",
        (true, false) => " DEFERRABLE",
        _ => "",
    }
}
