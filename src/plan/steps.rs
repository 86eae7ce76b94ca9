//! What is made before the rows, one step a node, in order.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::graph::Graph;
use super::node::{Kind, Node, NodeId};
use super::statements::{self, Context};
use crate::catalog::{Lookup, RelationKind};
use crate::ddl::Statement;

/// A node's place in the order of creation. Unlike its number in the graph, it does not depend on the order of the catalog's
/// rows.
pub type Place = usize;

/// Where each node is made.
#[derive(Debug)]
pub(super) struct Places(BTreeMap<NodeId, Place>);

impl Places {
    /// The places of nodes in order of creation.
    #[must_use]
    pub(super) fn new<'a>(nodes: impl Iterator<Item = &'a NodeId>) -> Self {
        Self(nodes.enumerate().map(|(place, id)| (*id, place)).collect())
    }

    /// A node's own place; None where it is not made here.
    #[must_use]
    pub(super) fn of(&self, id: NodeId) -> Option<Place> {
        self.0.get(&id).copied()
    }

    /// The places of what a node needs, in order.
    #[must_use]
    pub(super) fn rests_on(&self, node: &Node) -> Vec<Place> {
        let places: BTreeSet<Place> = node.needs.union(&node.query_needs).filter_map(|need| self.of(*need)).collect();
        places.into_iter().collect()
    }
}

/// The statements that make one node, which is left out as a whole where the target refuses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its place; None for what has no node.
    pub place: Option<Place>,
    /// What it makes, for people.
    pub object: String,
    /// The statements, in order. None where it is made within another node's statement, which rests on it all the same.
    pub statements: Vec<Statement>,
    /// The places of the nodes it needs.
    pub rests_on: Vec<Place>,
    /// Whether something that holds rows or a sequence's value is, or needs, it. That is never left out: rows that do not
    /// arrive fail the run, whatever was accepted.
    pub is_required: bool,
}

impl Step {
    /// A statement that needs nothing, and that nothing needs.
    #[must_use]
    pub(super) fn alone(statement: Statement) -> Self {
        let object = statement.object.to_string();
        Self { place: None, object, statements: vec![statement], rests_on: Vec::new(), is_required: false }
    }
}

/// The steps of nodes in order of creation.
#[must_use]
pub(super) fn steps(context: &Context<'_>, places: &Places, nodes: &[NodeId]) -> Vec<Step> {
    let required = required(context.graph, context.lookup, nodes.iter());
    let step = |id: &NodeId| {
        let node = &context.graph.nodes[*id];
        Step {
            place: places.of(*id),
            object: address::describe(context.graph, context.lookup, *id),
            statements: statements::statements(context, *id),
            rests_on: places.rests_on(node),
            is_required: required.contains(id),
        }
    };
    nodes.iter().map(step).collect()
}

/// Everything that tables and sequences need, themselves included.
#[must_use]
pub(super) fn required<'a>(
    graph: &Graph,
    lookup: &Lookup<'_>,
    nodes: impl IntoIterator<Item = &'a NodeId>,
) -> BTreeSet<NodeId> {
    let mut waiting: Vec<NodeId> = nodes.into_iter().copied().filter(|id| holds_data(graph, lookup, *id)).collect();
    let mut required: BTreeSet<NodeId> = waiting.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        let node = &graph.nodes[id];
        waiting.extend(node.needs.union(&node.query_needs).filter(|need| required.insert(**need)));
    }
    required
}

/// A foreign table holds no rows of this database.
pub(super) fn holds_data(graph: &Graph, lookup: &Lookup<'_>, id: NodeId) -> bool {
    let key = graph.nodes[id].key;
    match key.kind {
        Kind::Table | Kind::TableAttach => {
            let relation = lookup.relation(key.object.oid);
            relation.is_some_and(|of| of.relation_kind() != RelationKind::ForeignTable)
        }
        Kind::Sequence | Kind::SequenceOwner | Kind::Default => true,
        _ => false,
    }
}
