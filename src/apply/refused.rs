//! The nodes that the target refused, and those left out because they need one. Pure.

use std::collections::BTreeMap;

use crate::plan::node::NodeId;
use crate::plan::steps::Step;

/// What is left out so far, with the words for it.
#[derive(Debug, Default)]
pub struct Refused {
    nodes: BTreeMap<NodeId, String>,
}

impl Refused {
    /// Notes a node. Nothing needs what has none.
    pub(super) fn insert(&mut self, node: Option<NodeId>, object: &str) {
        if let Some(node) = node {
            self.nodes.insert(node, object.to_owned());
        }
    }

    /// Whether a node is left out.
    pub(super) fn contains(&self, node: Option<NodeId>) -> bool {
        node.is_some_and(|node| self.nodes.contains_key(&node))
    }

    /// The first of some nodes that is left out.
    pub(super) fn needed_by(&self, rests_on: &[NodeId]) -> Option<String> {
        rests_on.iter().find_map(|node| self.nodes.get(node)).cloned()
    }

    /// Whether a step need not be tried.
    pub(super) fn blocks(&self, step: &Step) -> bool {
        self.contains(step.node) || self.needed_by(&step.rests_on).is_some()
    }
}
