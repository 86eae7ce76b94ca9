//! What is compared with what: the tables of a plan with those of the target, each in pieces that its server can read by itself. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use super::digest::{Column, Digested, Encoding, Image, Key};
use super::{Standing, Why};
use crate::catalog::{Attribute, Catalog, Lookup, Relation, RelationKind};
use crate::ddl::Action;
use crate::ddl::sql::QualifiedName;
use crate::plan::chunks::{self, ChunkPolicy, TableSize};
use crate::plan::load::{Chunk, TableLoad};
use crate::plan::{Plan, arbiter};

/// `block_size` where no table tells it.
const BLOCK_BYTES_USUAL: u32 = 8192;

/// `attgenerated` of a column that is computed whenever it is read. It is part of the definition, not of the rows.
const VIRTUAL: &str = "v";

/// How rows are compared.
#[derive(Debug, Clone)]
pub struct Options {
    /// Sessions that read on each side.
    pub jobs: usize,
    /// Of them on one table.
    pub streams_per_table: usize,
    /// Whether rows are only counted.
    pub counts: bool,
    /// The most rows that are shown of a table, large object by large object too.
    pub differences_max: usize,
    /// Whether the predicates of `--where` choose among the target's rows too. A run that filled the target put nothing else there.
    pub is_target_chosen: bool,
}

/// A table whose rows are compared, or the reason why they cannot be.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its name on both sides.
    pub(super) table: QualifiedName,
    /// Whether its rows are a query's result.
    pub(super) is_derived: bool,
    /// How they are compared.
    pub(super) compared: Result<Comparison, Standing>,
}

/// How the rows of a table are compared.
#[derive(Debug)]
pub(super) struct Comparison {
    /// What of them is digested.
    pub(super) digested: Digested,
    /// What tells them from each other.
    pub(super) key: Key,
    /// Where they are on the source.
    pub(super) source: Place,
    /// Where they are on the target.
    pub(super) target: Place,
}

/// Rows of one side.
#[derive(Debug)]
pub(super) struct Place {
    /// What follows FROM, for each piece.
    pub(super) pieces: Vec<String>,
    /// Heap and TOAST, in bytes.
    pub(super) bytes: u64,
}

/// What units are made of.
pub(super) struct Sides<'a> {
    pub(super) source: &'a Catalog,
    pub(super) target: &'a Catalog,
    /// Tables that the user may not read, with the reason.
    pub(super) unreadable: &'a BTreeMap<QualifiedName, String>,
    pub(super) encoding: Encoding,
    /// Whether text may be invalid.
    pub(super) is_any_text: bool,
}

/// The units of a plan, by schema and name.
pub(super) fn units(sides: &Sides<'_>, plan: &Plan, options: &Options) -> Vec<Unit> {
    let maker = Maker {
        sides,
        options,
        source: Lookup::new(sides.source),
        target: Lookup::new(sides.target),
        there: sides.target.relations.iter().map(|of| (of.qualified_name(), of)).collect(),
        loaded: plan.loads.iter().map(|load| load.table.clone()).collect(),
        policies: [sides.source, sides.target].map(|catalog| policy(catalog, options)),
    };
    let mut by_place: BTreeMap<QualifiedName, Vec<&TableLoad>> = BTreeMap::new();
    for load in plan.configuration.iter().flatten().chain(&plan.loads) {
        by_place.entry(maker.common(load)).or_default().push(load);
    }
    // Leaves go where one of them has to.
    let roots: BTreeSet<_> = by_place.keys().cloned().collect();
    let mut units: BTreeMap<QualifiedName, Vec<&TableLoad>> = BTreeMap::new();
    for (place, loads) in by_place {
        let oid = loads.first().map_or(0, |load| load.relation);
        let mut above = maker.ancestors(oid).into_iter().rev().map(Relation::qualified_name);
        let highest = above.find(|name| roots.contains(name)).unwrap_or(place);
        units.entry(highest).or_default().extend(loads);
    }
    let tables = units.into_iter().map(|(table, loads)| maker.unit(table, &loads));
    let mut all: Vec<_> = tables.chain(maker.derived(plan)).collect();
    all.sort_by(|one, other| one.table.cmp(&other.table));
    all
}

struct Maker<'a> {
    sides: &'a Sides<'a>,
    options: &'a Options,
    source: Lookup<'a>,
    target: Lookup<'a>,
    there: BTreeMap<QualifiedName, &'a Relation>,
    /// The tables whose rows are compared.
    loaded: BTreeSet<QualifiedName>,
    /// How tables of the source and of the target are divided.
    policies: [ChunkPolicy; 2],
}

impl<'a> Maker<'a> {
    /// The table through which both sides have the rows of a load: itself, or a partitioned table above it whose partitions may have
    /// other rows on the target, or are others there.
    fn common(&self, load: &TableLoad) -> QualifiedName {
        if let Some(root) = &load.through {
            return root.clone();
        }
        let root = self.ancestors(load.relation).into_iter().last().filter(|root| self.is_whole(root));
        let there = root.and_then(|root| self.there.get(&root.qualified_name()));
        match root.zip(there) {
            Some((root, there)) if leaves(&self.source, root.oid) != leaves(&self.target, there.oid) => {
                root.qualified_name()
            }
            _ => load.table.clone(),
        }
    }

