//! The parts of a node that are done one by one, each with the locks it takes.
//!
//! Source of the locks: manual, "Table-Level Locks" and the pages of the statements; for ATTACH of an index
//! `ATExecAttachPartitionIdx` in `tablecmds.c`.

use std::collections::BTreeSet;

use super::foreign_key;
use crate::catalog::{Constraint, Lookup, RelationKind, class};
use crate::ddl::{Action, Statement};
use crate::plan::locks::LockMode;
use crate::plan::node::{Kind, NodeId};
use crate::plan::statements::Context;

/// The least a table must hold for its indexes and constraints to be taken apart. Below, the second round trip costs more than
/// the lock that is held a moment longer.
pub(super) const APART_BYTES_MIN: u64 = 8 << 20;

/// The locks of a part: relation by OID on the source, and mode.
pub(super) type Locks = BTreeSet<(u32, LockMode)>;

/// Statements of a node that are run together.
#[derive(Debug)]
pub(super) struct Part {
    /// The statements, in order.
    pub(super) statements: Vec<Statement>,
    /// The parts it needs, by their place; a part that needs none needs what the node needs.
    pub(super) needs: Vec<usize>,
    /// What they lock.
    pub(super) locks: Locks,
    /// Bytes of the table they work on.
    pub(super) weight: u64,
}

/// Divides the statements of a node.
pub(super) fn parts(context: &Context<'_>, id: NodeId, statements: Vec<Statement>, with_rows: bool) -> Vec<Part> {
    let (lookup, key) = (context.lookup, context.graph.nodes[id].key);
    let relation = relation(context, id);
    let weight = bytes(lookup, relation);
    if with_rows
        && key.kind == Kind::ForeignKey
        && let Some(of) = lookup.constraint(key.object.oid)
        && let Some(parts) = foreign_key::parts(lookup, of, &statements)
    {
        return parts;
    }
    if key.kind == Kind::KeyConstraint
        && lookup.constraint(key.object.oid).is_some_and(Constraint::comes_with_partitions)
    {
        let mut locks = with_ancestors(lookup, relation, LockMode::AccessExclusive);
        locks.extend(lookup.with_descendants(relation).into_iter().map(|oid| (oid, LockMode::AccessExclusive)));
        return vec![Part { statements, needs: Vec::new(), locks, weight }];
    }
    if matches!(key.kind, Kind::Index | Kind::KeyConstraint) {
        return index(lookup, relation, weight, statements);
    }
    vec![Part { statements, needs: Vec::new(), locks: locks(context, id, relation), weight }]
}

/// The build of an index lets others on the same table go on; what makes a constraint of it does not, but takes no time.
fn index(lookup: &Lookup<'_>, relation: u32, weight: u64, mut statements: Vec<Statement>) -> Vec<Part> {
    let is_build = statements.first().is_some_and(|first| first.object.kind == "INDEX");
    let building = || with_ancestors(lookup, relation, LockMode::Share);
    let changing = || with_ancestors(lookup, relation, LockMode::AccessExclusive);
    let changes = |statement: &Statement| matches!(statement.action, Action::Create | Action::Alter);
    if !is_build {
        // A constraint the server builds the index of by itself.
        return vec![Part { statements, needs: Vec::new(), locks: changing(), weight }];
    }
    let changes_table = statements[1..].iter().any(changes);
    if !changes_table || weight < APART_BYTES_MIN {
        let locks = if changes_table { changing() } else { building() };
        return vec![Part { statements, needs: Vec::new(), locks, weight }];
    }
    let rest = statements.split_off(1);
    vec![
        Part { statements, needs: Vec::new(), locks: building(), weight },
        Part { statements: rest, needs: vec![0], locks: changing(), weight },
    ]
}

/// The relation whose index or constraint a node is; 0 where it is neither.
pub(super) fn indexed(context: &Context<'_>, id: NodeId) -> u32 {
    let kind = context.graph.nodes[id].key.kind;
    let is_either =
        matches!(kind, Kind::KeyConstraint | Kind::ForeignKey | Kind::Check | Kind::Index | Kind::IndexAttach);
    if is_either { relation(context, id) } else { 0 }
}

