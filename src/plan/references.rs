//! In which order tables take rows while the target's foreign keys hold: what is referred to comes first.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use crate::catalog::{Lookup, Relation};

/// What foreign keys ask of the loads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// For each table of the target, how many stand between it and one whose foreign keys lead to no table that is loaded.
    pub(super) levels: BTreeMap<u32, usize>,
    /// Tables whose rows refer to rows of the same table. Foreign keys are checked at the end of a statement, so that these rows
    /// have to come in one.
    pub(super) to_themselves: BTreeSet<u32>,
}

/// Orders tables of the target that take rows.
///
/// # Errors
///
/// When tables refer to each other in a loop: each would have to be filled before the other. A table with partitions that refers
/// to itself is such a loop of its partitions.
pub(super) fn order(there: &Lookup<'_>, tables: &BTreeSet<u32>) -> Result<Order, Error> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &table in tables {
        members.entry(root(there, table)).or_default().push(table);
    }
    let mut needs: BTreeMap<u32, BTreeSet<u32>> = members.keys().map(|&root| (root, BTreeSet::new())).collect();
    let mut order = Order::default();
    for key in there.catalog.constraints.iter().filter(|key| key.kind == "f" && is_enforced(&key.definition)) {
        let (from, to) = (root(there, key.relation), root(there, key.referenced));
        let Some(members) = members.get(&from).filter(|_| needs.contains_key(&to)) else { continue };
        if from != to {
            needs.entry(from).or_default().insert(to);
        } else if let [table] = members[..] {
            order.to_themselves.insert(table);
        } else {
            return Err(Error::ForeignKeyLoop { tables: names(there, &[from, from]) });
        }
    }
    let levels = levels(&needs).map_err(|of| Error::ForeignKeyLoop { tables: names(there, &of) })?;
    for (root, level) in levels {
        order.levels.extend(members[&root].iter().map(|&table| (table, level)));
    }
    Ok(order)
}

/// From PostgreSQL 18 on a foreign key may be there without being checked.
fn is_enforced(definition: &str) -> bool {
    !definition.ends_with("NOT ENFORCED")
}

/// A partitioned table and its partitions share their foreign keys.
fn root(there: &Lookup<'_>, table: u32) -> u32 {
    let mut root = table;
    while there.relation(root).is_some_and(Relation::is_partition) {
        let Some(&parent) = there.parents(root).first() else { break };
        root = parent;
    }
    root
}

/// The level of every table, or a loop: its first member again at the end.
fn levels(needs: &BTreeMap<u32, BTreeSet<u32>>) -> Result<BTreeMap<u32, usize>, Vec<u32>> {
    let mut levels: BTreeMap<u32, usize> = BTreeMap::new();
    while levels.len() < needs.len() {
        let waiting = needs.iter().filter(|(table, _)| !levels.contains_key(table));
        let ready: Vec<_> = waiting
            .filter_map(|(&table, needs)| {
                let below: Option<Vec<usize>> = needs.iter().map(|need| levels.get(need).copied()).collect();
                Some((table, below?.into_iter().max().map_or(0, |level| level + 1)))
            })
            .collect();
        if ready.is_empty() {
            return Err(find_loop(needs, &levels));
        }
        levels.extend(ready);
    }
    Ok(levels)
}

/// A loop among the tables without a level, each of which needs another one without.
fn find_loop(needs: &BTreeMap<u32, BTreeSet<u32>>, levels: &BTreeMap<u32, usize>) -> Vec<u32> {
    let mut path: Vec<u32> = needs.keys().copied().find(|table| !levels.contains_key(table)).into_iter().collect();
    while let Some(next) = path.last().and_then(|last| needs[last].iter().find(|need| !levels.contains_key(need))) {
        let again = path.iter().position(|table| table == next);
        path.push(*next);
        if let Some(first) = again {
            return path.split_off(first);
        }
    }
    path
}

fn names(there: &Lookup<'_>, tables: &[u32]) -> String {
    let name = |table: &u32| there.relation(*table).map_or_else(String::new, |of| of.qualified_name().to_string());
    tables.iter().map(name).collect::<Vec<_>>().join(" → ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(edges: &[(u32, &[u32])]) -> BTreeMap<u32, BTreeSet<u32>> {
        edges.iter().map(|(table, needs)| (*table, needs.iter().copied().collect())).collect()
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let found = levels(&needs(&[(1, &[2, 3]), (2, &[3]), (3, &[]), (4, &[])])).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(1, 2), (2, 1), (3, 0), (4, 0)]);
    }

    #[test]
    fn a_loop_is_named_and_what_only_needs_it_is_not() {
        assert_eq!(levels(&needs(&[(1, &[2]), (2, &[3]), (3, &[2]), (4, &[])])), Err(vec![2, 3, 2]));
    }

    #[test]
    fn a_key_that_is_not_enforced_orders_nothing() {
        assert!(is_enforced("FOREIGN KEY (a) REFERENCES t(a)"));
        assert!(!is_enforced("FOREIGN KEY (a) REFERENCES t(a) NOT ENFORCED"));
    }
}
