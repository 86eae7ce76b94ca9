//! ANALYZE of what was loaded, so that the first queries are planned well.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::bytes;
use super::{Building, Stage, Task};
use crate::catalog::{Lookup, Relation, RelationKind};
use crate::ddl::{Action, Statement, relation};
use crate::plan::load::TableLoad;
use crate::plan::locks::LockMode;
use crate::plan::node::Kind;
use crate::plan::statistics::{ANALYZE_BYTES_MIN, Carrying, partition_line};

/// `ANALYZE ONLY` of a partitioned table, without its partitions, came with this version.
const ANALYZE_ONLY_MAJOR: u32 = 18;

impl Building<'_> {
    /// Adds a task for each table that was loaded, and for each partitioned table above them, unless their statistics are taken over
    /// from the source. They wait for the table's indexes
    /// and extended statistics: of those on expressions they gather statistics too, and the others are more urgent.
    pub(super) fn add_analyze(&mut self, loads: &[TableLoad]) {
        let (followed, lookup) = (self.followed(), self.context.lookup);
        let target_major = self.context.target.major;
        let knows_only = target_major >= ANALYZE_ONLY_MAJOR;
        let analyzed = analyzed(lookup, knows_only, loads);
        let carrying = Carrying::new(lookup, target_major, loads);
        for table in analyzed.into_iter().filter(|table| !carrying.carries(table)) {
            let all = lookup.with_descendants(table.oid);
            let is_partitioned = table.relation_kind() == RelationKind::PartitionedTable;
            let weight = bytes(lookup, table.oid);
            let object = relation::address(table);
            let only = if is_partitioned && knows_only { "ONLY " } else { "" };
            let statement = Statement::new(Action::Analyze, &object, format!("ANALYZE {only}{}", object.sql));
            let own: &[u32] = if is_partitioned { &all } else { &all[..1] };
            let follows: BTreeSet<usize> = own.iter().filter_map(|oid| followed.get(oid)).flatten().copied().collect();
            self.tasks.push(Task {
                place: None,
                object,
                table: 0,
                statements: vec![statement],
                stage: Stage::Structure,
                rows: all.iter().copied().filter(|oid| self.arriving.contains(oid)).collect(),
                needs: Vec::new(),
                follows: follows.into_iter().collect(),
                rests_on: Vec::new(),
                locks: own.iter().map(|oid| (*oid, LockMode::ShareUpdateExclusive)).collect(),
                weight,
            });
        }
    }

    /// For each table the tasks that its ANALYZE waits for.
    fn followed(&self) -> BTreeMap<u32, Vec<usize>> {
        let (lookup, graph) = (self.context.lookup, self.context.graph);
        let mut followed: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (id, task) in &self.last_of {
            let key = graph.nodes[*id].key;
            let table = match key.kind {
                Kind::Index => lookup.index(key.object.oid).map(|of| of.relation),
                Kind::KeyConstraint => lookup.constraint(key.object.oid).map(|of| of.relation),
                Kind::Statistics => lookup.statistics_object(key.object.oid).map(|of| of.relation),
                _ => None,
            };
            if let Some(table) = table {
                followed.entry(table).or_default().push(*task);
            }
        }
        followed
    }
}

/// The tables to analyze, by schema and name. Before 18 ANALYZE of a partitioned table does its partitions as well.
fn analyzed<'a>(lookup: &Lookup<'a>, knows_only: bool, loads: &[TableLoad]) -> Vec<&'a Relation> {
    let mut chosen = BTreeMap::new();
    for load in loads.iter().filter(|load| load.bytes_estimate > 0) {
        let line = partition_line(lookup, load.relation);
        let kept = if knows_only { 0 } else { line.len().saturating_sub(1) };
        let tables = line[kept..].iter().filter(|table| bytes(lookup, table.oid) >= ANALYZE_BYTES_MIN);
        chosen.extend(tables.map(|table| (table.qualified_name(), *table)));
    }
    chosen.into_values().collect()
}
