//! Whether users may do what a run does. Pure. Only what a server tells beforehand is looked at: the rest is tried by the run, and
//! named in its summary.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Denied, Role};
use super::{Finding, Severity, listed};
use crate::ddl::sql::ident;
use crate::ddl::{Action, QualifiedName, Statement};
use crate::error::Side;
use crate::plan::load::TableLoad;
use crate::plan::merge;
use crate::plan::{Plan, omission};

/// Kinds of objects that only superusers make, or the administrators of managed services.
const OF_SUPERUSERS: [&str; 9] = [
    "ACCESS METHOD",
    "EVENT TRIGGER",
    "EXTENSION",
    "FOREIGN DATA WRAPPER",
    "LANGUAGE",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
];

/// Kinds of objects whose names are in schemas, with it in front.
const IN_SCHEMAS: [&str; 20] = [
    "AGGREGATE",
    "COLLATION",
    "CONVERSION",
    "DOMAIN",
    "FOREIGN TABLE",
    "FUNCTION",
    "INDEX",
    "MATERIALIZED VIEW",
    "OPERATOR",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "PROCEDURE",
    "SEQUENCE",
    "STATISTICS",
    "TABLE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TYPE",
    "VIEW",
    "TEXT SEARCH PARSER",
];

/// What is known of the target's user.
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a> {
    /// The role.
    pub role: &'a Role,
    /// The database.
    pub database: &'a str,
    /// The schemas that are there, and whether it may make objects in them.
    pub schemas: &'a BTreeMap<String, bool>,
    /// The roles it may give objects to.
    pub memberships: &'a BTreeSet<String>,
    /// The roles that are there.
    pub roles: &'a BTreeSet<&'a str>,
    /// Kinds that may be missing.
    pub accepted: &'a [&'static str],
}

/// A statement, and whether rows need what it is about.
type Wanted<'a> = (&'a Statement, bool);

/// Whether the target's user may make what a plan makes.
#[must_use]
pub fn rights(plan: &Plan, of: Rights<'_>) -> Vec<Finding> {
    let (side, user) = (Side::Target, ident(&of.role.name));
    if of.role.is_superuser {
        return vec![Finding::ok(side, "privileges", format!("{} is a superuser", of.role.name))];
    }
    let before = plan.pre_data.iter().flat_map(|step| step.statements.iter().map(|of| (of, step.is_required)));
    let behind = plan.post_data.iter().flat_map(|task| &task.statements).map(|of| (of, false));
    let wanted: Vec<Wanted<'_>> = before.chain(behind).collect();
    let mut findings = Vec::new();
    let creates =
        |kind: &'static str| wanted.iter().filter(move |(of, _)| of.action == Action::Create && of.object.kind == kind);
    if !of.role.may_create {
        findings.extend(creates("SCHEMA").map(|(statement, is_required)| {
            let message = "it is to be made, and the user may not create schemas in the database";
            let found = of.finding(statement, *is_required, statement.object.to_string(), message);
            found.hint(format!("GRANT CREATE ON DATABASE {} TO {user}", ident(of.database)))
        }));
    }
    findings.extend(of.in_schemas(&wanted));
    findings.extend(of.owners(&wanted));
    if !of.role.create_role {
        let roles: Vec<_> = wanted.iter().filter(|(of, _)| of.action == Action::Role).collect();
        if let Some((first, _)) = roles.first() {
            let message = format!("the run is to make {}, and the user may make none", counted(roles.len(), "role"));
            findings.push(of.finding(first, false, "roles", &message).hint(format!("ALTER ROLE {user} CREATEROLE")));
        }
    }
    let mut of_superusers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for kind in OF_SUPERUSERS {
        for (statement, _) in creates(kind) {
            of_superusers.entry(kind).or_default().push(statement.object.readable.clone());
        }
    }
    findings.extend(of_superusers.iter().map(|(kind, names)| {
        let words = kind.to_lowercase();
        let trusted = if ["EXTENSION", "LANGUAGE"].contains(kind) { ", unless it is trusted" } else { "" };
        let message = format!(
            "{}: only a superuser, or a managed service's administrator, makes one{trusted}; it is tried, and left out if the target \
             refuses",
            names.join(", ")
        );
        let kind = omission_of(kind);
        Finding::warning(side, words, message)
            .hint(format!("connect as such a user, or accept that it may be missing with --allow-omissions {kind}"))
    }));
    if !findings.iter().any(|of| of.severity == Severity::Error) {
        let message =
            format!("{} may make what can be asked about beforehand; the rest is tried by the run", of.role.name);
        findings.push(Finding::ok(side, "privileges", message));
    }
    findings
}

