//! Which rows of which tables travel, where not all of them do.

use super::Error;
use super::load::TableLoad;
use super::merge::Condition;
use super::select::similar;
use crate::catalog::{Lookup, Relation};
use crate::ddl::QualifiedName;

/// Gives each load the conditions for its table, or for a table that it is a partition of. Returns the conditions that are for no
/// table whose rows are copied.
#[must_use]
pub(super) fn apply(lookup: &Lookup<'_>, loads: &mut [TableLoad], conditions: &[Condition]) -> Vec<Error> {
    let mut unused = Vec::new();
    for Condition { pattern, predicate } in conditions {
        let mut is_used = false;
        for load in loads.iter_mut() {
            if with_parents(lookup, load).iter().any(|of| pattern.matches(&of.schema, &of.name)) {
                load.predicates.push(predicate.clone());
                is_used = true;
            }
        }
        if !is_used {
            let similar =
                similar(pattern, loads.iter().map(|load| (load.table.schema.as_str(), load.table.name.as_str())));
            unused.push(Error::NoMatch { pattern: pattern.to_string(), similar });
        }
    }
    unused
}

/// A table and the partitioned tables above it.
fn with_parents(lookup: &Lookup<'_>, load: &TableLoad) -> Vec<QualifiedName> {
    let mut names = vec![load.table.clone()];
    let mut table = lookup.relation(load.relation);
    while let Some(partition) = table.filter(|of| of.is_partition()) {
        table = lookup.parents(partition.oid).first().and_then(|parent| lookup.relation(*parent));
        names.extend(table.map(Relation::qualified_name));
    }
    names
}
