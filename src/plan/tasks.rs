//! What is made after the rows, as tasks of which several run at once.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::node::{Kind, NodeId};
use super::statements::{self, Context};
use super::steps::{Place, Places};
use crate::catalog::class;
use crate::ddl::{Address, Statement};

/// Statements that are made one after the other on one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The place of the node they make; None where it has none.
    pub place: Option<Place>,
    /// What they make.
    pub object: Address,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// The relations (by OID on the source) no other task may touch meanwhile: two foreign keys between the same tables
    /// would wait for each other's locks, two attachments to one index change the same catalog row.
    pub locks: BTreeSet<u32>,
    /// The tasks of the same phase that must have succeeded, by their place in it.
    pub needs: Vec<usize>,
    /// The places of the nodes it needs, made by any phase or before the rows.
    pub rests_on: Vec<Place>,
    /// Bytes of the table it works on: larger ones start first.
    pub weight: u64,
}

/// Tasks between two barriers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What it makes, for people.
    pub name: &'static str,
    /// The tasks; each needs only earlier ones.
    pub tasks: Vec<Task>,
}

/// Whether a phase makes nodes of a kind.
type Holds = fn(Kind) -> bool;

/// The phases in their order. Grants come before materialized views are filled, because REFRESH runs with the privileges of
/// the view's owner. Default privileges would touch whatever is made after them, so nothing is. Event
/// triggers would fire for every statement that follows.
const PHASES: [(&str, Holds); 8] = [
    ("indexes and constraints", |kind| kind < Kind::ForeignKey),
    ("foreign keys", |kind| kind == Kind::ForeignKey),
    ("rules, triggers and policies", |kind| {
        matches!(kind, Kind::Rule | Kind::Trigger | Kind::Policy | Kind::RowSecurity)
    }),
    ("privileges", |kind| matches!(kind, Kind::Privileges | Kind::DefaultPrivileges)),
    ("materialized views", |kind| kind == Kind::Refresh),
    ("publications", |kind| matches!(kind, Kind::Publication | Kind::PublicationTable | Kind::PublicationSchema)),
    ("settings of the database", |kind| kind == Kind::DatabaseSettings),
    ("event triggers", |kind| kind == Kind::EventTrigger),
];

/// Divides the nodes behind the rows, in order of creation, into phases. Without rows nothing is filled.
#[must_use]
pub(super) fn phases(context: &Context<'_>, made_at: &Places, nodes: &[NodeId], with_rows: bool) -> Vec<Phase> {
    let phases = PHASES.iter().filter(|(_, holds)| with_rows || !holds(Kind::Refresh));
    phases
        .map(|(name, holds)| {
            let nodes = nodes.iter().copied().filter(|id| holds(context.graph.nodes[*id].key.kind));
            Phase { name, tasks: tasks(context, made_at, nodes) }
        })
        .filter(|phase| !phase.tasks.is_empty())
        .collect()
}

fn tasks(context: &Context<'_>, made_at: &Places, nodes: impl Iterator<Item = NodeId>) -> Vec<Task> {
    let mut places: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut tasks = Vec::new();
    for id in nodes {
        let node = &context.graph.nodes[id];
        let statements = statements::statements(context, id);
        let Some(object) = address::address(context.lookup, node).filter(|_| !statements.is_empty()) else {
            continue;
        };
        let rests_on = made_at.rests_on(node);
        let needs = node.needs.union(&node.query_needs).filter_map(|need| places.get(need).copied());
        let needs = needs.collect::<BTreeSet<usize>>().into_iter().collect();
        places.insert(id, tasks.len());
        let (locks, weight) = (locks(context, id), weight(context, id));
        tasks.push(Task { place: made_at.of(id), object, statements, locks, needs, rests_on, weight });
    }
    tasks
}

/// The relation a node works on.
fn relation(context: &Context<'_>, id: NodeId) -> u32 {
    let (lookup, key) = (context.lookup, context.graph.nodes[id].key);
    match key.kind {
        Kind::KeyConstraint | Kind::ForeignKey | Kind::Check => lookup.constraint(key.object.oid).map(|of| of.relation),
        Kind::Index | Kind::IndexAttach => lookup.index(key.object.oid).map(|of| of.relation),
        Kind::Statistics => lookup.statistics_object(key.object.oid).map(|of| of.relation),
        Kind::Rule => lookup.rule(key.object.oid).map(|of| of.relation),
        Kind::Trigger => lookup.trigger(key.object.oid).map(|of| of.relation),
        Kind::Policy => lookup.policy(key.object.oid).map(|of| of.relation),
        _ if key.object.class == class::CLASS => Some(key.object.oid),
        _ => None,
    }
    .unwrap_or_default()
}

fn locks(context: &Context<'_>, id: NodeId) -> BTreeSet<u32> {
    let (lookup, key) = (context.lookup, context.graph.nodes[id].key);
    let relation = relation(context, id);
    match key.kind {
        // Indexes of one table are built at the same time; the servers' own locks keep them apart where they must be.
        Kind::Index | Kind::KeyConstraint | Kind::Privileges => BTreeSet::new(),
        Kind::IndexAttach => {
            let parents = lookup.parents(key.object.oid).iter().filter_map(|index| lookup.index(*index));
            parents.map(|index| index.relation).chain([relation]).collect()
        }
        Kind::ForeignKey => {
            let referenced = lookup.constraint(key.object.oid).map_or(0, |of| of.referenced);
            [relation, referenced].into_iter().flat_map(|table| lookup.with_descendants(table)).collect()
        }
        _ => lookup.with_descendants(relation).into_iter().filter(|oid| *oid != 0).collect(),
    }
}

fn weight(context: &Context<'_>, id: NodeId) -> u64 {
    let size = context.lookup.size(relation(context, id));
    size.map_or(0, |size| u64::try_from(size.heap_bytes.saturating_add(size.toast_bytes)).unwrap_or_default())
}
