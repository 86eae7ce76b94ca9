//! What the target's foreign keys ask of tables that are filled or emptied while they hold: what is referred to takes rows first, and
//! what refers to it is emptied with it.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use crate::catalog::{Catalog, Lookup, Relation};
use crate::ddl::QualifiedName;

/// What foreign keys ask of the loads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// For each table of the target, how many steps stand between it and one whose foreign keys lead to no table that is loaded.
    pub(super) levels: BTreeMap<u32, usize>,
    /// Tables whose rows refer to rows of the same table. Foreign keys are checked at the end of a statement, so that these rows
    /// have to come in one.
    pub(super) to_themselves: BTreeSet<u32>,
    /// Tables that refer to each other in a loop that can be checked at the end of a transaction, each with its turn in that
    /// transaction. A loop has a level to itself.
    pub(super) turns: BTreeMap<u32, usize>,
}

/// The roots of tables, each with those that it refers to.
type Needs = BTreeMap<u32, BTreeSet<u32>>;

/// Orders tables of the target that take rows.
///
/// # Errors
///
/// When tables refer to each other in a loop, each of them by a foreign key that is not deferrable: each would have to be filled
/// before the other. A table with partitions that refers to itself is such a loop of its partitions.
pub(super) fn order(there: &Lookup<'_>, tables: &BTreeSet<u32>) -> Result<Order, Error> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &table in tables {
        members.entry(root(there, table)).or_default().push(table);
    }
    let mut needs: Needs = members.keys().map(|&root| (root, BTreeSet::new())).collect();
    let mut firm = needs.clone();
    let mut order = Order::default();
    for key in there.catalog.constraints.iter().filter(|key| key.kind == "f" && is_enforced(&key.definition)) {
        let (from, to) = (root(there, key.relation), root(there, key.referenced));
        let Some(members) = members.get(&from).filter(|_| needs.contains_key(&to)) else { continue };
        if let [table] = members[..]
            && from == to
        {
            order.to_themselves.insert(table);
            continue;
        }
        needs.entry(from).or_default().insert(to);
        if !key.deferrable {
            firm.entry(from).or_default().insert(to);
        }
    }
    let steps = steps(&needs, &firm).map_err(|of| Error::ForeignKeyLoop { tables: names(there, &of) })?;
    for (level, step) in steps.iter().enumerate() {
        for (turn, root) in step.roots.iter().enumerate() {
            order.levels.extend(members[root].iter().map(|&table| (table, level)));
            order.turns.extend(members[root].iter().filter(|_| step.is_loop).map(|&table| (table, turn)));
        }
    }
    Ok(order)
}

/// A table that refers to others that are to be emptied, so that no statement empties those without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referring {
    /// Its name.
    pub table: QualifiedName,
    /// Whether its rows are in partitions, which are emptied with it.
    pub is_partitioned: bool,
    /// Where its rows would be, without what is to be emptied anyway.
    pub places: Vec<QualifiedName>,
}

/// The tables of the target that refer to some that are to be emptied, or to others of these, and are not among them, by name.
#[must_use]
pub fn referring(target: &Catalog, emptied: &[QualifiedName]) -> Vec<Referring> {
    let there = Lookup::new(target);
    let emptied: BTreeSet<&QualifiedName> = emptied.iter().collect();
    let is_emptied = |of: &Relation| emptied.contains(&of.qualified_name());
    let tables = || target.relations.iter().filter(|of| of.is_table());
    let mut roots: BTreeSet<u32> = tables().filter(|of| is_emptied(of)).map(|of| root(&there, of.oid)).collect();
    let mut found = BTreeSet::new();
    loop {
        let keys = target.constraints.iter().filter(|key| key.kind == "f");
        let referring = keys.filter(|key| roots.contains(&root(&there, key.referenced)));
        let new: Vec<u32> = referring.map(|key| root(&there, key.relation)).filter(|of| found.insert(*of)).collect();
        if new.is_empty() {
            break;
        }
        roots.extend(new);
    }
    let found = found.into_iter().filter_map(|of| there.relation(of)).filter(|of| !is_emptied(of));
    let mut referring: Vec<_> = found
        .map(|of| Referring {
            table: of.qualified_name(),
            is_partitioned: of.partition_key.is_some(),
            places: tables()
                .filter(|part| part.partition_key.is_none() && root(&there, part.oid) == of.oid && !is_emptied(part))
                .map(Relation::qualified_name)
                .collect(),
        })
        .collect();
    referring.sort_by(|one, other| one.table.cmp(&other.table));
    referring
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

/// Tables that may take rows when those of the steps before have theirs.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    /// In their turn, where they are a loop.
    roots: Vec<u32>,
    is_loop: bool,
}

