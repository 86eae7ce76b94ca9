//! The rows users put into the configuration tables of extensions. CREATE EXTENSION makes the tables, so that these rows
//! belong to the schema and are copied with it.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::load::{Chunk, CopyFormat, RowFilter, TableLoad};
use super::node::{Kind, NodeId};
use super::{Mode, Options};
use crate::catalog::{Catalog, ExtensionConfiguration, Lookup, ObjectId, class};
use crate::ddl::QualifiedName;

/// How configuration tables travel. They are small, and text is safe for every type.
const TEXT_REASON: &str = "an extension's configuration";

/// The loads of configuration tables, one list after the other: their foreign keys are there already, so what they refer to
/// has to come before them.
///
/// On a target where this run makes the extension, the rows it comes with that the condition takes for the user's are replaced
/// by the source's. Into an extension that was there they are only added.
#[must_use]
pub(super) fn loads(
    lookup: &Lookup<'_>,
    target: &Catalog,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    options: &Options,
) -> Vec<Vec<TableLoad>> {
    let is_made = |extension: u32| {
        let name = lookup.extension(extension).map(|of| &of.name);
        options.mode != Mode::Data && target.extensions.iter().all(|there| Some(&there.name) != name)
    };
    let load = |of: &ExtensionConfiguration| {
        let columns = lookup.attributes(of.relation).iter().filter(|column| column.generated.is_empty());
        let size = lookup.size(of.relation).map_or(0, |size| size.heap_bytes.saturating_add(size.toast_bytes));
        TableLoad {
            relation: of.relation,
            table: QualifiedName::new(&of.schema, &of.name),
            columns: columns.map(|column| column.name.clone()).collect(),
            format: CopyFormat::Text,
            created_here: false,
            chunks: vec![Chunk::Whole],
            key_column: None,
            bytes_estimate: u64::try_from(size).unwrap_or_default(),
            chunking_reason: TEXT_REASON,
            text_reason: Some(TEXT_REASON.to_owned()),
            through: None,
            filter: Some(RowFilter { condition: of.condition.clone(), replaces: is_made(of.extension) }),
            predicates: Vec::new(),
            merge: None,
            level: 0,
            turn: None,
        }
    };
    let tables: Vec<_> = selected(lookup, graph, nodes, options).filter(|of| of.kind == "r").collect();
    let mut lists: BTreeMap<usize, Vec<TableLoad>> = BTreeMap::new();
    let levels = levels(lookup, &tables);
    for of in tables {
        lists.entry(levels.get(&of.relation).copied().unwrap_or_default()).or_default().push(load(of));
    }
    lists.into_values().collect()
}

/// Configuration sequences, whose values are the user's too.
pub(super) fn sequences(
    lookup: &Lookup<'_>,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    options: &Options,
) -> Vec<QualifiedName> {
    let sequences = selected(lookup, graph, nodes, options).filter(|of| of.kind == "S");
    sequences.map(|of| QualifiedName::new(&of.schema, &of.name)).collect()
}

fn selected<'a>(
    lookup: &Lookup<'a>,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    options: &Options,
) -> impl Iterator<Item = &'a ExtensionConfiguration> {
    lookup.catalog.extension_configuration.iter().filter(|of| {
        let extension = graph.find(Kind::Extension, ObjectId::new(class::EXTENSION, of.extension));
        let name = QualifiedName::new(&of.schema, &of.name);
        extension.is_some_and(|id| nodes.contains(&id))
            && options.selection.may_copy(&name, &name)
            && !options.selection.is_schema_only(&name)
    })
}

/// How many tables stand between each table and one that refers to no other. Tables that refer to each other in a loop have
/// no order; `pg_dump` says so too.
fn levels(lookup: &Lookup<'_>, tables: &[&ExtensionConfiguration]) -> BTreeMap<u32, usize> {
    let mut levels: BTreeMap<u32, usize> = tables.iter().map(|of| (of.relation, 0)).collect();
    for _ in 0..tables.len() {
        for of in tables {
            let keys = lookup.constraints_of(ObjectId::relation(of.relation)).iter();
            let referenced = keys.filter(|key| key.kind == "f" && key.referenced != of.relation);
            let below = referenced.filter_map(|key| levels.get(&key.referenced)).max().map(|level| level + 1);
            // A loop would raise its members for ever.
            let level = below.unwrap_or(0).min(tables.len());
            levels.insert(of.relation, level);
        }
    }
    levels
}
