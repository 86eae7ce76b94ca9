//! What will be done, in which order and in which pieces. Pure: no IO, not async; the same catalogs and options give the
//! same plan.

mod address;
pub(crate) mod arbiter;
pub mod chunks;
mod conditions;
mod configuration;
pub mod conflict;
pub mod earlier;
mod error;
mod extensions;
mod falls;
mod fit;
pub mod graph;
mod labels;
mod lacks;
mod left_out;
pub mod load;
mod loads;
pub mod locks;
pub mod merge;
mod newer;
pub mod node;
pub mod object_types;
pub mod omission;
pub mod order;
pub mod pattern;
mod places;
mod references;
mod reworded;
pub mod roles;
pub mod select;
pub mod shape;
mod statements;
pub mod statistics;
pub mod steps;
pub mod tasks;

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Lookup, ObjectId, Relation, RelationKind};
use crate::ddl::{self, Action, Address, QualifiedName, Statement};
use chunks::ForcedChunk;
use earlier::Earlier;
pub use error::{Error, Lacking};
use graph::Graph;
use lacks::Lacks;
use load::{CopyFormat, TableLoad};
pub use loads::wanting_keys;
use node::{Kind, NodeId};
use object_types::{ObjectType, ObjectTypes};
use pattern::Pattern;
pub use references::{Referring, referring};
pub use reworded::reworded;
use roles::Roles;
use select::{Refusal, Selection};
use shape::Property;
use statements::Context;
use statistics::CarriedStatistics;
use steps::{Places, Step};
use tasks::Task;

/// The rule that holds a view's query.
const VIEW_RULE: &str = "_RETURN";

/// Which of the three sections a run copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Schema and rows.
    Full,
    /// The schema alone.
    Schema,
    /// Rows alone, into tables that are there.
    Data,
}

/// What a plan depends on beside the catalogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which sections are copied.
    pub mode: Mode,
    /// Which objects.
    pub selection: Selection,
    /// Which types of them.
    pub object_types: ObjectTypes,
    /// Properties that are not copied.
    pub unwanted: Vec<Property>,
    /// Providers whose security labels are not copied, in the first half of the patterns.
    pub unlabelled_providers: Vec<Pattern>,
    /// Whether subscriptions are copied, disabled. Only what was read can be.
    pub subscriptions: bool,
    /// Whether roles are copied. Only what was read can be.
    pub roles: Roles,
    /// Kinds, of [`omission::KINDS`], that may be missing on the target.
    pub accepted: Vec<&'static str>,
    /// Whether objects in the way are dropped first.
    pub clean: bool,
    /// The user's format for rows; `None` for binary wherever it is safe.
    pub copy_format: Option<CopyFormat>,
    /// COPY streams in all.
    pub jobs: u32,
    /// COPY streams on one table.
    pub streams_per_table: u32,
    /// The user's chunk size.
    pub forced_chunk: Option<ForcedChunk>,
    /// Which rows are copied, and how they get into tables that hold some.
    pub rows: merge::Rows,
    /// Whether tables are analyzed when their rows and indexes are there.
    pub analyze: bool,
    /// What an earlier run of the same request made on the target.
    pub earlier: Earlier,
    /// Locales that the target does not know; empty where nothing is known.
    pub unknown_locales: Vec<UnknownLocale>,
}

/// A locale that the target does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLocale {
    /// The collation of the source that has it, by OID.
    pub collation: u32,
    /// What the target's server said of it.
    pub said: String,
}

impl Options {
    /// Whether large objects are copied. They are rows that belong to no table, so that no selection of tables brings them
    /// along.
    #[must_use]
    pub fn with_large_objects(&self) -> bool {
        self.mode != Mode::Schema && self.selection.is_everything() && self.object_types.include(ObjectType::Tables)
    }

    /// Whether the rows of a table that is chosen are copied.
    #[must_use]
    pub fn copies_rows_of(&self, table: &QualifiedName) -> bool {
        self.mode != Mode::Schema && !self.selection.is_schema_only(table)
    }

    /// Whether rows meet rows that are there, so that what tells them apart has to be known of both sides.
    #[must_use]
    pub fn merges(&self) -> bool {
        self.mode == Mode::Data && (self.rows.on_conflict != merge::OnConflict::Error || self.rows.rejects)
    }

    /// Whether what a statement sets is copied.
    #[must_use]
    pub fn wants(&self, statement: &Statement) -> bool {
        let is_chosen = statement.action != Action::Comment || self.object_types.include(ObjectType::Comments);
        is_chosen && shape::wants(&self.unwanted, statement)
    }

    /// Whether the security labels of a provider are copied.
    #[must_use]
    pub fn wants_labels_of(&self, provider: &str) -> bool {
        !labels::is_excluded(provider, &self.unlabelled_providers)
    }
}

