//! Which unique index of a table says that a row is there already.

use std::collections::BTreeSet;

use super::merge::Arbiter;
use crate::catalog::{Lookup, UniqueIndex};

/// The arbiter of a table of the target, of those whose columns all travel: its primary key, else the index with the fewest
/// columns, else the first by name.
pub(crate) fn choose(target: &Lookup<'_>, table: u32, travelling: &BTreeSet<&str>) -> Option<Arbiter> {
    let candidates = unique_indexes(target, table).filter(|index| index.immediate);
    let candidates = candidates.filter_map(|index| Some((index, keys(target, index)?)));
    let usable = candidates.filter(|(_, columns)| columns.iter().all(|column| travelling.contains(column)));
    let best = usable.min_by_key(|(index, columns)| (!index.is_primary, columns.len(), &index.name));
    best.map(|(index, columns)| Arbiter {
        name: index.name.clone(),
        columns: columns.into_iter().map(str::to_owned).collect(),
    })
}

/// Whether no two rows of a table of the source agree in all these columns.
pub(super) fn are_distinct(source: &Lookup<'_>, table: u32, columns: &BTreeSet<&str>) -> bool {
    unique_indexes(source, table)
        .filter_map(|index| keys(source, index))
        .any(|keys| keys.iter().all(|key| columns.contains(key)))
}

/// Whether no two rows of a table of the source can be in each other's way on the target, by any of its unique indexes and
/// exclusion constraints.
pub(super) fn none_collide(
    source: &Lookup<'_>,
    table: u32,
    target: &Lookup<'_>,
    place: u32,
    same: &BTreeSet<&str>,
) -> bool {
    unique_indexes(target, place).all(|index| {
        let columns = names(target, index).map(|names| names.into_iter().filter(|name| same.contains(name)).collect());
        !index.exclusion && columns.is_some_and(|columns| are_distinct(source, table, &columns))
    })
}

/// Whether a table has more than one unique index or exclusion constraint.
pub(super) fn has_several(target: &Lookup<'_>, table: u32) -> bool {
    unique_indexes(target, table).count() > 1
}

fn unique_indexes<'a>(lookup: &Lookup<'a>, table: u32) -> impl Iterator<Item = &'a UniqueIndex> {
    lookup.catalog.unique_indexes.iter().filter(move |index| index.relation == table)
}

/// The key columns of an index that finds exactly one row for every value: of the whole table, of columns alone, as their types
/// compare by themselves, and never NULL unless NULLs count as equal.
fn keys<'a>(lookup: &Lookup<'a>, index: &UniqueIndex) -> Option<Vec<&'a str>> {
    let never_null = |number: &i16| {
        let column = lookup.attributes(index.relation).iter().find(|column| column.number == *number);
        column.is_some_and(|column| column.not_null)
    };
    let is_whole = !index.partial && !index.exclusion && index.plain;
    let finds_all = index.nulls_not_distinct || index.columns.iter().all(never_null);
    names(lookup, index).filter(|_| is_whole && finds_all)
}

/// The names of an index's key columns; nothing where one is an expression.
fn names<'a>(lookup: &Lookup<'a>, index: &UniqueIndex) -> Option<Vec<&'a str>> {
    let name = |number: &i16| {
        let column = lookup.attributes(index.relation).iter().find(|column| column.number == *number)?;
        Some(column.name.as_str())
    };
    index.columns.iter().map(name).collect()
}
