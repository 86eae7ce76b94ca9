//! What the target lacks for the copy, found before anything is changed there: extensions, collations, roles, tablespaces,
//! and what only newer servers know.

use std::collections::{BTreeMap, BTreeSet};

use super::extensions::{self, Making};
use super::graph::Graph;
use super::node::{Kind, NodeId};
use super::{Error, Lacking, LeftOut, UnknownLocale, address, omission, steps};
use crate::catalog::{Catalog, Lookup, ObjectId, class};
use crate::ddl::sql::readable;
use crate::ddl::{Action, Statement};

/// One thing the target lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lack {
    /// What cannot be as on the source, for people.
    pub(super) object: String,
    /// What is missing.
    pub(super) reason: String,
    /// What the user can do about it, beside accepting that it is missing.
    pub(super) advice: String,
    /// The kinds of what goes missing: all of them must be accepted.
    pub(super) kinds: BTreeSet<&'static str>,
    /// What is left out.
    pub(super) goes: Goes,
}

/// What is left out where a lack is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    /// A node, with what needs it.
    Node(NodeId),
    /// A property of a node, which its statements do not set.
    Property(NodeId),
    /// What the statements set all the same and the target refuses when its turn comes; the summary names it then.
    WhenTried,
}

/// The collations that users made of locales the target does not know.
pub(super) fn locales(graph: &Graph, lookup: &Lookup<'_>, unknown: &[UnknownLocale]) -> Vec<Lack> {
    let lacks = unknown.iter().filter_map(|of| {
        let id = graph.find(Kind::Collation, ObjectId::new(class::COLLATION, of.collation))?;
        let reason = format!("the target does not know its locale ({})", of.said);
        Some(Lack::of_node(graph, lookup, id, reason, "install the locale on the target's host".to_owned()))
    });
    lacks.collect()
}

/// The things the target lacks for what is copied.
#[derive(Debug, Default)]
pub(super) struct Lacks {
    lacks: Vec<Lack>,
    /// Nodes that hold rows or sequence values, and what they need: none of them is ever left out.
    required: BTreeSet<NodeId>,
}

impl Lacks {
    /// Finds extensions and collations that the target does not have, and adds `others`.
    #[must_use]
    pub(super) fn new(
        graph: &Graph,
        lookup: &Lookup<'_>,
        nodes: &BTreeSet<NodeId>,
        target: &Catalog,
        others: Vec<Lack>,
    ) -> Self {
        let extensions = lookup.catalog.extensions.iter().filter_map(|of| {
            let (reason, advice) = match extensions::making(of, target) {
                Making::Absent => (
                    "it is not among the extensions that can be created there".to_owned(),
                    "install the extension's package on the target's host",
                ),
                Making::Older(version) => (
                    format!("version {} cannot be created there, only the older {version}", of.version),
                    "install a newer package on the target's host, or create the extension there if its version will do",
                ),
                _ => return None,
            };
            let id = graph.find(Kind::Extension, ObjectId::new(class::EXTENSION, of.oid))?;
            let advice = advice.to_owned();
            Some(Lack::of_node(graph, lookup, id, reason, advice))
        });
        let has = Names::new(target);
        let uses = lookup.catalog.collation_uses.iter().filter(|of| has.lacks("collation", &of.collation));
        let collations = uses.filter_map(|of| {
            let id = graph.resolve(ObjectId::new(of.class, of.oid))?;
            let reason = format!("the collation {} is not there", readable(&of.collation));
            let advice = "install the locale on the target's host and run pg_import_system_collations there".to_owned();
            Some(Lack::of_node(graph, lookup, id, reason, advice))
        });
        let mut lacks: Vec<_> = extensions.chain(collations).chain(others).collect();
        lacks.retain(|lack| !matches!(lack.goes, Goes::Node(id) | Goes::Property(id) if !nodes.contains(&id)));
        lacks.sort_by(|one, other| (&one.object, &one.reason).cmp(&(&other.object, &other.reason)));
        lacks.dedup();
        let required = if lacks.is_empty() { BTreeSet::new() } else { steps::required(graph, lookup, nodes) };
        for lack in &mut lacks {
            let Goes::Node(id) = lack.goes else { continue };
            if let Some(needing) = first_that_holds_data(graph, lookup, nodes, id).filter(|needing| *needing != id) {
                lack.reason.push_str(&format!(", and {} needs it", address::describe(graph, lookup, needing)));
            }
        }
        Self { lacks, required }
    }

