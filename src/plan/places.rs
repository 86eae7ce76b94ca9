//! Finds on the target the place for the rows of `--mode data`, and how they get there.

use std::collections::{BTreeMap, BTreeSet};

use super::load::{Chunk, CopyFormat, TableLoad};
use super::merge::{Action, Column, Merge, NoArbiter, OnConflict};
use super::{Error, LeftOut, Options, arbiter, fit, references};
use crate::catalog::{Attribute, Catalog, Lookup};
use crate::ddl::sql::qualified;

/// A table of the target that takes the rows of one of the source.
struct Place<'a> {
    table: u32,
    /// The columns that rows arrive in, in the order of the load's.
    columns: Vec<&'a Attribute>,
    /// Those of them whose type is the source's, so that what differs there differs here.
    same: BTreeSet<&'a str>,
}

/// What becomes of a table's rows.
enum Choice {
    /// They are copied.
    Copy,
    /// They are merged into those that are there.
    Merge(Merge),
    /// They stay behind, because nothing says which are there.
    NoArbiter,
}

/// Finds the place of every load and settles how its rows get there: their format, their batches, their order. A table that has no
/// place that takes all its rows, or that what was asked for cannot be done with, is added to `problems`, and its load is gone.
pub(super) fn settle(
    lookup: &Lookup<'_>,
    target: &Catalog,
    loads: &mut Vec<TableLoad>,
    options: &Options,
    problems: &mut Vec<Error>,
) -> Vec<LeftOut> {
    let there = Lookup::new(target);
    let by_name: BTreeMap<_, _> =
        target.relations.iter().filter(|of| of.is_table()).map(|of| (of.qualified_name(), of.oid)).collect();
    let mut places = Vec::with_capacity(loads.len());
    loads.retain(|load| {
        let missing = || no_place(load, "there is no such table".to_owned());
        let table = by_name.get(load.through.as_ref().unwrap_or(&load.table)).copied().ok_or_else(missing);
        let found = table.and_then(|table| place(lookup, &there, load, table));
        found.map(|place| places.push(place)).map_err(|problem| problems.push(problem)).is_ok()
    });
    let order = match references::order(&there, &places.iter().map(|place| place.table).collect()) {
        _ if options.rows.disable_triggers => references::Order::default(),
        Ok(order) => order,
        Err(problem) => {
            problems.push(problem);
            references::Order::default()
        }
    };
    if options.rows.rejects && !order.turns.is_empty() {
        let names = order.turns.keys().filter_map(|table| there.relation(*table));
        problems.push(Error::RejectsInLoop { tables: names.map(|of| of.qualified_name().to_string()).collect() });
    }
    let mut without = Vec::new();
    for (load, place) in loads.iter_mut().zip(&places) {
        if place.same.len() < place.columns.len() && load.format == CopyFormat::Binary {
            travel_as_text(load, "a column's type is another one on the target");
        }
        load.level = order.levels.get(&place.table).copied().unwrap_or_default();
        load.turn = order.turns.get(&place.table).copied();
        if load.turn.is_some() {
            one_stream(load, "it is loaded in one transaction with others");
        }
        if order.to_themselves.contains(&place.table) {
            if let Some(root) = &load.through {
                problems.push(Error::ForeignKeyLoop { tables: format!("{root} → {root}") });
            }
            one_stream(load, "the table refers to itself");
        }
        let mut choice = choose(lookup, &there, load, place, options).unwrap_or_else(|problem| {
            problems.push(problem);
            Choice::Copy
        });
        match &mut choice {
            Choice::Copy => {}
            Choice::Merge(merge) => {
                merge.one_batch = order.to_themselves.contains(&place.table);
                if merge.rejects {
                    travel_as_text(load, "rows may be rejected");
                }
                if merge.ordered {
                    one_stream(load, "its rows have to go in their order");
                }
            }
            Choice::NoArbiter => without.push(load.table.clone()),
        }
        load.merge = if let Choice::Merge(merge) = choice { Some(merge) } else { None };
    }
    if !without.is_empty() && options.rows.no_arbiter == NoArbiter::Error {
        problems.push(Error::NoArbiter { tables: without.iter().map(ToString::to_string).collect() });
        without.clear();
    }
    loads.retain(|load| !without.contains(&load.table));
    loads.sort_by(|one, other| (one.level, one.turn, &one.table).cmp(&(other.level, other.turn, &other.table)));
    let left_out = |table| LeftOut {
        object: format!("rows of {table}"),
        reason: "its table has no key that rows could be found by, and --no-arbiter is skip".to_owned(),
        kind: None,
    };
    without.into_iter().map(left_out).collect()
}

