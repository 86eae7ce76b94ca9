//! Security labels: those that are set on what is copied, and those that stay behind.

use std::collections::BTreeSet;

use super::graph::Graph;
use super::node::{Kind, Node, NodeId};
use super::pattern::Pattern;
use super::{LeftOut, address};
use crate::catalog::{Lookup, ObjectId, SecurityLabel, class};
use crate::ddl::{Statement, about};

/// Whether the statements of a node of this kind set the labels of its object. The kinds are those SECURITY LABEL takes.
fn carries_labels(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Schema
            | Kind::Language
            | Kind::Type
            | Kind::Function
            | Kind::Aggregate
            | Kind::Sequence
            | Kind::Table
            | Kind::View
            | Kind::MaterializedView
            | Kind::Publication
            | Kind::EventTrigger
            | Kind::Subscription
            | Kind::Role
    )
}

/// Whether a provider's labels are to be left out.
pub(super) fn is_excluded(provider: &str, excluded_providers: &[Pattern]) -> bool {
    excluded_providers.iter().any(|pattern| pattern.matches_schema(provider))
}

/// Sets the labels of a node's object and its columns, and with an extension those of its members.
#[must_use]
pub(super) fn statements(
    graph: &Graph,
    lookup: &Lookup<'_>,
    node: &Node,
    excluded_providers: &[Pattern],
) -> Vec<Statement> {
    if node.key.kind == Kind::Extension {
        let labels = lookup.catalog.security_labels.iter().filter(|of| !is_excluded(&of.provider, excluded_providers));
        let of_members = labels.filter(|of| is_of_member(graph, of, node));
        return of_members.filter_map(about::given_security_label).collect();
    }
    if !carries_labels(node.key.kind) {
        return Vec::new();
    }
    let object = node.key.object;
    // The columns of a composite type are those of its relation.
    let columns_of = lookup.composite(object.oid).filter(|_| node.key.kind == Kind::Type).map(|of| of.relation);
    let labels = lookup.security_labels(object).iter();
    let labels = labels.chain(columns_of.map_or(&[][..], |oid| lookup.security_labels(ObjectId::relation(oid))));
    let mut labels = labels.filter(|of| !is_excluded(&of.provider, excluded_providers)).peekable();
    let Some(address) = labels.peek().and_then(|_| address::address(lookup, node)) else { return Vec::new() };
    let relation = columns_of.unwrap_or(object.oid);
    labels.filter_map(|of| about::security_label(lookup, of, relation, &address)).collect()
}

/// Whether a label is that of something that comes with an extension.
fn is_of_member(graph: &Graph, of: &SecurityLabel, extension: &Node) -> bool {
    let object = ObjectId::new(of.class, of.oid);
    object != extension.key.object
        && graph.resolve(object).is_some_and(|id| graph.nodes[id].key == extension.key)
        && about::given_security_label(of).is_some()
}

/// Names the labels of objects that are not made by a statement of ours, such as those of the server itself.
#[must_use]
pub(super) fn left_out(
    graph: &Graph,
    lookup: &Lookup<'_>,
    nodes: &BTreeSet<NodeId>,
    excluded_providers: &[Pattern],
) -> Vec<LeftOut> {
    let is_set = |of: &SecurityLabel| {
        let object = ObjectId::new(of.class, of.oid);
        // Roles and subscriptions are there where they were asked for, and they are those of every database.
        let Some(id) = graph.resolve(object) else { return matches!(of.class, class::AUTHID | class::SUBSCRIPTION) };
        let node = &graph.nodes[id];
        let is_own = node.key.object == object && node.within.is_none();
        let is_of_columns = node.key.kind == Kind::Type && object.class == class::CLASS;
        // A label on what was left out itself needs no mention of its own.
        !nodes.contains(&id)
            || (carries_labels(node.key.kind) && (is_own || is_of_columns))
            || (node.key.kind == Kind::Extension && is_of_member(graph, of, node))
    };
    let labels = lookup.catalog.security_labels.iter();
    let lost = labels.filter(|of| !is_excluded(&of.provider, excluded_providers) && !is_set(of));
    let named = lost.map(|of| LeftOut {
        object: format!("security label of {} {}", of.kind, of.identity),
        reason: "labels of such objects are not copied; set it by hand".to_owned(),
        kind: Some("security-label"),
    });
    named.collect()
}
