//! What an earlier run of the same request made on the target: it is no user's, so it may be dropped, or gone on with. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::address::address;
use super::conflict;
use super::graph::Graph;
use super::node::{Kind, NodeId};
use super::{Error, Plan};
use crate::catalog::{Catalog, Lookup};
use crate::ddl::sql::ident;
use crate::ddl::{Action, Address, Statement, behaviour, constraint, index, relation, schema};

/// What is known of an earlier run's work. Nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// What it made or was about to make where there was none of it, in order.
    pub objects: Vec<EarlierObject>,
    /// Whether what it made stays, and only what is missing is made.
    pub keeps: bool,
}

/// An object that an earlier run made, or was about to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierObject {
    /// Its kind, as in [`Address::kind`].
    pub kind: String,
    /// The reference behind it, as in [`Address::sql`].
    pub reference: String,
    /// The OID of a relation on the target; None where the run did not come to record it, and then it wrote no rows.
    pub oid: Option<u32>,
    /// Whether the target did not take it.
    pub is_refused: bool,
}

impl Earlier {
    /// What of it is there, in the order it was made. A relation with another OID is not the one that was made, nor is a table
    /// that holds something before any row was written.
    #[must_use]
    pub(super) fn existing(&self, target: &Catalog) -> Vec<Address> {
        if self.objects.is_empty() {
            return Vec::new();
        }
        let lookup = Lookup::new(target);
        let oids: BTreeMap<Address, u32> = target.relations.iter().map(|of| (relation::address(of), of.oid)).collect();
        let there: BTreeMap<_, _> = conflict::addresses(target)
            .chain(target.extensions.iter().map(schema::extension_address))
            .map(|address| ((address.kind, address.sql.clone()), address))
            .collect();
        let is_the_one = |object: &EarlierObject, address: &Address| match (oids.get(address), object.oid) {
            (None, _) => true,
            (Some(oid), Some(made)) => *oid == made,
            (Some(oid), None) => lookup.size(*oid).is_none_or(|size| size.heap_bytes == 0),
        };
        let found = |object: &EarlierObject| {
            let address = there.get(&(object.kind.as_str(), object.reference.clone()))?;
            is_the_one(object, address).then(|| address.clone())
        };
        self.objects.iter().filter_map(found).collect()
    }

    /// Makes sure that everything that was made is still there, where it is to be kept.
    ///
    /// # Errors
    ///
    /// For the first object that is not.
    fn require_all(&self, ours: &[Address]) -> Result<(), Error> {
        let ours: BTreeSet<_> = ours.iter().map(|of| (of.kind, of.sql.as_str())).collect();
        let made = self.objects.iter().filter(|of| !of.is_refused && !is_remade(&of.kind));
        let mut gone = made.filter(|of| !ours.contains(&(of.kind.as_str(), of.reference.as_str())));
        match gone.next() {
            Some(of) => Err(Error::CannotKeep {
                object: format!("{} {}", of.kind.to_lowercase(), of.reference),
                problem: "it is not there any more as the earlier run made it",
            }),
            None => Ok(()),
        }
    }
}

/// The target without the extensions that are an earlier run's: their rows are made anew in any case.
#[must_use]
pub(super) fn without_extensions<'a>(target: &'a Catalog, ours: &[Address]) -> Cow<'a, Catalog> {
    if ours.iter().all(|of| of.kind != "EXTENSION") {
        return Cow::Borrowed(target);
    }
    let mut target = target.clone();
    target.extensions.retain(|of| !ours.contains(&schema::extension_address(of)));
    Cow::Owned(target)
}

/// What a run makes that later runs may have to know of, in order: what would be in the way, and extensions. What goes with a table
/// is not named besides.
#[must_use]
pub(super) fn made(lookup: &Lookup<'_>, graph: &Graph, nodes: impl Iterator<Item = NodeId>) -> Vec<Address> {
    let made = nodes.map(|id| &graph.nodes[id]).filter(|node| node.within.is_none()).filter(|node| {
        let goes_with_table = matches!(node.key.kind, Kind::Index | Kind::KeyConstraint | Kind::Statistics);
        let is_named = node.key.kind == Kind::Extension || conflict::Made::new(lookup, node).is_some();
        is_named && !goes_with_table
    });
    made.filter_map(|node| address(lookup, node)).collect()
}