    /// Whether the rows of every partition are compared.
    fn is_whole(&self, root: &Relation) -> bool {
        leaves(&self.source, root.oid).is_subset(&self.loaded)
    }

    /// The partitioned tables above a partition of the source, the nearest first.
    fn ancestors(&self, partition: u32) -> Vec<&'a Relation> {
        let mut found = Vec::new();
        let mut of = self.source.relation(partition);
        while let Some(parent) = of
            .filter(|of| of.is_partition())
            .and_then(|of| self.source.parents(of.oid).first())
            .and_then(|parent| self.source.relation(*parent))
        {
            found.push(parent);
            of = Some(parent);
        }
        found
    }

    fn unit(&self, table: QualifiedName, loads: &[&TableLoad]) -> Unit {
        let here = self.sides.source.relations.iter().find(|of| of.qualified_name() == table);
        let compared = match here {
            Some(here) => self.compared(here, loads),
            // An extension's, which is no relation of the user's.
            None => match loads {
                [load] => self.configuration(load),
                _ => Err(Standing::NotVerified("the catalog does not have it".to_owned())),
            },
        };
        Unit { table, is_derived: false, compared }
    }

    fn compared(&self, here: &Relation, loads: &[&TableLoad]) -> Result<Comparison, Standing> {
        let tables: Vec<_> = loads.iter().map(|load| &load.table).collect();
        let there = self.readable(&here.qualified_name(), &tables)?;
        let mut predicates = loads.iter().map(|load| &load.predicates);
        let first = predicates.next().cloned().unwrap_or_default();
        if predicates.any(|other| *other != first) {
            let reason = "--where chooses differently among its partitions, and they are not the same on both sides";
            return Err(Standing::NotVerified(reason.to_owned()));
        }
        if here.relation_kind() == RelationKind::PartitionedTable && !self.is_whole(here) {
            let reason = "some of its partitions are left out, and rows of the others may be in any of the target's";
            return Err(Standing::NotVerified(reason.to_owned()));
        }
        let for_target = if self.options.is_target_chosen { first.clone() } else { Vec::new() };
        let columns = self.columns(here.oid, there.oid)?;
        let names = columns.iter().map(|column| column.name.as_str()).collect();
        let key = match arbiter::choose(&self.source, here.oid, &names) {
            Some(arbiter) => {
                let column = |name: &String| columns.iter().find(|column| column.name == *name).cloned();
                Key::Columns(arbiter.columns.iter().filter_map(column).collect())
            }
            None => Key::Row { in_partitions: here.relation_kind() == RelationKind::PartitionedTable },
        };
        let [of_source, of_target] = &self.policies;
        Ok(Comparison {
            digested: self.digested(columns),
            key,
            source: place(&self.source, here, of_source, &first),
            target: place(&self.target, there, of_target, &for_target),
        })
    }

    /// The rows of an extension's configuration table that are the user's.
    fn configuration(&self, load: &TableLoad) -> Result<Comparison, Standing> {
        self.may_read(&[&load.table])?;
        let mut columns: Vec<_> =
            load.columns.iter().map(|name| Column { name: name.clone(), image: Image::Output }).collect();
        columns.sort();
        let condition = load.filter.as_ref().map_or("", |filter| &filter.condition);
        let place =
            || Place { pieces: vec![format!("ONLY {} {condition}", load.table.sql())], bytes: load.bytes_estimate };
        let key = Key::Row { in_partitions: false };
        Ok(Comparison { digested: self.digested(columns), key, source: place(), target: place() })
    }

    /// Materialized views that are filled on the source.
    fn derived(&self, plan: &Plan) -> Vec<Unit> {
        let statements = plan.statements(false, true).filter(|statement| statement.action == Action::Refresh);
        let filled: BTreeSet<&str> = statements.map(|statement| statement.object.sql.as_str()).collect();
        let views =
            self.sides.source.relations.iter().filter(|of| of.relation_kind() == RelationKind::MaterializedView);
        let unit = |view: &Relation| Unit {
            table: view.qualified_name(),
            is_derived: true,
            compared: self.compared(view, &[]).and_then(|comparison| {
                let is_filled = self.there.get(&view.qualified_name()).is_some_and(|of| of.populated);
                if is_filled { Ok(comparison) } else { Err(Standing::Differs(Why::NotFilled)) }
            }),
        };
        views.filter(|view| filled.contains(view.qualified_name().sql().as_str())).map(unit).collect()
    }

    fn digested(&self, columns: Vec<Column>) -> Digested {
        Digested { columns, encoding: self.sides.encoding, is_any_text: self.sides.is_any_text }
    }

    /// The target's relation that has the rows.
    fn readable(&self, table: &QualifiedName, loads: &[&QualifiedName]) -> Result<&'a Relation, Standing> {
        self.may_read(loads)?;
        self.may_read(&[table])?;
        let there = self.there.get(table).ok_or(Standing::Differs(Why::Missing))?;
        match there.relation_kind() {
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::MaterializedView => Ok(there),
            RelationKind::ForeignTable => Err(Standing::Differs(Why::OtherKind("a foreign table"))),
            RelationKind::View => Err(Standing::Differs(Why::OtherKind("a view"))),
            RelationKind::Sequence => Err(Standing::Differs(Why::OtherKind("a sequence"))),
        }
    }

    fn may_read(&self, tables: &[&QualifiedName]) -> Result<(), Standing> {
        let mut reasons = tables.iter().filter_map(|table| self.sides.unreadable.get(*table));
        reasons.next().map_or(Ok(()), |reason| Err(Standing::NotVerified(reason.clone())))
    }

    /// The source's columns by name, all of which the target must have.
    fn columns(&self, here: u32, there: u32) -> Result<Vec<Column>, Standing> {
        let theirs: BTreeMap<&str, &Attribute> =
            self.target.attributes(there).iter().map(|of| (of.name.as_str(), *of)).collect();
        let stored = self.source.attributes(here).iter().filter(|of| of.generated != VIRTUAL);
        let column = |of: &&Attribute| match theirs.get(of.name.as_str()) {
            Some(other) => Ok(Column { name: of.name.clone(), image: Image::of(&of.type_name, &other.type_name) }),
            None => Err(Standing::Differs(Why::NoColumn(of.name.clone()))),
        };
        let mut columns = stored.map(column).collect::<Result<Vec<_>, _>>()?;
        columns.sort();
        Ok(columns)
    }
}