fn no_place(load: &TableLoad, problem: String) -> Error {
    Error::NoPlace { rows: "rows", object: format!("table {}", load.table), problem }
}

fn travel_as_text(load: &mut TableLoad, reason: &str) {
    load.format = CopyFormat::Text;
    load.text_reason = Some(reason.to_owned());
}

fn one_stream(load: &mut TableLoad, reason: &'static str) {
    load.chunks = vec![Chunk::Whole];
    load.chunking_reason = reason;
}

/// Makes sure that a table takes every row of another.
fn place<'a>(source: &Lookup<'_>, there: &Lookup<'a>, load: &TableLoad, table: u32) -> Result<Place<'a>, Error> {
    let no_place = |problem| Err(no_place(load, problem));
    let ours = source.attributes(load.relation);
    let mut place = Place { table, columns: Vec::with_capacity(ours.len()), same: BTreeSet::new() };
    for column in ours {
        let (name, is_computed) = (&column.name, !column.generated.is_empty());
        match there.attributes(table).iter().find(|other| other.name == *name) {
            None if is_computed => {}
            None => return no_place(format!("it has no column {name}")),
            Some(other) if is_computed && other.generated.is_empty() => {
                return no_place(format!("its column {name} is not generated, the source's is"));
            }
            Some(_) if is_computed => {}
            Some(other) if !fit::takes(source.catalog, &column.type_name, &other.type_name) => {
                let (ours, theirs) = (&column.type_name, &other.type_name);
                return no_place(format!("its column {name} is {theirs}, the source's {ours}"));
            }
            Some(other) if !other.generated.is_empty() => {
                return no_place(format!("its column {name} is generated"));
            }
            Some(other) => {
                place.columns.push(other);
                if column.type_name == other.type_name {
                    place.same.insert(&other.name);
                }
            }
        }
    }
    let is_filled = |column: &Attribute| {
        !column.not_null || column.default_value.is_some() || !column.identity.is_empty() || has_default(there, column)
    };
    let mut more = there.attributes(table).iter().filter(|column| ours.iter().all(|of| of.name != column.name));
    match more.find(|column| !is_filled(column)) {
        Some(column) => no_place(format!(
            "its column {} takes no NULL and has no default, and the source has no such column",
            column.name
        )),
        None => Ok(place),
    }
}

/// Whether a column's type is a domain with a default of its own.
fn has_default(there: &Lookup<'_>, column: &Attribute) -> bool {
    let domains = there.catalog.domains.iter();
    domains.filter(|of| of.default_value.is_some()).any(|of| fit::is_named(&column.type_name, &of.schema, &of.name))
}