/// Everything a run will do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Drops what is in the way, where the user asked for that.
    pub clean: Vec<Statement>,
    /// What will be made, for later runs of the same request to know.
    pub made: Vec<Address>,
    /// Makes what takes the rows.
    pub pre_data: Vec<Step>,
    /// The rows of extensions' configuration tables, which are part of the schema: each list needs the ones before it.
    pub configuration: Vec<Vec<TableLoad>>,
    /// How each table's rows travel: by level, then by schema and name.
    pub loads: Vec<TableLoad>,
    /// The sequences whose values are set, by schema and name.
    pub sequences: Vec<QualifiedName>,
    /// Makes everything else, as far as possible while rows are still copied.
    pub post_data: Vec<Task>,
    /// The tables whose statistics for the planner are taken over, by schema and name.
    pub statistics: Vec<CarriedStatistics>,
    /// What stays behind, and why.
    pub left_out: Vec<LeftOut>,
    /// What is made without being asked for more than once: dependency loops that were cut, for the log.
    pub repairs: Vec<String>,
}

impl Plan {
    /// The statements that make objects before the rows, after them, or both, in order.
    pub(crate) fn statements(&self, pre_data: bool, post_data: bool) -> impl Iterator<Item = &Statement> {
        let before = self.pre_data.iter().filter(move |_| pre_data).flat_map(|step| &step.statements);
        let tasks = self.post_data.iter().filter(move |_| post_data);
        before.chain(tasks.flat_map(|task| &task.statements))
    }
}

/// Something of the source that is not copied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// What it is.
    pub object: String,
    /// Why it stays behind.
    pub reason: String,
    /// The kind, one of [`omission::KINDS`], where something is missing on the target. None where it is outside what the user
    /// asked for, or never copied by design.
    pub kind: Option<&'static str>,
}

/// Plans a run.
///
/// # Errors
///
/// When what was asked for cannot be copied as a whole, or the target is not ready to take it: the first of what [`attempt`] finds.
pub fn build(source: &Catalog, target: &Catalog, options: &Options) -> Result<Plan, Error> {
    attempt(source, target, options).map_err(|mut refused| refused.problems.swap_remove(0))
}

/// Why there is no plan.
#[derive(Debug)]
pub struct Refused {
    /// Everything that stands against it, in the order in which it is looked for. Never empty.
    pub problems: Vec<Error>,
    /// What the plan would be but for that, where it can be told at all. Not to be run.
    pub otherwise: Option<Box<Plan>>,
}

/// Plans a run, and finds everything that stands against it.
///
/// # Errors
///
/// Every problem.
pub fn attempt(source: &Catalog, target: &Catalog, options: &Options) -> Result<Plan, Box<Refused>> {
    let mut problems = Vec::new();
    match draft(source, target, options, &mut problems) {
        Ok(plan) if problems.is_empty() => Ok(plan),
        Ok(plan) => Err(Box::new(Refused { problems, otherwise: Some(Box::new(plan)) })),
        Err(last) => {
            problems.push(last);
            Err(Box::new(Refused { problems, otherwise: None }))
        }
    }
}

