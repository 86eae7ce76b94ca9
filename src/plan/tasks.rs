//! What is made behind the rows, as a graph of tasks of which several run at once.
//!
//! A task starts when the rows it looks at have arrived, the tasks it needs are done, and no running task holds a lock that
//! excludes one of its own. So a table's indexes are built while other tables are still copied, and no two tasks wait for each
//! other inside the server.

mod analyze;
mod foreign_key;
mod parts;

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::load::TableLoad;
use super::locks::LockMode;
use super::node::{Kind, NodeId};
use super::statements::{self, Context};
use super::steps::{Place, Places};
use crate::ddl::{Address, Statement};
use parts::Part;

pub(super) use parts::bytes;

/// Which tasks wait for all of which others. Everything up to [`Stage::Structure`] may run while rows still arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Indexes, constraints, extended statistics, ANALYZE.
    Structure,
    /// Rules, triggers, policies: nothing may fire, and nothing be hidden, while foreign keys are validated.
    Behaviour,
    /// Grants. They come before [`Stage::Refresh`], because REFRESH runs with the privileges of the view's owner.
    Privileges,
    /// The rows of materialized views.
    Refresh,
    /// Publications.
    Publications,
    /// Settings of the database, which would change what the statements before them mean.
    Settings,
    /// Event triggers, which would fire for every statement before them.
    EventTriggers,
}

impl Stage {
    /// What it makes, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Structure => "indexes and constraints",
            Self::Behaviour => "rules, triggers and policies",
            Self::Privileges => "privileges",
            Self::Refresh => "materialized views",
            Self::Publications => "publications",
            Self::Settings => "settings of the database",
            Self::EventTriggers => "event triggers",
        }
    }

    /// When nodes of a kind are made. Default privileges would touch tables and functions that are made after them, so none
    /// are.
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Rule | Kind::Trigger | Kind::Policy | Kind::RowSecurity => Self::Behaviour,
            Kind::Privileges | Kind::DefaultPrivileges => Self::Privileges,
            Kind::Refresh => Self::Refresh,
            Kind::Publication | Kind::PublicationTable | Kind::PublicationSchema | Kind::Subscription => {
                Self::Publications
            }
            Kind::DatabaseSettings => Self::Settings,
            Kind::EventTrigger => Self::EventTriggers,
            _ => Self::Structure,
        }
    }
}

/// Statements that are run one after the other on one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The place of the node they make, or make a part of; None where it has none.
    pub place: Option<Place>,
    /// What they make.
    pub object: Address,
    /// The table it is an index or a constraint of, by OID on the source; 0 where it is neither.
    pub table: u32,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// When they may run.
    pub stage: Stage,
    /// The relations (by OID on the source) whose rows must have arrived.
    pub rows: BTreeSet<u32>,
    /// The tasks that must have succeeded, by their place in the list. All of them come before this one.
    pub needs: Vec<usize>,
    /// The tasks that must be over, however they ended. All of them come before this one.
    pub follows: Vec<usize>,
    /// The places of the nodes it needs, made by any task or before the rows.
    pub rests_on: Vec<Place>,
    /// What the statements lock, by OID on the source. Two tasks that would wait for each other, or rewrite one catalog row
    /// at the same time, have locks that conflict.
    pub locks: BTreeSet<(u32, LockMode)>,
    /// Bytes of the table it works on: larger ones start first.
    pub weight: u64,
}

/// The tasks of nodes in order of creation.
///
/// `loads` are the rows that are still to arrive; without them (`with_rows` is false) nothing is filled, analyzed or taken apart to
/// be done at the same time.
#[must_use]
pub(super) fn tasks(
    context: &Context<'_>,
    made_at: &Places,
    nodes: &[NodeId],
    loads: &[TableLoad],
    with_rows: bool,
) -> Vec<Task> {
    let arriving: BTreeSet<u32> = loads.iter().map(|load| load.relation).collect();
    let mut building = Building { context, made_at, arriving, with_rows, tasks: Vec::new(), last_of: BTreeMap::new() };
    let mut stages: Vec<_> = nodes.iter().map(|id| (Stage::of(context.graph.nodes[*id].key.kind), *id)).collect();
    stages.sort_by_key(|(stage, _)| *stage);
    for (stage, id) in stages {
        if with_rows || stage != Stage::Refresh {
            building.add(stage, id);
        }
    }
    if with_rows && context.analyzes() {
        building.add_analyze(loads);
    }
    building.tasks
}

/// Tasks in the making.
struct Building<'a> {
    context: &'a Context<'a>,
    made_at: &'a Places,
    arriving: BTreeSet<u32>,
    with_rows: bool,
    tasks: Vec<Task>,
    /// The task that completes a node.
    last_of: BTreeMap<NodeId, usize>,
}

impl Building<'_> {
    fn add(&mut self, stage: Stage, id: NodeId) {
        let context = self.context;
        let node = &context.graph.nodes[id];
        let statements = statements::statements(context, id);
        let Some(object) = address::address(context.lookup, node).filter(|_| !statements.is_empty()) else { return };
        let rests_on = self.made_at.rests_on(node);
        let needs = node.needs.union(&node.query_needs).filter_map(|need| self.last_of.get(need).copied());
        let node_needs: BTreeSet<usize> = needs.collect();
        let first = self.tasks.len();
        for Part { statements, needs, locks, weight } in parts::parts(context, id, statements, self.with_rows) {
            let own: BTreeSet<usize> = needs.into_iter().map(|part| first + part).collect();
            let needs = if own.is_empty() { &node_needs } else { &own };
            self.tasks.push(Task {
                place: self.made_at.of(id),
                object: object.clone(),
                table: parts::indexed(context, id),
                statements,
                stage,
                rows: self.rows(node.key.kind, &locks),
                needs: needs.iter().copied().collect(),
                follows: Vec::new(),
                rests_on: rests_on.clone(),
                locks,
                weight,
            });
        }
        self.last_of.insert(id, self.tasks.len() - 1);
    }

    /// Whoever does more to a table than look at it waits for its rows: until then they are written. A domain's constraint that
    /// was never validated must not meet any.
    fn rows(&self, kind: Kind, locks: &BTreeSet<(u32, LockMode)>) -> BTreeSet<u32> {
        if kind == Kind::DomainConstraint {
            return self.arriving.clone();
        }
        let relations = locks.iter().filter(|(_, mode)| *mode > LockMode::RowExclusive).map(|(relation, _)| *relation);
        let all = relations.flat_map(|relation| self.context.lookup.with_descendants(relation));
        all.filter(|relation| self.arriving.contains(relation)).collect()
    }
}