fn omission_of(kind: &str) -> String {
    kind.to_lowercase().replace(' ', "-")
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl Rights<'_> {
    /// A refusal that is to be expected: an error unless it is accepted and no row needs what is refused.
    fn finding(&self, statement: &Statement, is_required: bool, subject: impl Into<String>, message: &str) -> Finding {
        let kind = omission::kind(statement);
        if !is_required && self.accepted.contains(&kind) {
            return Finding::warning(Side::Target, subject, format!("{message}; that is left out, as accepted"));
        }
        Finding::error(Side::Target, subject, message)
    }

    /// Schemas that are there and take nothing.
    fn in_schemas(&self, wanted: &[Wanted<'_>]) -> Vec<Finding> {
        let mut closed: BTreeMap<&str, Vec<&Wanted<'_>>> = BTreeMap::new();
        for one in wanted.iter().filter(|(of, _)| of.action == Action::Create && IN_SCHEMAS.contains(&of.object.kind)) {
            let is_in = |schema: &str| one.0.object.sql.starts_with(&format!("{}.", ident(schema)));
            let schema = self.schemas.iter().find(|(schema, may_create)| !**may_create && is_in(schema));
            if let Some((schema, _)) = schema {
                closed.entry(schema).or_default().push(one);
            }
        }
        let finding = |(schema, objects): (&&str, &Vec<&Wanted<'_>>)| {
            let worst =
                objects.iter().find(|(of, is_required)| *is_required || !self.accepted.contains(&omission::kind(of)));
            let (statement, is_required) = **worst.or(objects.first())?;
            let message = format!(
                "the run is to make {} in it, and the user may make none there",
                counted(objects.len(), "object")
            );
            let hint = format!("GRANT CREATE ON SCHEMA {} TO {}", ident(schema), ident(&self.role.name));
            Some(self.finding(statement, is_required, format!("schema {schema}"), &message).hint(hint))
        };
        closed.iter().filter_map(finding).collect()
    }

    /// Roles that the user is no member of, and that objects are to be given to or privileges are granted by.
    fn owners(&self, wanted: &[Wanted<'_>]) -> Vec<Finding> {
        let mut others: BTreeMap<(&str, &'static str), Vec<&Statement>> = BTreeMap::new();
        for (statement, _) in wanted.iter().filter(|(of, _)| matches!(of.action, Action::Owner | Action::Privilege)) {
            let Some(role) = statement.role.as_deref() else { continue };
            // One that is not there is named as lacking.
            if self.roles.contains(role) && !self.memberships.contains(role) {
                others.entry((role, omission::kind(statement))).or_default().push(statement);
            }
        }
        let finding = |((role, kind), statements): (&(&str, &str), &Vec<&Statement>)| {
            let first = statements.first()?;
            let what = if *kind == "owner" { "is to own" } else { "grants privileges on" };
            let more = statements.len() - 1;
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let message = format!("it {what} {}{more}, and the user is no member of it", first.object);
            let flag = if *kind == "owner" { "--no-owner" } else { "--no-privileges" };
            let hint = format!("GRANT {} TO {}, or use {flag}", ident(role), ident(&self.role.name));
            Some(self.finding(first, false, format!("role {role}"), &message).hint(hint))
        };
        listed(others.iter().filter_map(finding).collect(), "roles")
    }
}

/// Tables of the target that the user may not load rows into.
#[must_use]
pub fn tables(denied: &[Denied], loads: &[TableLoad], user: &str) -> Vec<Finding> {
    let by_name: BTreeMap<&QualifiedName, &Denied> = denied.iter().map(|of| (&of.name, of)).collect();
    let mut seen = BTreeSet::new();
    let finding = |load: &TableLoad| {
        let table = load.through.as_ref().unwrap_or(&load.table);
        let of = by_name.get(table).filter(|_| seen.insert(table.clone()))?;
        let updates = matches!(load.merge.as_ref().map(|merge| &merge.action), Some(merge::Action::Update { .. }));
        // What is there is compared with what comes.
        let reads = load.merge.is_some();
        let missing =
            [(of.no_insert, "INSERT"), (of.no_update && updates, "UPDATE"), (of.no_select && reads, "SELECT")];
        let missing: Vec<_> = missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, word)| *word).collect();
        may_not(Side::Target, of, &missing, user)
    };
    listed(loads.iter().filter_map(finding).collect(), "tables")
}

/// Sequences that the user may not read on the source, or set on the target.
#[must_use]
pub fn sequences(denied: &[Denied], wanted: &[QualifiedName], side: Side, user: &str) -> Vec<Finding> {
    let wanted: BTreeSet<_> = wanted.iter().collect();
    let finding = |of: &Denied| {
        let missing = match side {
            Side::Target => (of.no_update, "UPDATE"),
            Side::Source | Side::Store => (of.no_select, "SELECT"),
        };
        may_not(side, of, if missing.0 { std::slice::from_ref(&missing.1) } else { &[] }, user)
    };
    let denied = denied.iter().filter(|of| of.is_sequence && wanted.contains(&of.name));
    listed(denied.filter_map(finding).collect(), "sequences")
}

fn may_not(side: Side, of: &Denied, missing: &[&str], user: &str) -> Option<Finding> {
    let (words, role) = (missing.join(" and no "), ident(user));
    let kind = if of.is_sequence { "sequence" } else { "table" };
    let (message, grants) = match (of.no_usage, missing.is_empty()) {
        (false, true) => return None,
        (true, true) => (format!("user {user} has no USAGE on its schema"), None),
        (true, false) => (format!("user {user} has no USAGE on its schema and no {words}"), Some(())),
        (false, false) => (format!("user {user} has no {words}"), Some(())),
    };
    let on = if of.is_sequence { "SEQUENCE " } else { "" };
    let object = grants.map(|()| format!("GRANT {} ON {on}{} TO {role}", missing.join(", "), of.name.sql()));
    let schema = of.no_usage.then(|| format!("GRANT USAGE ON SCHEMA {} TO {role}", ident(&of.name.schema)));
    let hint = schema.into_iter().chain(object).collect::<Vec<_>>().join("; ");
    Some(Finding::error(side, format!("{kind} {}", of.name), message).hint(hint))
}

/// Large objects that the user may not read.
#[must_use]
pub fn large_objects(denied: i64, user: &str) -> Option<Finding> {
    (denied > 0).then(|| {
        Finding::error(Side::Source, "large objects", format!("user {user} may not read {denied} of them"))
            .hint("connect as a superuser, or as a role that may read them all")
    })
}
