//! The order of creation: a topological order that keeps a stable priority, with dependency loops cut by named repairs.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::address;
use super::graph::Graph;
use super::node::{Kind, NodeId};
use crate::catalog::Lookup;

/// How a dependency loop was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// A type is made as a shell first, so that its input, output or canonicalization functions can name it.
    TypeShell(NodeId),
    /// A default becomes `ALTER TABLE … SET DEFAULT`: it calls a function that takes the table's row type.
    DefaultApart(NodeId),
    /// A check becomes `ADD CONSTRAINT`: it calls a function that takes the table's row type, or the domain.
    CheckApart(NodeId),
    /// A view is made as a stand-in without its query, which follows when what the query needs is there.
    ViewStandIn(NodeId),
}

/// Nodes in the order of creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is made before rows are loaded.
    pub pre_data: Vec<NodeId>,
    /// What is made after.
    pub post_data: Vec<NodeId>,
    /// The loops that were cut, in the order they were met.
    pub repairs: Vec<Repair>,
}

/// A loop that no repair cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop(pub Vec<NodeId>);

/// Orders the nodes of a selection; what they need outside it is taken to be there. Loops are cut in `graph`.
///
/// # Errors
///
/// When objects depend on each other in a way that no repair cuts, which no database a server accepted should hold.
pub fn order(graph: &mut Graph, selected: &BTreeSet<NodeId>) -> Result<Order, Loop> {
    let mut selected = selected.clone();
    let mut repairs = Vec::new();
    loop {
        let loops = loops(graph, &selected);
        if loops.is_empty() {
            break;
        }
        for members in loops {
            let Some(repair) = repair(graph, &members) else { return Err(Loop(members)) };
            match repair {
                Repair::ViewStandIn(view) => {
                    selected.extend(graph.find(Kind::ViewQuery, graph.nodes[view].key.object));
                }
                Repair::TypeShell(of) => selected.extend(graph.find(Kind::TypeShell, graph.nodes[of].key.object)),
                Repair::DefaultApart(_) | Repair::CheckApart(_) => {}
            }
            repairs.push(repair);
        }
    }
    let mut sorted = topological(graph, &selected);
    let rows = sorted.iter().position(|id| graph.nodes[*id].key.kind == Kind::Rows).unwrap_or(sorted.len());
    let post_data = sorted.split_off(rows).into_iter().skip(1).collect();
    Ok(Order { pre_data: sorted, post_data, repairs })
}

/// Kahn's algorithm; among nodes that are ready, the one with the smallest sort key comes first.
fn topological(graph: &Graph, selected: &BTreeSet<NodeId>) -> Vec<NodeId> {
    let mut waiting_for = vec![0_usize; graph.nodes.len()];
    let mut needed_by: Vec<Vec<NodeId>> = vec![Vec::new(); graph.nodes.len()];
    for &id in selected {
        for need in needs(graph, selected, id) {
            waiting_for[id] += 1;
            needed_by[need].push(id);
        }
    }
    let key = |id: NodeId| Reverse((graph.nodes[id].sort_key(), id));
    let mut ready: BinaryHeap<_> = selected.iter().filter(|id| waiting_for[**id] == 0).map(|id| key(*id)).collect();
    let mut sorted = Vec::with_capacity(selected.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        sorted.push(id);
        for &next in &needed_by[id] {
            waiting_for[next] -= 1;
            if waiting_for[next] == 0 {
                ready.push(key(next));
            }
        }
    }
    sorted
}

fn needs<'g>(graph: &'g Graph, selected: &'g BTreeSet<NodeId>, id: NodeId) -> impl Iterator<Item = NodeId> + 'g {
    let node = &graph.nodes[id];
    node.needs.union(&node.query_needs).copied().filter(|need| selected.contains(need))
}