/// The relation a node works on; 0 where there is none.
fn relation(context: &Context<'_>, id: NodeId) -> u32 {
    let (lookup, key) = (context.lookup, context.graph.nodes[id].key);
    match key.kind {
        Kind::KeyConstraint | Kind::ForeignKey | Kind::Check => lookup.constraint(key.object.oid).map(|of| of.relation),
        Kind::Index | Kind::IndexAttach => lookup.index(key.object.oid).map(|of| of.relation),
        Kind::Statistics => lookup.statistics_object(key.object.oid).map(|of| of.relation),
        Kind::Rule => lookup.rule(key.object.oid).map(|of| of.relation),
        Kind::Trigger => lookup.trigger(key.object.oid).map(|of| of.relation),
        Kind::Policy => lookup.policy(key.object.oid).map(|of| of.relation),
        Kind::PublicationTable => lookup.publication_table(key.object.oid).map(|of| of.relation),
        _ if key.object.class == class::CLASS => Some(key.object.oid),
        _ => None,
    }
    .unwrap_or_default()
}

/// The locks of what is done in one piece.
fn locks(context: &Context<'_>, id: NodeId, relation: u32) -> Locks {
    let (lookup, key) = (context.lookup, context.graph.nodes[id].key);
    let all = |mode| lookup.with_descendants(relation).into_iter().map(move |oid| (oid, mode));
    let locks: Locks = match key.kind {
        Kind::IndexAttach => return attachment(lookup, key.object.oid),
        Kind::ForeignKey => {
            let referenced = lookup.constraint(key.object.oid).map_or(0, |of| of.referenced);
            let referenced = lookup.with_descendants(referenced).into_iter();
            all(LockMode::ShareRowExclusive).chain(referenced.map(|oid| (oid, LockMode::ShareRowExclusive))).collect()
        }
        Kind::Trigger => all(LockMode::ShareRowExclusive).collect(),
        Kind::Statistics | Kind::PublicationTable => BTreeSet::from([(relation, LockMode::ShareUpdateExclusive)]),
        // What they rewrite, GRANT reads and writes without a lock on the table: they have a stage of their own.
        Kind::Privileges => BTreeSet::new(),
        _ => all(LockMode::AccessExclusive).collect(),
    };
    locks.into_iter().filter(|(oid, _)| *oid != 0).collect()
}

/// An index that is attached, the index it is attached to, and every index above, which may become valid by it.
fn attachment(lookup: &Lookup<'_>, child: u32) -> Locks {
    let mut locks = BTreeSet::from([(child, LockMode::AccessExclusive)]);
    let mut above = child;
    while let Some(parent) = lookup.parents(above).first().copied() {
        locks.insert((parent, LockMode::AccessExclusive));
        above = parent;
    }
    let tables = locks.iter().filter_map(|(index, _)| lookup.index(*index)).map(|index| index.relation);
    let tables: Vec<_> = tables.map(|table| (table, LockMode::ShareUpdateExclusive)).collect();
    locks.extend(tables);
    locks
}

/// A lock on a table; its ancestors are looked at, because they bound what it may hold.
pub(super) fn with_ancestors(lookup: &Lookup<'_>, relation: u32, mode: LockMode) -> Locks {
    let mut locks = BTreeSet::from([(relation, mode)]);
    let mut waiting = lookup.parents(relation).to_vec();
    while let Some(parent) = waiting.pop() {
        if locks.insert((parent, LockMode::AccessShare)) {
            waiting.extend(lookup.parents(parent));
        }
    }
    locks
}

/// What a table holds, with its descendants where it holds nothing itself.
pub(in crate::plan) fn bytes(lookup: &Lookup<'_>, relation: u32) -> u64 {
    let own = |oid: u32| {
        let size = lookup.size(oid);
        size.map_or(0, |size| u64::try_from(size.heap_bytes.saturating_add(size.toast_bytes)).unwrap_or_default())
    };
    let is_partitioned =
        lookup.relation(relation).is_some_and(|of| of.relation_kind() == RelationKind::PartitionedTable);
    if is_partitioned { lookup.with_descendants(relation).into_iter().map(own).sum() } else { own(relation) }
}