/// The plan as far as it can be made. What stands against it is added to `problems`, and the planning goes on where it can.
fn draft(source: &Catalog, target: &Catalog, options: &Options, problems: &mut Vec<Error>) -> Result<Plan, Error> {
    let original = source;
    let source = &*reworded(original, target);
    let ours = options.earlier.existing(target);
    let remade = earlier::without_extensions(target, &ours);
    let target = if options.earlier.keeps { target } else { &remade };
    let lookup = Lookup::new(source);
    let mut graph = Graph::new(&lookup);
    problems.extend(select::unmatched(&lookup, &options.selection).iter().map(|of| refused(&graph, &lookup, of)));
    if let Some(last) = problems.pop() {
        return Err(last);
    }
    let select = if options.mode == Mode::Data { select::select_rows } else { select::select };
    let mut selected =
        select(&graph, &lookup, &options.selection).map_err(|refusal| refused(&graph, &lookup, &refusal))?;
    selected.nodes.retain(|id| !shape::leaves_out(&options.unwanted, graph.nodes[*id].key.kind));
    let mut lacks = Lacks::default();
    let mut left_out = Vec::new();
    if options.mode == Mode::Data {
        selected.nodes.retain(|id| options.object_types.wants(&graph, *id));
    } else {
        left_out = options.object_types.choose(&graph, &lookup, target, &mut selected.nodes, problems);
        let mut others = newer::lacks(&graph, original, target.major);
        others.extend(lacks::locales(&graph, &lookup, &options.unknown_locales));
        lacks = Lacks::new(&graph, &lookup, &selected.nodes, target, others);
        left_out.extend(lacks.leave_out(&graph, &lookup, &mut selected.nodes, &options.accepted));
    }
    let order = order::order(&mut graph, &selected.nodes)
        .map_err(|members| Error::Loop { members: order::describe_loop(&graph, &lookup, &members) })?;
    let context = Context::new(&lookup, target, &graph, options);
    let mut plan = Plan {
        clean: Vec::new(),
        made: Vec::new(),
        pre_data: Vec::new(),
        configuration: configuration::loads(&lookup, &remade, &graph, &selected.nodes, options),
        loads: Vec::new(),
        sequences: configuration::sequences(&lookup, &graph, &selected.nodes, options),
        post_data: Vec::new(),
        statistics: Vec::new(),
        left_out: left_out::left_out(&graph, &lookup, &selected, options),
        repairs: order.repairs.iter().map(|repair| describe_repair(&graph, &lookup, *repair)).collect(),
    };
    if options.mode != Mode::Schema {
        plan.loads = loads::loads(&lookup, target, &graph, &selected.nodes, options);
        leave_out_rows(&mut plan, &options.selection);
        problems.extend(conditions::apply(&lookup, &mut plan.loads, &options.rows.conditions));
        plan.sequences.extend(sequences(&lookup, &graph, &selected.nodes, &options.selection));
    }
    if options.mode == Mode::Full && options.analyze {
        plan.statistics = statistics::carried(&lookup, target.major, &plan.loads);
    }
    if options.mode == Mode::Data {
        plan.left_out.extend(places::settle(&lookup, target, &mut plan.loads, options, problems));
        problems.extend(loads::missing_sequences(target, &plan.sequences));
    }
    problems.extend(loads::without_binary(&plan.loads, options));
    if options.mode != Mode::Data {
        problems.extend(view_rules(&context, &selected.nodes));
        plan.left_out.extend(roles::left_out(&lookup, target, &graph, &selected.nodes, options));
        plan.made = earlier::made(&lookup, &graph, order.pre_data.iter().chain(&order.post_data).copied());
        plan.clean = clear_the_way(&context, &order, &ours, options).unwrap_or_else(|in_the_way| {
            problems.push(in_the_way);
            Vec::new()
        });
        let places = Places::new(order.pre_data.iter().chain(&order.post_data));
        let dropped = drop_public(source, target, &options.selection).map(Step::alone);
        plan.pre_data = dropped.into_iter().chain(steps::steps(&context, &places, &order.pre_data)).collect();
        plan.post_data = tasks::tasks(&context, &places, &order.post_data, &plan.loads, options.mode == Mode::Full);
        lacks.add_names(plan.statements(true, true), target, &made_roles(&lookup, &graph, &selected.nodes));
        let extensions = selected.nodes.iter().map(|id| graph.nodes[*id].key).filter(|key| key.kind == Kind::Extension);
        let extensions = extensions.filter_map(|key| lookup.extension(key.object.oid));
        plan.left_out.extend(extensions.filter_map(|of| extensions::difference(of, target)));
        if options.earlier.keeps {
            let drops = |remade: &[Address]| conflict::drops(remade, target);
            problems.extend(earlier::keep(&mut plan, &options.earlier, &ours, drops).err());
        }
    }
    plan.left_out.extend(left_out);
    problems.extend(lacks.refused(&options.accepted));
    Ok(plan)
}

/// The roles that the run makes.
fn made_roles<'a>(lookup: &Lookup<'a>, graph: &Graph, nodes: &BTreeSet<NodeId>) -> BTreeSet<&'a str> {
    let keys = nodes.iter().map(|id| graph.nodes[*id].key).filter(|key| key.kind == Kind::Role);
    keys.filter_map(|key| lookup.role(key.object.oid)).map(|of| of.name.as_str()).collect()
}

/// Rules that have the name of a view's query and are none.
fn view_rules(context: &Context<'_>, nodes: &BTreeSet<NodeId>) -> Vec<Error> {
    let rules = nodes.iter().filter(|id| context.graph.nodes[**id].key.kind == Kind::Rule);
    let named = rules.filter(|id| {
        let of = context.lookup.rule(context.graph.nodes[**id].key.object.oid);
        of.is_some_and(|of| of.name == VIEW_RULE)
    });
    named.map(|id| Error::ViewRule { rule: address::describe(context.graph, context.lookup, *id) }).collect()
}

/// Takes out the loads of tables whose definition alone is wanted, and names them.
fn leave_out_rows(plan: &mut Plan, selection: &Selection) {
    let unwanted = plan.loads.extract_if(.., |load| selection.is_schema_only(&load.table));
    plan.left_out.extend(unwanted.map(|load| LeftOut {
        object: format!("rows of {}", load.table),
        reason: "because of --schema-only-tables".to_owned(),
        kind: None,
    }));
}