/// Cuts one loop, or says that nothing can. A type's own functions can come no other way; a default or check goes before a
/// view, because it costs less to have apart.
fn repair(graph: &mut Graph, members: &[NodeId]) -> Option<Repair> {
    if let Some(of) = members.iter().copied().find(|id| put_shell_first(graph, *id)) {
        return Some(Repair::TypeShell(of));
    }
    let inside: BTreeSet<_> = members.iter().copied().collect();
    let apart = |id: &NodeId| {
        let node = &graph.nodes[*id];
        !node.inseparable && node.within.is_some_and(|owner| inside.contains(&owner))
    };
    if let Some(part) = members.iter().copied().find(apart) {
        graph.pull_apart(part);
        let is_default = graph.nodes[part].key.kind == Kind::Default;
        return Some(if is_default { Repair::DefaultApart(part) } else { Repair::CheckApart(part) });
    }
    let in_query = |id: &NodeId| {
        let node = &graph.nodes[*id];
        node.key.kind == Kind::View && node.query_needs.iter().any(|need| inside.contains(need))
    };
    let view = members.iter().copied().find(|id| in_query(id))?;
    let node = &mut graph.nodes[view];
    let query_needs = std::mem::take(&mut node.query_needs);
    let (object, schema, name) = (node.key.object, node.schema.clone(), node.name.clone());
    let query = graph.add(Kind::ViewQuery, object, &schema, &name, "");
    graph.nodes[query].part_of = Some(view);
    graph.nodes[query].needs = query_needs;
    graph.nodes[query].needs.insert(view);
    Some(Repair::ViewStandIn(view))
}

/// Makes the functions that a type needs, and that need the type, need its shell instead. False where it has none.
fn put_shell_first(graph: &mut Graph, of: NodeId) -> bool {
    let node = &graph.nodes[of];
    let is_mutual = |id: &NodeId| graph.nodes[*id].key.kind == Kind::Function && graph.nodes[*id].needs.contains(&of);
    let functions: Vec<_> = node.needs.iter().copied().filter(is_mutual).collect();
    if node.key.kind != Kind::Type || functions.is_empty() {
        return false;
    }
    let (object, schema, name) = (node.key.object, node.schema.clone(), node.name.clone());
    let is_in_schema = |id: &NodeId| graph.nodes[*id].key.kind == Kind::Schema;
    let schemas: Vec<_> = node.needs.iter().copied().filter(is_in_schema).collect();
    let shell = graph.add(Kind::TypeShell, object, &schema, &name, "");
    graph.nodes[shell].part_of = Some(of);
    graph.nodes[shell].needs.extend(schemas);
    graph.nodes[of].needs.insert(shell);
    for function in functions {
        graph.nodes[function].needs.remove(&of);
        graph.nodes[function].needs.insert(shell);
    }
    true
}

/// The groups of nodes that need each other, each in sort order: Tarjan's strongly connected components with more than
/// one member, without recursion, since chains of views can be long.
fn loops(graph: &Graph, selected: &BTreeSet<NodeId>) -> Vec<Vec<NodeId>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; graph.nodes.len()];
    let mut low = vec![UNSEEN; graph.nodes.len()];
    let mut on_stack = vec![false; graph.nodes.len()];
    let (mut stack, mut next_index, mut found) = (Vec::new(), 0, Vec::new());
    for &root in selected {
        if index[root] != UNSEEN {
            continue;
        }
        let mut path: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(id) = enter.take() {
                (index[id], low[id], on_stack[id]) = (next_index, next_index, true);
                next_index += 1;
                stack.push(id);
                path.push((id, needs(graph, selected, id).collect()));
            }
            let Some((id, unvisited)) = path.last_mut() else { break };
            let id = *id;
            match unvisited.pop() {
                Some(need) if index[need] == UNSEEN => enter = Some(need),
                Some(need) if on_stack[need] => low[id] = low[id].min(index[need]),
                Some(_) => {}
                None => {
                    path.pop();
                    if let Some((parent, _)) = path.last() {
                        low[*parent] = low[*parent].min(low[id]);
                    }
                    if low[id] == index[id] {
                        let start = stack.iter().rposition(|member| *member == id).unwrap_or(0);
                        let mut members = stack.split_off(start);
                        for member in &members {
                            on_stack[*member] = false;
                        }
                        if members.len() > 1 {
                            members.sort_by_key(|member| graph.nodes[*member].sort_key());
                            found.push(members);
                        }
                    }
                }
            }
        }
    }
    found.sort_by_key(|members: &Vec<NodeId>| members.first().map(|id| graph.nodes[*id].sort_key()));
    found
}

/// A loop's members for people.
#[must_use]
pub fn describe_loop(graph: &Graph, lookup: &Lookup<'_>, members: &Loop) -> String {
    members.0.iter().map(|id| address::describe(graph, lookup, *id)).collect::<Vec<_>>().join(", ")
}