/// All tables, step by step, or a loop that cannot be cut: its first member again at the end. `firm` are the needs that are checked
/// with each statement.
fn steps(needs: &Needs, firm: &Needs) -> Result<Vec<Step>, Vec<u32>> {
    let mut steps = Vec::new();
    let mut left: BTreeSet<u32> = needs.keys().copied().collect();
    while !left.is_empty() {
        let is_ready = |table: &&u32| needs[*table].is_disjoint(&left);
        let ready: Vec<u32> = left.iter().filter(is_ready).copied().collect();
        let step = if ready.is_empty() {
            Step { roots: turns(&innermost_loop(needs, &left), firm)?, is_loop: true }
        } else {
            Step { roots: ready, is_loop: false }
        };
        for root in &step.roots {
            left.remove(root);
        }
        steps.push(step);
    }
    Ok(steps)
}

/// Tables each of which needs all the others, and none else of those that are left. Every one of those needs another one.
fn innermost_loop(needs: &Needs, left: &BTreeSet<u32>) -> BTreeSet<u32> {
    let reach = |table: &u32| {
        let mut reached = BTreeSet::new();
        let mut open = vec![*table];
        while let Some(table) = open.pop() {
            open.extend(needs[&table].iter().copied().filter(|need| left.contains(need) && reached.insert(*need)));
        }
        reached
    };
    left.iter().map(reach).min_by_key(BTreeSet::len).unwrap_or_default()
}

/// The tables of a loop in an order that their firm needs allow.
fn turns(members: &BTreeSet<u32>, firm: &Needs) -> Result<Vec<u32>, Vec<u32>> {
    let mut turns = Vec::with_capacity(members.len());
    while turns.len() < members.len() {
        let waits = |table: &u32| members.contains(table) && !turns.contains(table);
        let Some(&next) = members.iter().find(|table| waits(table) && !firm[*table].iter().any(waits)) else {
            return Err(find_loop(firm, waits));
        };
        turns.push(next);
    }
    Ok(turns)
}

/// A loop among tables that wait for each other.
fn find_loop(needs: &Needs, waits: impl Fn(&u32) -> bool) -> Vec<u32> {
    let mut path: Vec<u32> = needs.keys().copied().find(&waits).into_iter().collect();
    while let Some(next) = path.last().and_then(|last| needs[last].iter().find(|need| waits(need))) {
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

    fn needs(edges: &[(u32, &[u32])]) -> Needs {
        edges.iter().map(|(table, needs)| (*table, needs.iter().copied().collect())).collect()
    }

    /// The steps, loops in brackets.
    fn said(needs: &Needs, firm: &Needs) -> Result<String, Vec<u32>> {
        let words = |step: &Step| {
            let roots: Vec<_> = step.roots.iter().map(ToString::to_string).collect();
            if step.is_loop { format!("[{}]", roots.join(" ")) } else { roots.join(" ") }
        };
        Ok(steps(needs, firm)?.iter().map(words).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let needs = needs(&[(1, &[2, 3]), (2, &[3]), (3, &[]), (4, &[])]);
        assert_eq!(said(&needs, &needs).unwrap(), "3 4, 2, 1");
    }

    #[test]
    fn a_loop_is_named_and_what_only_needs_it_is_not() {
        let needs = needs(&[(1, &[2]), (2, &[3]), (3, &[2]), (4, &[])]);
        assert_eq!(said(&needs, &needs), Err(vec![2, 3, 2]));
    }

    #[test]
    fn a_loop_that_can_be_deferred_is_one_step_in_the_order_of_what_cannot() {
        let all = needs(&[(1, &[2, 6]), (2, &[3]), (3, &[2, 4]), (4, &[2, 5]), (5, &[]), (6, &[7]), (7, &[6])]);
        let firm = needs(&[(1, &[2, 6]), (2, &[3]), (3, &[4]), (4, &[5]), (5, &[]), (6, &[7]), (7, &[])]);
        assert_eq!(said(&all, &firm).unwrap(), "5, [7 6], [4 3 2], 1");
        assert_eq!(said(&all, &all), Err(vec![6, 7, 6]));
    }

    #[test]
    fn partitions_of_a_table_that_refers_to_itself_are_a_loop() {
        let all = needs(&[(1, &[1]), (2, &[1])]);
        assert_eq!(said(&all, &needs(&[(1, &[]), (2, &[1])])).unwrap(), "[1], 2");
        assert_eq!(said(&all, &all), Err(vec![1, 1]));
    }

    #[test]
    fn a_key_that_is_not_enforced_orders_nothing() {
        assert!(is_enforced("FOREIGN KEY (a) REFERENCES t(a)"));
        assert!(!is_enforced("FOREIGN KEY (a) REFERENCES t(a) NOT ENFORCED"));
    }
}