/// What is cheap to make and hard to compare is made again.
fn is_remade(kind: &str) -> bool {
    matches!(kind, "PUBLICATION" | "EVENT TRIGGER")
}

/// Takes out of a plan what an earlier run has made before the rows. What can be said twice without harm, such as owners and comments, is said
/// again.
///
/// # Errors
///
/// When something is gone.
pub(super) fn keep(
    plan: &mut Plan,
    earlier: &Earlier,
    ours: &[Address],
    drops: impl Fn(&[Address]) -> Vec<Statement>,
) -> Result<(), Error> {
    earlier.require_all(ours)?;
    let remade: Vec<_> = ours.iter().filter(|of| is_remade(of.kind)).cloned().collect();
    plan.clean = drops(&remade);
    let refused: BTreeSet<_> = earlier.objects.iter().filter(|of| of.is_refused).map(|of| &of.reference).collect();
    for step in &mut plan.pre_data {
        let is_refused = step.statements.iter().any(|of| refused.contains(&of.object.sql));
        step.statements.retain(|of| is_refused || of.action.is_optional());
    }
    Ok(())
}

/// Takes out of a plan what an earlier run has made behind the rows. Of the tables (by OID on the target) whose rows are loaded
/// again, keys, triggers and rules are dropped first and made again: they would keep the table from being emptied, or fire.
pub fn keep_tasks(plan: &mut Plan, target: &Catalog, reloaded: &BTreeSet<u32>) {
    let lookup = Lookup::new(target);
    let is_hindered = |relation: u32| lookup.with_descendants(relation).iter().any(|table| reloaded.contains(table));
    let (mut kept, mut drops) = (target.clone(), Vec::new());
    let mut drop = |sql: String, object: Address| drops.push(Statement::new(Action::Drop, &object, sql));
    let place = |relation: u32| lookup.relation(relation).map(relation::address);
    kept.constraints.retain(|of| {
        let is_dropped = of.kind == "f" && (is_hindered(of.relation) || is_hindered(of.referenced));
        if let Some(table) = place(of.relation).filter(|_| is_dropped) {
            let sql = format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", table.sql, ident(&of.name));
            drop(sql, constraint::address(of, &table));
        }
        !is_dropped
    });
    kept.triggers.retain(|of| {
        if let Some(table) = place(of.relation).filter(|_| is_hindered(of.relation)) {
            let address = Address::on("TRIGGER", &of.name, &table);
            drop(format!("DROP TRIGGER IF EXISTS {}", address.sql), address);
        }
        !is_hindered(of.relation)
    });
    kept.rules.retain(|of| {
        if let Some(table) = place(of.relation).filter(|_| is_hindered(of.relation)) {
            let address = Address::on("RULE", &of.name, &table);
            drop(format!("DROP RULE IF EXISTS {}", address.sql), address);
        }
        !is_hindered(of.relation)
    });
    plan.clean.extend(drops);
    let there = statements(&kept);
    for task in &mut plan.post_data {
        task.statements.retain(|of| of.action.is_optional() || !there.contains(&of.sql));
    }
}

/// The statements that would make what the target has of what is made after rows.
fn statements(target: &Catalog) -> BTreeSet<String> {
    let lookup = Lookup::new(target);
    let constraints = target.constraints.iter().flat_map(|of| constraint::add(&lookup, of));
    // A key that is there in one step is there in two, and with a table's on its partitions.
    let keys = target.constraints.iter().filter(|of| of.kind == "f" && of.validated).flat_map(|of| {
        let tables = lookup.with_descendants(of.relation).into_iter().filter_map(|table| lookup.relation(table));
        tables.flat_map(|table| constraint::validated_apart(of, table)).collect::<Vec<_>>()
    });
    let indexes = target.indexes.iter().map(index::create);
    let statistics = target.statistics.iter().flat_map(|of| index::statistics(&lookup, of));
    let rules = target.rules.iter().flat_map(|of| behaviour::rule(&lookup, of));
    let triggers = target.triggers.iter().flat_map(|of| behaviour::trigger(&lookup, of));
    let policies = target.policies.iter().flat_map(|of| behaviour::policy(&lookup, of));
    let all = constraints.chain(keys).chain(indexes).chain(statistics).chain(rules).chain(triggers).chain(policies);
    all.map(|statement| statement.sql).collect()
}
