//! Constraints that are added by a statement of their own.

use super::about;
use super::index;
use super::sql::ident;
use super::statement::{Action, Address, Statement};
use super::{relation, types};
use crate::catalog::{Constraint, Lookup, ObjectId, Relation, RelationKind, class};

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
/// tables, exclusion constraints and WITHOUT OVERLAPS.
#[must_use]
pub fn add(lookup: &Lookup<'_>, constraint: &Constraint) -> Vec<Statement> {
    let Some(owner) = owner_address(lookup, constraint) else { return Vec::new() };
    let address = address(constraint, &owner);
    let partitioned = lookup
        .relation(constraint.relation)
        .is_some_and(|table| table.relation_kind() == RelationKind::PartitionedTable);
    // A check propagates to the children that have it, and a partitioned table's foreign key to its partitions.
    let only = match constraint.kind.as_str() {
        _ if constraint.relation == 0 => "",
        "c" | "n" => "",
        "f" if partitioned => "",
        _ => "ONLY ",
    };
    let index = lookup.index(constraint.index).filter(|_| constraint.kind != "f");
    let mut statements = Vec::new();
    let clause = match index {
        Some(index) if matches!(constraint.kind.as_str(), "p" | "u") && !partitioned && !constraint.temporal => {
            statements.push(index::create(index));
            using_index(constraint)
        }
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

fn using_index(constraint: &Constraint) -> String {
    let kind = if constraint.kind == "p" { "PRIMARY KEY" } else { "UNIQUE" };
    let mut clause = format!("{kind} USING INDEX {}", ident(&constraint.name));
    if constraint.deferrable {
        clause.push_str(" DEFERRABLE");
    }
    if constraint.deferred {
        clause.push_str(" INITIALLY DEFERRED");
    }
    clause
}
