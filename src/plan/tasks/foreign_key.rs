//! Foreign keys in two steps: NOT VALID, which takes a moment, then VALIDATE, which lets others work on both tables.

use std::collections::BTreeSet;

use super::parts::{self, APART_BYTES_MIN, Locks, Part};
use crate::catalog::{Constraint, Lookup, ObjectId, Relation, RelationKind};
use crate::ddl::{Statement, constraint};
use crate::plan::locks::LockMode;

/// The steps of a foreign key, or nothing where it is better, or can only be, added at once.
///
/// Before 18 a foreign key of a partitioned table cannot be NOT VALID, and on any version its partitions would be validated
/// one after the other: so each leaf gets the key first, and the key of the parent, which comes last, takes them in without
/// looking at a row. Where the referenced table is partitioned, VALIDATE leaves some of what the server keeps of
/// the key unvalidated (before 18), so it is added at once.
pub(super) fn parts(lookup: &Lookup<'_>, of: &Constraint, statements: &[Statement]) -> Option<Vec<Part>> {
    let kind = |oid: u32| lookup.relation(oid).map(Relation::relation_kind);
    let is_apart = of.validated
        && kind(of.referenced) == Some(RelationKind::Table)
        && parts::bytes(lookup, of.relation) >= APART_BYTES_MIN;
    if !is_apart {
        return None;
    }
    let (add, about) = statements.split_first()?;
    match kind(of.relation)? {
        RelationKind::Table => {
            let mut parts = validated_apart(lookup, of, lookup.relation(of.relation)?, 0);
            parts.last_mut()?.statements.extend_from_slice(about);
            Some(parts)
        }
        RelationKind::PartitionedTable => leaf_by_leaf(lookup, of, add, about),
        _ => None,
    }
}

fn leaf_by_leaf(lookup: &Lookup<'_>, of: &Constraint, add: &Statement, about: &[Statement]) -> Option<Vec<Part>> {
    let all = lookup.with_descendants(of.relation);
    let relations = all.iter().filter_map(|oid| lookup.relation(*oid));
    let leaves: Vec<_> = relations.filter(|table| table.relation_kind() == RelationKind::Table).collect();
    // A leaf that has a constraint of that name already gets the key from its parent, under the name the server chooses.
    let is_taken = |leaf: &&Relation| {
        lookup.constraints_of(ObjectId::relation(leaf.oid)).iter().any(|other| other.name == of.name)
    };
    if leaves.iter().any(is_taken) {
        return None;
    }
    let mut parts = Vec::new();
    for leaf in leaves {
        parts.extend(validated_apart(lookup, of, leaf, parts.len()));
    }
    let validations = (1..parts.len()).step_by(2).collect();
    let own: Locks = all.into_iter().map(|oid| (oid, LockMode::AccessExclusive)).collect();
    let locks = own.into_iter().chain([(of.referenced, LockMode::ShareRowExclusive)]).collect();
    let statements = [std::slice::from_ref(add), about].concat();
    parts.push(Part { statements, needs: validations, locks, weight: 0 });
    Some(parts)
}

/// The two steps for one table. `place` is that of the first.
fn validated_apart(lookup: &Lookup<'_>, of: &Constraint, table: &Relation, place: usize) -> Vec<Part> {
    let weight = parts::bytes(lookup, table.oid);
    let [add, validate] = constraint::validated_apart(of, table);
    let mut adding = parts::with_ancestors(lookup, table.oid, LockMode::ShareRowExclusive);
    adding.insert((of.referenced, LockMode::ShareRowExclusive));
    let mut validating = parts::with_ancestors(lookup, table.oid, LockMode::ShareUpdateExclusive);
    validating.insert((of.referenced, LockMode::RowShare));
    let part = |statement, needs, locks: BTreeSet<_>| Part { statements: vec![statement], needs, locks, weight };
    vec![part(add, Vec::new(), adding), part(validate, vec![place], validating)]
}
