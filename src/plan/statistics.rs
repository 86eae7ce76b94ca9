//! Whose statistics for the planner are taken over from the source, and who is analyzed instead. Pure.

use std::collections::BTreeMap;
use std::iter;

use super::load::TableLoad;
use crate::catalog::{Lookup, Relation};
use crate::ddl::{Address, QualifiedName, relation};

/// Servers from here on take statistics (`pg_restore_attribute_stats`).
const RESTORES_STATISTICS_MAJOR: u32 = 18;

/// The least a table must hold to be analyzed. Of smaller ones the planner reads the number of blocks from the file and is right
/// enough, and ten thousand of them would cost seconds; autovacuum comes by for those that change.
pub(super) const ANALYZE_BYTES_MIN: u64 = 256 << 10;

/// A table whose statistics are taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedStatistics {
    /// The table's OID on the source.
    pub relation: u32,
    /// Its name, the same on both sides.
    pub table: QualifiedName,
    /// How SQL refers to it.
    pub address: Address,
    /// Bytes of the table on the source; where the source has no statistics, a large one is analyzed.
    pub is_large: bool,
}

/// Whether statistics of a table are taken over rather than gathered. Those of extended statistics objects cannot be.
pub(super) fn is_carried(lookup: &Lookup<'_>, target_major: u32, table: &Relation) -> bool {
    target_major >= RESTORES_STATISTICS_MAJOR && !lookup.catalog.statistics.iter().any(|of| of.relation == table.oid)
}

/// The tables that are loaded, and the partitioned ones above them, whose statistics are taken over, by schema and name.
#[must_use]
pub(super) fn carried(lookup: &Lookup<'_>, target_major: u32, loads: &[TableLoad]) -> Vec<CarriedStatistics> {
    let lines = loads.iter().flat_map(|load| partition_line(lookup, load.relation));
    let tables: BTreeMap<_, _> = lines.map(|table| (table.qualified_name(), table)).collect();
    let carried = tables.into_iter().filter(|(_, table)| is_carried(lookup, target_major, table));
    carried
        .map(|(name, table)| CarriedStatistics {
            relation: table.oid,
            table: name,
            address: relation::address(table),
            is_large: super::tasks::bytes(lookup, table.oid) >= ANALYZE_BYTES_MIN,
        })
        .collect()
}

/// A table, the table it is a partition of, and so on.
pub(super) fn partition_line<'a>(lookup: &Lookup<'a>, table: u32) -> Vec<&'a Relation> {
    let parent = |table: &&'a Relation| {
        let parent = lookup.parents(table.oid).first().filter(|_| table.is_partition())?;
        lookup.relation(*parent)
    };
    iter::successors(lookup.relation(table), parent).collect()
}