/// The partitions below a table that have rows.
fn leaves(lookup: &Lookup<'_>, root: u32) -> BTreeSet<QualifiedName> {
    let below = lookup.with_descendants(root).into_iter().filter_map(|oid| lookup.relation(oid));
    below.filter(|of| of.relation_kind() == RelationKind::Table).map(Relation::qualified_name).collect()
}

/// How tables of a server are divided: as for a copy, with nothing known of the rest of the work but its size.
fn policy(catalog: &Catalog, options: &Options) -> ChunkPolicy {
    let block_bytes = catalog.table_sizes.first().and_then(|of| u32::try_from(of.block_bytes).ok());
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let bytes = |bytes: i64| u64::try_from(bytes).unwrap_or_default();
    ChunkPolicy {
        server_major: catalog.major,
        block_bytes: NonZeroU32::new(block_bytes.unwrap_or(BLOCK_BYTES_USUAL)).unwrap_or(NonZeroU32::MIN),
        jobs: count(options.jobs),
        streams_per_table: count(options.streams_per_table),
        total_bytes: catalog.table_sizes.iter().map(|of| bytes(of.heap_bytes.saturating_add(of.toast_bytes))).sum(),
        merges: false,
        forced: None,
    }
}

/// A relation's rows, in pieces by blocks where it is large and its server can read them so.
fn place(lookup: &Lookup<'_>, relation: &Relation, policy: &ChunkPolicy, predicates: &[String]) -> Place {
    let bytes = |bytes: Option<i64>| bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default();
    let size = lookup.size(relation.oid);
    let size = TableSize {
        heap_bytes: bytes(size.map(|of| of.heap_bytes)),
        toast_bytes: bytes(size.map(|of| of.toast_bytes)),
        is_heap: relation.access_method.as_deref().is_none_or(|method| method == "heap"),
    };
    // Descendants by inheritance have rows of their own, partitions have those of the table above.
    let only = if relation.relation_kind() == RelationKind::PartitionedTable { "" } else { "ONLY " };
    let table = format!("{only}{}", relation.qualified_name().sql());
    let piece = |chunk: &Chunk| format!("{table}{}", condition(*chunk, predicates));
    Place {
        pieces: chunks::chunks(size, policy, None).chunks.iter().map(piece).collect(),
        bytes: size.heap_bytes.saturating_add(size.toast_bytes),
    }
}

/// ` WHERE …`. A predicate is as it was typed, and may end with a comment.
fn condition(chunk: Chunk, predicates: &[String]) -> String {
    let bound =
        |operator: &str, block: u32| format!("\"ctid\" OPERATOR(pg_catalog.{operator}) '({block},0)'::pg_catalog.tid");
    let range = match chunk {
        Chunk::Blocks(range) => [range.first.map(|first| bound(">=", first)), range.end.map(|end| bound("<", end))],
        Chunk::Whole | Chunk::Keys(_) => [None, None],
    };
    let predicates = predicates.iter().map(|text| format!("({text}\n)"));
    let conditions: Vec<_> = range.into_iter().flatten().chain(predicates).collect();
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::load::BlockRange;

    #[test]
    fn a_piece_is_a_range_of_blocks_in_which_predicates_choose() {
        let range = Chunk::Blocks(BlockRange { first: Some(3), end: None });
        assert_eq!(condition(Chunk::Whole, &[]), "");
        assert_eq!(
            condition(range, &["a > 1 -- so".to_owned()]),
            " WHERE \"ctid\" OPERATOR(pg_catalog.>=) '(3,0)'::pg_catalog.tid AND (a > 1 -- so\n)"
        );
    }
}
