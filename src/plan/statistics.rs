//! Whose statistics for the planner are taken over from the source, and who is analyzed instead. Pure.

use std::collections::{BTreeMap, BTreeSet};
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

/// Tells whose statistics are taken over rather than gathered.
pub(super) struct Carrying {
    target_takes_them: bool,
    /// Tables of which the source's statistics do not tell the whole truth about the target, or cannot be had as a whole.
    excepted: BTreeSet<u32>,
}

impl Carrying {
    /// Those of extended statistics objects cannot be taken over, and those of a table of which only some rows travel would
    /// describe another table.
    pub(super) fn new(lookup: &Lookup<'_>, target_major: u32, loads: &[TableLoad]) -> Self {
        let extended = lookup.catalog.statistics.iter().map(|of| of.relation);
        let in_part = loads.iter().filter(|load| load.filter.is_some());
        let in_part = in_part.flat_map(|load| partition_line(lookup, load.relation)).map(|table| table.oid);
        Self {
            target_takes_them: target_major >= RESTORES_STATISTICS_MAJOR,
            excepted: extended.chain(in_part).collect(),
        }
    }

    /// Whether a table's are.
    pub(super) fn carries(&self, table: &Relation) -> bool {
        self.target_takes_them && !self.excepted.contains(&table.oid)
    }
}

/// The tables that are loaded, and the partitioned ones above them, whose statistics are taken over, by schema and name.
#[must_use]
pub(super) fn carried(lookup: &Lookup<'_>, target_major: u32, loads: &[TableLoad]) -> Vec<CarriedStatistics> {
    let lines = loads.iter().flat_map(|load| partition_line(lookup, load.relation));
    let tables: BTreeMap<_, _> = lines.map(|table| (table.qualified_name(), table)).collect();
    let carrying = Carrying::new(lookup, target_major, loads);
    let carried = tables.into_iter().filter(|(_, table)| carrying.carries(table));
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