/// Chooses how the rows of a table get into one that may hold some.
fn choose(
    source: &Lookup<'_>,
    there: &Lookup<'_>,
    load: &TableLoad,
    place: &Place<'_>,
    options: &Options,
) -> Result<Choice, Error> {
    let rows = &options.rows;
    let travelling: BTreeSet<&str> = load.columns.iter().map(String::as_str).collect();
    // A table without columns has no key.
    if travelling.is_empty() || (rows.on_conflict == OnConflict::Error && !rows.rejects) {
        return Ok(Choice::Copy);
    }
    let collide = || !arbiter::none_collide(source, load.relation, there, place.table, &place.same);
    let mut halved = false;
    let (action, ordered) = match rows.on_conflict {
        OnConflict::Error => (Action::Insert, collide()),
        OnConflict::Nothing => (Action::Nothing, collide()),
        OnConflict::Update => match arbiter::choose(there, place.table, &travelling) {
            Some(arbiter) => {
                let same = arbiter.columns.iter().map(String::as_str).filter(|column| place.same.contains(column));
                let repeats = !arbiter::are_distinct(source, load.relation, &same.collect());
                let set = columns_to_set(load, place, &arbiter.columns, options)?;
                let has_several = arbiter::has_several(there, place.table);
                halved = repeats && has_several;
                (Action::Update { arbiter, set, repeats: repeats && !halved }, repeats || has_several)
            }
            None if rows.no_arbiter != NoArbiter::Insert => return Ok(Choice::NoArbiter),
            None if rows.rejects => (Action::Insert, collide()),
            None => return Ok(Choice::Copy),
        },
    };
    if action != Action::Insert {
        refuse_rules(there, load, place.table)?;
    }
    Ok(Choice::Merge(Merge {
        action,
        columns: place.columns.iter().map(|column| merge_column(there, column)).collect(),
        overriding: place.columns.iter().any(|column| column.identity == IDENTITY_ALWAYS),
        ordered,
        halved,
        one_batch: false,
        trigger: if options.rows.disable_triggers { None } else { dropping_trigger(there, place.table) },
        rejects: rows.rejects,
    }))
}

fn merge_column(there: &Lookup<'_>, column: &Attribute) -> Column {
    let collation = column.collation_schema.as_deref().zip(column.collation_name.as_deref());
    Column {
        name: column.name.clone(),
        type_name: column.type_name.clone(),
        base_type: fit::base(there.catalog, &column.type_name),
        collate: collation.map_or_else(String::new, |(schema, name)| format!(" COLLATE {}", qualified(schema, name))),
    }
}

/// `attidentity` of GENERATED ALWAYS.
const IDENTITY_ALWAYS: &str = "a";

/// The columns outside the key, but for those that no statement can set.
fn columns_to_set(
    load: &TableLoad,
    place: &Place<'_>,
    key: &[String],
    options: &Options,
) -> Result<Vec<String>, Error> {
    let mut set = Vec::new();
    for column in place.columns.iter().filter(|column| !key.contains(&column.name)) {
        if column.identity != IDENTITY_ALWAYS {
            set.push(column.name.clone());
        } else if !options.rows.keep_identity {
            return Err(Error::IdentityAlways { table: load.table.to_string(), column: column.name.clone() });
        }
    }
    Ok(set)
}

/// The first trigger that may decide that nothing happens to a row.
fn dropping_trigger(there: &Lookup<'_>, table: u32) -> Option<String> {
    let fires = |event: &str| event.contains(" BEFORE ") && event.contains(" FOR EACH ROW ");
    let triggers =
        there.catalog.triggers.iter().filter(|of| of.relation == table && ["O", "A"].contains(&&*of.enabled));
    triggers.filter(|of| fires(&of.definition)).map(|of| of.name.clone()).min()
}

/// The server takes no ON CONFLICT where rules make other statements of INSERT or UPDATE.
fn refuse_rules(there: &Lookup<'_>, load: &TableLoad, table: u32) -> Result<(), Error> {
    let rules = there.catalog.rules.iter().filter(|rule| rule.relation == table && rule.enabled != "D");
    let mut in_the_way =
        rules.filter(|rule| ["ON INSERT TO", "ON UPDATE TO"].iter().any(|event| rule.definition.contains(event)));
    match in_the_way.next() {
        Some(rule) => Err(Error::Rule { table: load.table.to_string(), rule: rule.name.clone() }),
        None => Ok(()),
    }
}
