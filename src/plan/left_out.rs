//! What is not copied, and why: outside the request, never copied by design, or not regenerated.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::node::{Kind, NodeId};
use super::select::{self, Reason, Selection};
use super::{LeftOut, address};
use crate::catalog::Lookup;
use crate::ddl::sql::readable;

/// Names what stays behind, sorted.
#[must_use]
pub(super) fn left_out(
    graph: &Graph,
    lookup: &Lookup<'_>,
    nodes: &BTreeMap<NodeId, Reason>,
    selection: &Selection,
) -> Vec<LeftOut> {
    let mut left_out: Vec<_> = nodes
        .iter()
        .map(|(id, reason)| {
            let (reason, by_request) = match reason {
                Reason::Unsupported => ("objects of this kind are not regenerated yet".to_owned(), false),
                Reason::Needs(needs) => {
                    let what = address::describe(graph, lookup, *needs);
                    (format!("it needs {what}, which is not copied"), rests_on_request(graph, nodes, *needs))
                }
            };
            LeftOut { object: address::describe(graph, lookup, *id), reason, by_request }
        })
        .collect();
    // What has no node cannot be part of a selection of tables; it is missing where a whole database was asked for.
    if selection.is_everything() {
        let records = lookup.catalog.namespaces.iter().filter(|of| of.name == select::RECORDS_SCHEMA);
        left_out.extend(records.map(|of| LeftOut {
            object: format!("schema {}", of.name),
            reason: "it records snapshot requests; name it in --tables to copy it".to_owned(),
            by_request: true,
        }));
        left_out.extend(lookup.catalog.subscriptions.iter().map(|of| LeftOut {
            object: format!("subscription {}", readable(&of.name)),
            reason: "subscriptions are never copied, because two subscribers of one slot take each other's changes; create it by \
                     hand when the target is to take the source's place"
                .to_owned(),
            by_request: true,
        }));
        let many = lookup.catalog.unsupported.iter().filter(|of| of.oid == 0);
        left_out.extend(many.map(|of| LeftOut {
            object: format!("{} {}", of.kind, of.identity),
            reason: "not regenerated yet".to_owned(),
            by_request: false,
        }));
    }
    left_out.sort();
    left_out
}

/// Whether a chain of needs ends outside what was asked for, rather than at something unsupported.
fn rests_on_request(graph: &Graph, nodes: &BTreeMap<NodeId, Reason>, needs: NodeId) -> bool {
    let mut id = needs;
    // Chains cannot be longer than there are nodes left out; loops among them end here too.
    for _ in 0..=nodes.len() {
        match nodes.get(&id) {
            Some(Reason::Needs(next)) => id = *next,
            Some(Reason::Unsupported) => return false,
            None => break,
        }
    }
    graph.nodes[id].key.kind != Kind::Unsupported
}
