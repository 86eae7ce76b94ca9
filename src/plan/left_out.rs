//! What is not copied, and why: outside the request, or never copied by design.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::node::{Kind, NodeId};
use super::select::{self, Selected};
use super::shape::Property;
use super::{LeftOut, Mode, Options, address, labels};
use crate::catalog::{Lookup, ObjectId, Subscription, class};
use crate::ddl::foreign;
use crate::ddl::sql::readable;

/// Names what stays behind, sorted.
#[must_use]
pub(super) fn left_out(graph: &Graph, lookup: &Lookup<'_>, selected: &Selected, options: &Options) -> Vec<LeftOut> {
    let nodes = &selected.left_out;
    // Whoever reads that a partition stays apart needs not be told so of each of its indexes.
    let goes_without_saying = |id: NodeId| {
        let node = &graph.nodes[id];
        let index = lookup.index(node.key.object.oid).filter(|_| node.key.kind == Kind::IndexAttach);
        let attach = index.and_then(|of| graph.find(Kind::TableAttach, ObjectId::relation(of.relation)));
        attach.is_some_and(|id| nodes.contains_key(&id))
    };
    let mut left_out: Vec<_> = nodes
        .iter()
        .filter(|(id, _)| !goes_without_saying(**id))
        .map(|(id, needs)| LeftOut {
            object: address::describe(graph, lookup, *id),
            reason: format!("it needs {}, which is not copied", address::describe(graph, lookup, *needs)),
            kind: None,
        })
        .collect();
    if options.mode != Mode::Schema {
        left_out.extend(foreign_rows(graph, lookup, &selected.nodes));
    }
    if options.mode != Mode::Data {
        left_out.extend(hidden_mappings(graph, lookup, &selected.nodes));
    }
    // What has no node cannot be part of a selection of tables; it is missing where a whole database was asked for.
    if options.selection.is_everything() {
        let records = lookup.catalog.namespaces.iter().filter(|of| select::RECORDS_SCHEMAS.contains(&of.name.as_str()));
        left_out.extend(records.map(|of| LeftOut {
            object: format!("schema {}", of.name),
            reason: "it records snapshot requests; name it in --tables to copy it".to_owned(),
            kind: None,
        }));
        if options.mode != Mode::Data && !options.unwanted.contains(&Property::Subscriptions) {
            let subscriptions = lookup.catalog.subscriptions.iter();
            left_out.extend(subscriptions.filter_map(|of| subscription(of, options.subscriptions)));
        }
    }
    if options.mode != Mode::Data && !options.unwanted.contains(&Property::SecurityLabels) {
        left_out.extend(labels::left_out(graph, lookup, &selected.nodes, &options.unlabelled_providers));
    }
    if options.mode != Mode::Data {
        left_out.extend(options.unwanted.iter().map(|property| property.left_out()));
    }
    left_out.sort();
    left_out
}

fn subscription(of: &Subscription, is_wanted: bool) -> Option<LeftOut> {
    if is_wanted && of.readable {
        return None;
    }
    if is_wanted {
        return Some(LeftOut {
            object: format!("subscription {}", readable(&of.name)),
            reason: "how it connects cannot be read on the source; read as a superuser, or create it by hand"
                .to_owned(),
            kind: Some("subscription"),
        });
    }
    Some(LeftOut {
        object: format!("subscription {}", readable(&of.name)),
        reason: "subscriptions are not copied unasked, because two subscribers of one slot take each other's changes; --subscriptions \
                 makes them disabled, for a target that is to take the source's place"
            .to_owned(),
        kind: None,
    })
}

/// The rows of foreign tables are where they were.
fn foreign_rows(graph: &Graph, lookup: &Lookup<'_>, nodes: &BTreeSet<NodeId>) -> Vec<LeftOut> {
    let rows = lookup.catalog.foreign_tables.iter().filter_map(|of| {
        let id = graph.find(Kind::Table, ObjectId::relation(of.relation)).filter(|id| nodes.contains(id))?;
        Some(LeftOut {
            object: format!("rows of {}", address::describe(graph, lookup, id)),
            reason: format!("they are on server {}", readable(&of.server)),
            kind: None,
        })
    });
    rows.collect()
}

/// Mappings whose passwords only others may read, on servers that are copied.
fn hidden_mappings(graph: &Graph, lookup: &Lookup<'_>, nodes: &BTreeSet<NodeId>) -> Vec<LeftOut> {
    let of_copied_server =
        |server| graph.resolve(ObjectId::new(class::FOREIGN_SERVER, server)).is_some_and(|id| nodes.contains(&id));
    let hidden = lookup.catalog.user_mappings.iter().filter(|of| of.hidden && of_copied_server(of.server));
    let left_out = hidden.map(|of| LeftOut {
        object: foreign::mapping_address(of).to_string(),
        reason: "its options, which may hold a secret, cannot be read on the source; read as a superuser, or create it by hand"
            .to_owned(),
        kind: Some("user-mapping"),
    });
    left_out.collect()
}
