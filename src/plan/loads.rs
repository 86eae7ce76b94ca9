//! Chooses for each table how its rows travel.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use super::chunks::{self, ChunkPolicy};
use super::graph::Graph;
use super::load::{CopyFormat, TableLoad};
use super::node::NodeId;
use super::{Error, Mode, Options, tables};
use crate::catalog::{Catalog, Lookup, Relation, RelationKind};
use crate::ddl::QualifiedName;

/// Servers from here on no longer compare the type OIDs inside binary arrays and composite values.
const EMBEDDED_OIDS_IGNORED_MAJOR: u32 = 14;

/// The loads of all selected tables, by schema and name.
pub(super) fn loads(
    lookup: &Lookup<'_>,
    target_major: u32,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    options: &Options,
) -> Vec<TableLoad> {
    let tables = tables(lookup, graph, nodes);
    let sizes: Vec<_> = tables.iter().map(|table| size(lookup, table)).collect();
    let text_reasons = text_reasons(lookup.catalog, target_major);
    let block_bytes = lookup.catalog.table_sizes.first().and_then(|of| u32::try_from(of.block_bytes).ok());
    let policy = ChunkPolicy {
        server_major: lookup.catalog.major,
        block_bytes: block_bytes.and_then(NonZeroU32::new).unwrap_or(BLOCK_BYTES_USUAL),
        jobs: options.jobs,
        streams_per_table: options.streams_per_table,
        total_bytes: sizes.iter().map(|size| size.heap_bytes.saturating_add(size.toast_bytes)).sum(),
        forced: options.forced_chunk,
    };
    let load = |(table, size): (&&Relation, &chunks::TableSize)| {
        let chunking = chunks::chunks(*size, &policy);
        let columns = lookup.attributes(table.oid).iter().filter(|column| column.generated.is_empty());
        let text = text_reasons.get(&table.oid).copied();
        TableLoad {
            relation: table.oid,
            table: table.qualified_name(),
            columns: columns.map(|column| column.name.clone()).collect(),
            format: if text.is_some() { CopyFormat::Text } else { CopyFormat::Binary },
            created_here: options.mode == Mode::Full,
            chunks: chunking.chunks,
            bytes_estimate: size.heap_bytes.saturating_add(size.toast_bytes),
            chunking_reason: chunking.reason,
            text_reason: text,
            filter: None,
            predicates: Vec::new(),
            merge: None,
            level: 0,
        }
    };
    tables.iter().zip(&sizes).map(load).collect()
}

/// `block_size` where no table tells it.
const BLOCK_BYTES_USUAL: NonZeroU32 = match NonZeroU32::new(8192) {
    Some(bytes) => bytes,
    None => NonZeroU32::MIN,
};

fn size(lookup: &Lookup<'_>, table: &Relation) -> chunks::TableSize {
    let size = lookup.size(table.oid);
    let bytes = |bytes: Option<i64>| bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default();
    chunks::TableSize {
        heap_bytes: bytes(size.map(|size| size.heap_bytes)),
        toast_bytes: bytes(size.map(|size| size.toast_bytes)),
        is_heap: table.access_method.as_deref().is_none_or(|method| method == "heap"),
    }
}

/// The tables that must travel as text, and why.
fn text_reasons(source: &Catalog, target_major: u32) -> BTreeMap<u32, &'static str> {
    let checks_oids = source.major.min(target_major) < EMBEDDED_OIDS_IGNORED_MAJOR;
    let mut reasons = BTreeMap::new();
    for column in &source.binary_unsafe {
        let reason = match column.reason.as_str() {
            "f" => "a column's type has no binary form",
            "r" => "a reg* column sends OIDs as binary",
            "q" => "an empty tsquery cannot be received as binary",
            _ if checks_oids => "servers before 14 compare type OIDs inside binary values",
            _ => continue,
        };
        reasons.entry(column.relation).or_insert(reason);
    }
    reasons
}

/// Finds every sequence on the target.
///
/// # Errors
///
/// For the first that is not there.
pub(super) fn require_sequences(target: &Catalog, sequences: &[QualifiedName]) -> Result<(), Error> {
    let relations = target.relations.iter().filter(|of| of.relation_kind() == RelationKind::Sequence);
    let there: BTreeSet<_> = relations.map(Relation::qualified_name).collect();
    let Some(missing) = sequences.iter().find(|sequence| !there.contains(sequence)) else { return Ok(()) };
    let problem = "there is no such sequence".to_owned();
    Err(Error::NoPlace { rows: "value", object: format!("sequence {missing}"), problem })
}