/// Drops the target's `public` where a whole database is copied that has none, unless something is in it: initdb made it, not
/// a user.
fn drop_public(source: &Catalog, target: &Catalog, selection: &Selection) -> Option<Statement> {
    const PUBLIC: &str = "public";
    let is_public = |schema: &String| schema == PUBLIC;
    if !selection.is_everything() || source.namespaces.iter().any(|of| is_public(&of.name)) {
        return None;
    }
    let there = target.namespaces.iter().find(|of| is_public(&of.name))?;
    let is_empty = !conflict::schemas_in_use(target).any(is_public);
    let address = ddl::schema::namespace_address(there);
    is_empty.then(|| Statement::new(Action::Drop, &address, format!("DROP SCHEMA {}", address.sql)))
}

/// Everything a plan would make on a server of this version where nothing is, in order: equal for equal definitions.
///
/// # Errors
///
/// As of [`build`].
pub fn definitions(source: &Catalog, target_major: u32, options: &Options) -> Result<Vec<Statement>, Error> {
    // Without rows, because how some of them are made depends on how many there are.
    let options = Options { mode: Mode::Schema, earlier: Earlier::default(), clean: false, ..options.clone() };
    let plan = build(source, &Catalog::fresh(target_major), &options)?;
    let steps = plan.pre_data.into_iter().flat_map(|step| step.statements);
    let tasks = plan.post_data.into_iter().flat_map(|task| task.statements);
    Ok(steps.chain(tasks).collect())
}

/// Finds what is in the way, and drops it where that was asked for, or where an earlier run of the same request made it.
fn clear_the_way(
    context: &Context<'_>,
    order: &order::Order,
    ours: &[Address],
    options: &Options,
) -> Result<Vec<Statement>, Error> {
    let made: Vec<conflict::Made> = order
        .pre_data
        .iter()
        .chain(&order.post_data)
        .map(|id| &context.graph.nodes[*id])
        .filter(|node| node.within.is_none())
        .filter_map(|node| conflict::Made::new(context.lookup, node))
        .collect();
    let mut foreign = conflict::find(&made, context.target);
    let with_ours = conflict::with_tables(ours, context.target);
    foreign.retain(|address| !ours.contains(address) && !with_ours.contains(address));
    if foreign.is_empty() || options.clean {
        Ok(conflict::drops(&[ours, &foreign].concat(), context.target))
    } else {
        Err(Error::InTheWay { conflicts: foreign.iter().map(ToString::to_string).collect() })
    }
}

fn refused(graph: &Graph, lookup: &Lookup<'_>, refusal: &Refusal) -> Error {
    match refusal {
        Refusal::NoMatch { pattern, similar } => Error::NoMatch { pattern: pattern.clone(), similar: similar.clone() },
        Refusal::Incomplete { node, needs } => Error::Incomplete {
            object: address::describe(graph, lookup, *node),
            needs: address::describe(graph, lookup, *needs),
        },
    }
}

fn describe_repair(graph: &Graph, lookup: &Lookup<'_>, repair: order::Repair) -> String {
    let (id, how) = match repair {
        order::Repair::TypeShell(id) => (id, "made as a shell first"),
        order::Repair::DefaultApart(id) => (id, "set after its table is made"),
        order::Repair::CheckApart(id) => (id, "added after what it checks is made"),
        order::Repair::ViewStandIn(id) => (id, "made without its query first"),
    };
    format!("{} is {how}, because it is part of a dependency loop", address::describe(graph, lookup, id))
}

/// The tables that hold rows, by schema and name.
fn tables<'a>(lookup: &Lookup<'a>, graph: &Graph, nodes: &BTreeSet<NodeId>) -> Vec<&'a Relation> {
    let selected =
        |of: &&Relation| graph.find(Kind::Table, ObjectId::relation(of.oid)).is_some_and(|id| nodes.contains(&id));
    let relations = lookup.catalog.relations.iter();
    let mut tables: Vec<_> =
        relations.filter(|of| of.relation_kind() == RelationKind::Table).filter(selected).collect();
    tables.sort_by_key(|of| (&of.schema, &of.name));
    tables
}

/// The sequences that are copied, those of identity columns with their table.
fn sequences(
    lookup: &Lookup<'_>,
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    selection: &Selection,
) -> Vec<QualifiedName> {
    let selected = |of: &&Relation| graph.resolve(ObjectId::relation(of.oid)).is_some_and(|id| nodes.contains(&id));
    let relations = lookup.catalog.relations.iter().filter(|of| of.relation_kind() == RelationKind::Sequence);
    let included = |of: &&Relation| !selection.excludes(&of.schema, &of.name);
    let mut names: Vec<_> = relations.filter(selected).filter(included).map(Relation::qualified_name).collect();
    names.sort();
    names
}
