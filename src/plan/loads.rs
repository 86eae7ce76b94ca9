//! Chooses for each table how its rows travel.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use super::chunks::{self, ChunkPolicy};
use super::extensions::{self, Making};
use super::graph::Graph;
use super::load::{Chunk, CopyFormat, TableLoad};
use super::node::{Kind, NodeId};
use super::{Error, Mode, Options, tables};
use crate::catalog::{BinaryUnsafeColumn, Catalog, Extension, Lookup, ObjectId, Relation, RelationKind};
use crate::ddl::QualifiedName;

/// Servers from here on no longer compare the type OIDs inside binary arrays and composite values.
const EMBEDDED_OIDS_IGNORED_MAJOR: u32 = 14;

/// The loads of all selected tables, by schema and name.
pub(super) fn loads(
    lookup: &Lookup<'_>,
    target: &Catalog,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    options: &Options,
) -> Vec<TableLoad> {
    let tables = tables(lookup, graph, nodes);
    let sizes: Vec<_> = tables.iter().map(|table| size(lookup, table)).collect();
    let text_reasons = text_reasons(lookup, target, options.mode);
    let target_tables: BTreeMap<_, _> = target.relations.iter().map(|of| (of.qualified_name(), of)).collect();
    // What the run makes, or finds.
    let is_there = |of: &Relation| match options.mode {
        Mode::Data => target_tables.get(&of.qualified_name()).is_some_and(|there| there.partition_key.is_some()),
        Mode::Full | Mode::Schema => {
            graph.find(Kind::Table, ObjectId::relation(of.oid)).is_some_and(|id| nodes.contains(&id))
        }
    };
    let total_bytes = sizes.iter().map(|size| size.heap_bytes.saturating_add(size.toast_bytes)).sum();
    let policy = policy(lookup.catalog, options, total_bytes);
    let load = |(table, size): (&&Relation, &chunks::TableSize)| {
        let spread = lookup.key_spread(table.oid);
        let chunking = chunks::chunks(*size, &policy, spread.map(|of| of.samples.as_slice()));
        let is_by_key = matches!(chunking.chunks.first(), Some(Chunk::Keys(_)));
        let columns = lookup.attributes(table.oid).iter().filter(|column| column.generated.is_empty());
        let asked_for = (options.copy_format == Some(CopyFormat::Text)).then(|| "as asked for".to_owned());
        let text_reason = text_reasons.get(&table.oid).cloned().or(asked_for);
        TableLoad {
            relation: table.oid,
            table: table.qualified_name(),
            columns: columns.map(|column| column.name.clone()).collect(),
            format: if text_reason.is_some() { CopyFormat::Text } else { CopyFormat::Binary },
            through: through(lookup, target, is_there, table),
            created_here: options.mode == Mode::Full,
            chunks: chunking.chunks,
            key_column: spread.filter(|_| is_by_key).map(|of| of.column.clone()),
            bytes_estimate: size.heap_bytes.saturating_add(size.toast_bytes),
            chunking_reason: chunking.reason,
            text_reason,
            filter: None,
            predicates: Vec::new(),
            merge: None,
            level: 0,
            turn: None,
        }
    };
    tables.iter().zip(&sizes).map(load).collect()
}

/// The tables of the source that may be divided by the values of a key, and by nothing else.
#[must_use]
pub fn wanting_keys(source: &Catalog, options: &Options) -> Vec<u32> {
    let lookup = Lookup::new(source);
    let policy = policy(source, options, 0);
    let tables = source.relations.iter().filter(|of| of.relation_kind() == RelationKind::Table);
    tables.filter(|table| chunks::may_need_keys(size(&lookup, table), &policy)).map(|table| table.oid).collect()
}

