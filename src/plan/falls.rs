//! Types that hold their own functions and are held by them: they can be dropped only together, with CASCADE.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::graph::Graph;
use super::node::NodeId;
use crate::catalog::{Catalog, Dependency, Lookup, ObjectId, class};
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
    let falls_with = links(target);
    let graph = Graph::new(lookup);
    let is_named = |object: ObjectId| graph.resolve(object).is_some_and(|id| is_named(named, &graph, lookup, id));
    let is_proven = |oid: u32| {
        let falling = falling(&falls_with, oid);
        let goes_along = going_along(target, &falling);
        falling.difference(&goes_along).all(|object| is_named(*object))
    };
    let proven = in_the_way.into_iter().filter(|(oid, _)| is_proven(*oid));
    proven.map(|(_, address)| address).collect()
}

/// What falls with each object by CASCADE: what depends on it, and what it is a part of, as a view falls with its query.
fn links(target: &Catalog) -> BTreeMap<ObjectId, Vec<ObjectId>> {
    let mut falls_with: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    for link in &target.depends {
        falls_with.entry(link.referenced()).or_default().push(link.dependent());
        if matches!(link.kind.as_str(), "i" | "e") {
            falls_with.entry(link.dependent()).or_default().push(link.referenced());
        }
    }
    falls_with
}

/// Everything that falls with a type, directly or not, itself included.
fn falling(falls_with: &BTreeMap<ObjectId, Vec<ObjectId>>, oid: u32) -> BTreeSet<ObjectId> {
    let start = ObjectId::new(class::TYPE, oid);
    let (mut falling, mut waiting) = (BTreeSet::from([start]), vec![start]);
    while let Some(object) = waiting.pop() {
        waiting.extend(falls_with.get(&object).into_iter().flatten().filter(|other| falling.insert(**other)));
    }
    falling
}

/// What of it the server drops even without CASCADE when the rest is dropped, such as the index of a table's TOAST table, which
/// bears no name that anybody gave.
fn going_along(target: &Catalog, falling: &BTreeSet<ObjectId>) -> BTreeSet<ObjectId> {
    let is_part = |kind: &str| matches!(kind, "a" | "i" | "P" | "S");
    let parts = target.depends.iter().filter(|link| is_part(&link.kind) && falling.contains(&link.referenced()));
    parts.map(Dependency::dependent).collect()
}

/// Whether a node, or what it is part of, is in the way by name.
fn is_named(named: &BTreeSet<&Address>, graph: &Graph, lookup: &Lookup<'_>, id: NodeId) -> bool {
    let node = &graph.nodes[id];
    address::address(lookup, node).is_some_and(|address| named.contains(&address))
        || node.part_of.is_some_and(|owner| is_named(named, graph, lookup, owner))
}
