//! Types that hold their own functions and are held by them: they can be dropped only together, with CASCADE.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::graph::Graph;
use super::node::NodeId;
use crate::catalog::{Catalog, Lookup, ObjectId, class};
use crate::ddl::{Address, types};

/// The types among those in the way with which nothing falls, by the target's own account of what depends on what, but what is in
/// the way itself. Others are dropped without CASCADE, so that the server names what holds them.
#[must_use]
pub(super) fn with_their_functions(
    named: &BTreeSet<&Address>,
    target: &Catalog,
    lookup: &Lookup<'_>,
) -> BTreeSet<Address> {
    let bases = target.base_types.iter().map(|of| (of.oid, types::address(&of.schema, &of.name)));
    let ranges = target.ranges.iter().filter(|of| of.canonical.is_some());
    let ranges = ranges.map(|of| (of.oid, types::address(&of.schema, &of.name)));
    let in_the_way: Vec<_> = bases.chain(ranges).filter(|(_, address)| named.contains(address)).collect();
    if in_the_way.is_empty() {
        return BTreeSet::new();
    }
    let mut dependents: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    for link in &target.depends {
        dependents.entry(link.referenced()).or_default().push(link.dependent());
    }
    let graph = Graph::new(lookup);
    let is_named = |object: ObjectId| graph.resolve(object).is_some_and(|id| is_named(named, &graph, lookup, id));
    let proven = in_the_way.into_iter().filter(|(oid, _)| falling(&dependents, *oid).into_iter().all(is_named));
    proven.map(|(_, address)| address).collect()
}

/// Everything that depends on a type, directly or not, itself included.
fn falling(dependents: &BTreeMap<ObjectId, Vec<ObjectId>>, oid: u32) -> BTreeSet<ObjectId> {
    let start = ObjectId::new(class::TYPE, oid);
    let (mut falling, mut waiting) = (BTreeSet::from([start]), vec![start]);
    while let Some(object) = waiting.pop() {
        waiting.extend(dependents.get(&object).into_iter().flatten().filter(|dependent| falling.insert(**dependent)));
    }
    falling
}

/// Whether a node, or what it is part of, is in the way by name.
fn is_named(named: &BTreeSet<&Address>, graph: &Graph, lookup: &Lookup<'_>, id: NodeId) -> bool {
    let node = &graph.nodes[id];
    address::address(lookup, node).is_some_and(|address| named.contains(&address))
        || node.part_of.is_some_and(|owner| is_named(named, graph, lookup, owner))
}