fn policy(source: &Catalog, options: &Options, total_bytes: u64) -> ChunkPolicy {
    let block_bytes = source.table_sizes.first().and_then(|of| u32::try_from(of.block_bytes).ok());
    ChunkPolicy {
        server_major: source.major,
        block_bytes: block_bytes.and_then(NonZeroU32::new).unwrap_or(BLOCK_BYTES_USUAL),
        jobs: options.jobs,
        streams_per_table: options.streams_per_table,
        total_bytes,
        merges: options.merges(),
        forced: options.forced_chunk,
    }
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

/// The tables that cannot travel in the format that was asked for.
#[must_use]
pub(super) fn without_binary(loads: &[TableLoad], options: &Options) -> Vec<Error> {
    let is_asked_for = options.copy_format == Some(CopyFormat::Binary);
    let as_text = loads.iter().filter(|_| is_asked_for).filter_map(|load| Some((load, load.text_reason.clone()?)));
    as_text.map(|(load, reason)| Error::NoBinary { table: load.table.clone(), reason }).collect()
}

/// The tables that must travel as text, and the first column's reason.
fn text_reasons(lookup: &Lookup<'_>, target: &Catalog, mode: Mode) -> BTreeMap<u32, String> {
    let mut columns: Vec<_> = lookup.catalog.binary_unsafe.iter().collect();
    columns.sort_by_key(|of| (of.relation, of.number, &of.reason, &of.extension, &of.type_name));
    let mut reasons = BTreeMap::new();
    for column in columns {
        let Some(why) = text_reason(lookup.catalog, target, mode, column) else { continue };
        let attribute = lookup.attributes(column.relation).iter().find(|of| of.number == column.number);
        let name = attribute.map_or("", |of| &of.name);
        reasons.entry(column.relation).or_insert_with(|| format!("column {name}: {why}"));
    }
    reasons
}

/// Why a column must travel as text; `None` where these two servers understand each other.
fn text_reason(source: &Catalog, target: &Catalog, mode: Mode, column: &BinaryUnsafeColumn) -> Option<String> {
    let checks_oids = source.major.min(target.major) < EMBEDDED_OIDS_IGNORED_MAJOR;
    let of_type = &column.type_name;
    Some(match column.reason.as_str() {
        "f" => format!("type {of_type} has no binary form"),
        "r" => format!("type {of_type} sends OIDs as binary"),
        "q" => "an empty tsquery cannot be received as binary".to_owned(),
        "e" => {
            let name = column.extension.as_deref().unwrap_or_default();
            let here = source.extensions.iter().find(|of| of.name == name);
            if here.is_none_or(|here| version_on_target(target, here, mode) == Some(&here.version)) {
                return None;
            }
            format!("type {of_type} is of another version of extension {name} on the target")
        }
        _ if checks_oids => "servers before 14 compare type OIDs inside binary values".to_owned(),
        _ => return None,
    })
}

/// The version that an extension has on the target when rows come: the one it is in, or the one that it will be made in.
fn version_on_target<'a>(target: &'a Catalog, of: &'a Extension, mode: Mode) -> Option<&'a str> {
    match extensions::making(of, target) {
        Making::Existing(version) => Some(version),
        _ if mode == Mode::Data => None,
        Making::Exact => Some(&of.version),
        Making::Other(version) => Some(version),
        Making::Unknown | Making::Absent | Making::Older(_) => None,
    }
}

/// Where the rows of a partition are inserted, if not into itself: the highest table above it whose partitions, by the hash of
/// their key, may take other rows on the target. Its own name would have to be there to be inserted into.
fn through(
    lookup: &Lookup<'_>,
    target: &Catalog,
    is_there: impl Fn(&Relation) -> bool,
    table: &Relation,
) -> Option<QualifiedName> {
    let encoding = |catalog: &Catalog| catalog.database.first().map(|of| of.encoding.clone());
    let is_encoding_other = encoding(lookup.catalog) != encoding(target);
    let differs = |relation: u32| {
        let hash = lookup.catalog.hash_partitioned.iter().find(|of| of.relation == relation);
        // Text hashes by its bytes.
        hash.is_some_and(|of| of.differs || is_encoding_other)
    };
    let mut highest = None;
    let mut of = table;
    while of.is_partition()
        && let [parent] = lookup.parents(of.oid)
        && let Some(parent) = lookup.relation(*parent)
        && is_there(parent)
    {
        if differs(parent.oid) {
            highest = Some(parent.qualified_name());
        }
        of = parent;
    }
    highest
}

/// The sequences that the target does not have.
#[must_use]
pub(super) fn missing_sequences(target: &Catalog, sequences: &[QualifiedName]) -> Vec<Error> {
    let relations = target.relations.iter().filter(|of| of.relation_kind() == RelationKind::Sequence);
    let there: BTreeSet<_> = relations.map(Relation::qualified_name).collect();
    let missing = sequences.iter().filter(|sequence| !there.contains(sequence));
    let no_place = |sequence: &QualifiedName| Error::NoPlace {
        rows: "value",
        object: format!("sequence {sequence}"),
        problem: "there is no such sequence".to_owned(),
    };
    missing.map(no_place).collect()
}