    /// Adds the roles and tablespaces that statements name and the target does not have, but for roles that are made.
    pub(super) fn add_names<'a>(
        &mut self,
        statements: impl Iterator<Item = &'a Statement>,
        target: &Catalog,
        made_roles: &BTreeSet<&str>,
    ) {
        let has = Names::new(target);
        let mut named: BTreeMap<(&str, &str), Vec<&Statement>> = BTreeMap::new();
        for statement in statements {
            for role in &statement.names_roles {
                if has.lacks("role", role) && !made_roles.contains(role.as_str()) {
                    named.entry(("role", role)).or_default().push(statement);
                }
            }
            if let Some(tablespace) = statement.names_tablespace.as_ref().filter(|name| has.lacks("tablespace", name)) {
                named.entry(("tablespace", tablespace)).or_default().push(statement);
            }
        }
        self.lacks.extend(named.iter().map(|((kind, name), statements)| Lack::of_name(kind, name, statements)));
    }

    /// Takes out of `nodes` what goes missing because that was accepted, with what needs it, and names all of it.
    pub(super) fn leave_out(
        &self,
        graph: &Graph,
        lookup: &Lookup<'_>,
        nodes: &mut BTreeSet<NodeId>,
        accepted: &[&'static str],
    ) -> Vec<LeftOut> {
        let mut named = Vec::new();
        let mut gone = BTreeSet::new();
        for lack in self.lacks.iter().filter(|lack| self.is_accepted(lack, accepted) && lack.goes != Goes::WhenTried) {
            if let Goes::Node(id) = lack.goes {
                gone.insert(id);
            }
            let kind = lack.kinds.first().copied();
            named.push(LeftOut {
                object: lack.object.clone(),
                reason: format!("{}; {}", lack.reason, lack.advice),
                kind,
            });
        }
        for (id, need) in needing(graph, nodes, &gone) {
            gone.insert(id);
            // What is made within another node's statement goes with it unnamed.
            if graph.nodes[id].within.is_none() {
                let object = address::describe(graph, lookup, id);
                let reason = format!("it needs {}, which is left out", address::describe(graph, lookup, need));
                named.push(LeftOut { object, reason, kind: Some(omission::of_node(graph, lookup, id)) });
            }
        }
        nodes.retain(|id| !gone.contains(id));
        named
    }

    /// What ends the run: all that is lacking and was not accepted.
    #[must_use]
    pub(super) fn refused(self, accepted: &[&'static str]) -> Option<Error> {
        let refused = self.lacks.iter().filter(|lack| !self.is_accepted(lack, accepted));
        let lacks: Vec<_> = refused
            .map(|lack| Lacking {
                object: lack.object.clone(),
                reason: lack.reason.clone(),
                advice: lack.advice.clone(),
                kinds: if self.is_required(lack) { BTreeSet::new() } else { lack.kinds.clone() },
            })
            .collect();
        if lacks.is_empty() { None } else { Some(Error::Lacking { lacks }) }
    }

    fn is_accepted(&self, lack: &Lack, accepted: &[&'static str]) -> bool {
        !self.is_required(lack) && lack.kinds.iter().all(|kind| accepted.contains(kind))
    }

    fn is_required(&self, lack: &Lack) -> bool {
        matches!(lack.goes, Goes::Node(id) if self.required.contains(&id))
    }
}

impl Lack {
    /// What cannot be made at all.
    #[must_use]
    pub(super) fn of_node(graph: &Graph, lookup: &Lookup<'_>, id: NodeId, reason: String, advice: String) -> Self {
        let kinds = BTreeSet::from([omission::of_node(graph, lookup, id)]);
        Self { object: address::describe(graph, lookup, id), reason, advice, kinds, goes: Goes::Node(id) }
    }

    fn of_name(kind: &str, name: &str, statements: &[&Statement]) -> Self {
        let user = |statement: &&Statement| match statement.action {
            Action::Owner => format!("the owner of {}", statement.object),
            Action::Privilege => format!("the privileges of {}", statement.object),
            Action::Tablespace => format!("the tablespace of {}", statement.object),
            _ => statement.object.to_string(),
        };
        let users: BTreeSet<_> = statements.iter().map(user).collect();
        let first = users.first().map_or("", String::as_str);
        let others = users.len().saturating_sub(1);
        let others = if others == 0 { String::new() } else { format!(" and {others} more") };
        let kinds: BTreeSet<_> = statements.iter().map(|statement| omission::kind(statement)).collect();
        let flags = ["owner", "privilege", "default-privileges"];
        let advice = match kind {
            "role" if kinds.iter().all(|kind| flags.contains(kind)) => {
                "--roles no-passwords makes roles, --no-owner and --no-privileges do without them"
            }
            "role" => "--roles no-passwords makes roles",
            _ => "create the tablespace on the target, or use --no-tablespaces",
        };
        Self {
            object: format!("{kind} {}", readable(name)),
            reason: format!("it is not there, and is needed for {first}{others}"),
            advice: advice.to_owned(),
            kinds,
            goes: Goes::WhenTried,
        }
    }
}

/// The nodes that need some others, directly or not, or are made within their statements; each with the one it needs.
pub(super) fn needing(graph: &Graph, nodes: &BTreeSet<NodeId>, others: &BTreeSet<NodeId>) -> Vec<(NodeId, NodeId)> {
    let mut gone = others.clone();
    let mut found = Vec::new();
    loop {
        let need_of = |id: NodeId| {
            let node = &graph.nodes[id];
            let mut needs = node.needs.iter().chain(&node.query_needs).chain(&node.within);
            needs.find(|need| gone.contains(*need)).copied()
        };
        let concerned = nodes.iter().filter(|id| !gone.contains(*id) && graph.nodes[**id].key.kind != Kind::Rows);
        let next: Vec<_> = concerned.filter_map(|id| Some((*id, need_of(*id)?))).collect();
        if next.is_empty() {
            return found;
        }
        gone.extend(next.iter().map(|(id, _)| *id));
        found.extend(next);
    }
}

/// The first in order of creation that holds rows or a sequence's value and is or needs a node.
fn first_that_holds_data(graph: &Graph, lookup: &Lookup<'_>, nodes: &BTreeSet<NodeId>, id: NodeId) -> Option<NodeId> {
    let needing = needing(graph, nodes, &BTreeSet::from([id])).into_iter().map(|(needing, _)| needing);
    let holding = needing.chain([id]).filter(|id| steps::holds_data(graph, lookup, *id));
    holding.min_by_key(|id| graph.nodes[*id].sort_key())
}

/// What the target has, where that is known.
struct Names<'a>(BTreeSet<(&'a str, &'a str)>);

impl<'a> Names<'a> {
    fn new(target: &'a Catalog) -> Self {
        Self(target.provided_names.iter().map(|of| (of.kind.as_str(), of.name.as_str())).collect())
    }

    /// Every server has roles: without any, nothing is known.
    fn lacks(&self, kind: &str, name: &str) -> bool {
        !self.0.is_empty() && !self.0.contains(&(kind, name))
    }
}
