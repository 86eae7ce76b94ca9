//! Which parts of a database a run copies: what was asked for, what that needs, and what has to stay behind.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::node::{Kind, NodeId};
use super::pattern::Pattern;
use crate::catalog::{Catalog, Lookup};
use crate::ddl::QualifiedName;

/// The schemas that record snapshot requests. They are about the run, not part of what is copied, unless asked for by name.
pub const RECORDS_SCHEMAS: [&str; 2] = ["pgstream", "pgsluice"];

/// What the user asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Patterns of tables to copy; none for everything in the database.
    pub tables: Vec<Pattern>,
    /// Patterns of tables to leave out, whatever `tables` says.
    pub excluded_tables: Vec<Pattern>,
    /// Patterns of tables whose definition is copied without rows.
    pub schema_only_tables: Vec<Pattern>,
    /// Whether extensions and what is in no schema are copied, whatever `tables` says.
    pub global_objects: bool,
}

impl Selection {
    /// Whether a table may be part of a run, by its own name or as a partition of `root`.
    #[must_use]
    pub fn may_copy(&self, table: &QualifiedName, root: &QualifiedName) -> bool {
        let chosen = |of: &QualifiedName| self.chooses(&of.schema, &of.name);
        (chosen(table) || chosen(root)) && !self.excludes(&table.schema, &table.name)
    }

    /// Whether the whole database was asked for.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.tables.is_empty()
            || self.tables.iter().any(|pattern| pattern.is_whole_schema() && pattern.matches_every_schema())
    }

    /// The same of another database, without the patterns that match nothing there. None where that leaves nothing to ask for.
    #[must_use]
    pub fn of(&self, catalog: &Catalog) -> Option<Self> {
        let known = |patterns: &[Pattern]| -> Vec<Pattern> {
            patterns.iter().filter(|pattern| matches_anything(catalog, pattern)).cloned().collect()
        };
        let tables = known(&self.tables);
        let is_empty = tables.is_empty() && !self.tables.is_empty();
        (!is_empty).then(|| Self {
            tables,
            excluded_tables: known(&self.excluded_tables),
            schema_only_tables: known(&self.schema_only_tables),
            global_objects: self.global_objects,
        })
    }

    /// Whether everything in a schema was asked for; in no schema, where its name is empty.
    fn chooses_schema(&self, schema: &str) -> bool {
        if schema.is_empty() && self.global_objects {
            return true;
        }
        let whole_schemas = || self.tables.iter().filter(|pattern| pattern.is_whole_schema());
        if RECORDS_SCHEMAS.contains(&schema) {
            return whole_schemas().any(|pattern| !pattern.matches_every_schema() && pattern.matches_schema(schema));
        }
        self.is_everything() || whole_schemas().any(|pattern| pattern.matches_schema(schema))
    }

    fn chooses(&self, schema: &str, name: &str) -> bool {
        let by_name = |pattern: &&Pattern| !RECORDS_SCHEMAS.contains(&schema) || !pattern.matches_every_schema();
        self.chooses_schema(schema) || self.tables.iter().filter(by_name).any(|pattern| pattern.matches(schema, name))
    }

    /// Whether the rows of a table stay behind.
    #[must_use]
    pub fn is_schema_only(&self, table: &QualifiedName) -> bool {
        self.schema_only_tables.iter().any(|pattern| pattern.matches(&table.schema, &table.name))
    }

    /// Whether everything in a schema is to be left out, but for what something else needs.
    fn excludes_schema(&self, schema: &str) -> bool {
        self.excluded_tables.iter().any(|pattern| pattern.is_whole_schema() && pattern.matches_schema(schema))
    }

    /// Whether a table or sequence is to be left out by its own name.
    pub(super) fn excludes(&self, schema: &str, name: &str) -> bool {
        self.excluded_tables.iter().any(|pattern| pattern.matches(schema, name))
    }
}

/// The parts a run copies, and those it names as left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The parts that are copied.
    pub nodes: BTreeSet<NodeId>,
    /// The parts that were asked for and stay behind, with what each needs that was not selected or stays behind itself.
    pub left_out: BTreeMap<NodeId, NodeId>,
}

/// What was asked for cannot be copied as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A pattern that matches nothing, and the relation that it names but for the case of its letters, if there is one.
    NoMatch {
        /// The pattern as typed.
        pattern: String,
        /// A relation whose name differs in upper and lower case only.
        similar: Option<QualifiedName>,
    },
    /// A table or type that cannot be made without something that stays behind.
    Incomplete {
        /// The part that was asked for.
        node: NodeId,
        /// What it needs.
        needs: NodeId,
    },
}

/// Selects the parts of a database.
///
/// A pattern for a whole schema (`s.*`) selects everything in it, other patterns select relations. Partitions come with
/// their parent, owned sequences with their table; types, functions, sequences, extensions and schemas come along when
/// something selected needs them. What needs a relation that is not selected stays behind and is named.
///
/// # Errors
///
/// When a pattern matches nothing, or something that holds rows needs what stays behind.
pub fn select(graph: &Graph, lookup: &Lookup<'_>, selection: &Selection) -> Result<Selected, Refusal> {
    if let Some(first) = unmatched(lookup, selection).into_iter().next() {
        return Err(first);
    }
    let parts = parts(graph);
    let seeds = seeds(graph, lookup, selection);
    let mut left_out = BTreeMap::new();
    loop {
        let nodes = closure(graph, lookup, selection, &parts, &seeds, &left_out);
        let missing: Vec<_> = nodes.iter().filter_map(|id| Some((*id, missing_need(graph, &nodes, *id)?))).collect();
        if missing.is_empty() {
            return Ok(Selected { nodes, left_out });
        }
        for (node, needs) in missing {
            if !graph.nodes[node].key.kind.can_be_left_out() || graph.nodes[node].within.is_some() {
                return Err(Refusal::Incomplete { node, needs });
            }
            left_out.insert(node, needs);
        }
    }
}

/// Selects what holds rows or values, for a run that makes nothing: no matter what else it would need.
///
/// # Errors
///
/// When a pattern matches nothing.
pub fn select_rows(graph: &Graph, lookup: &Lookup<'_>, selection: &Selection) -> Result<Selected, Refusal> {
    if let Some(first) = unmatched(lookup, selection).into_iter().next() {
        return Err(first);
    }
    let left_out = BTreeMap::new();
    let nodes = closure(graph, lookup, selection, &parts(graph), &seeds(graph, lookup, selection), &left_out);
    Ok(Selected { nodes, left_out })
}

/// The patterns that match nothing.
pub(super) fn unmatched(lookup: &Lookup<'_>, selection: &Selection) -> Vec<Refusal> {
    let relations = || lookup.catalog.relations.iter().map(|of| (of.schema.as_str(), of.name.as_str()));
    let schemas = || lookup.catalog.namespaces.iter().map(|of| of.name.as_str());
    let patterns = selection.tables.iter().chain(&selection.excluded_tables).chain(&selection.schema_only_tables);
    let matches_nothing = |pattern: &&Pattern| {
        let whole_schema = pattern.is_whole_schema() && schemas().any(|schema| pattern.matches_schema(schema));
        !whole_schema && !relations().any(|(schema, name)| pattern.matches(schema, name))
    };
    let refusal =
        |pattern: &Pattern| Refusal::NoMatch { pattern: pattern.to_string(), similar: similar(pattern, relations()) };
    patterns.filter(matches_nothing).map(refusal).collect()
}

fn matches_anything(catalog: &Catalog, pattern: &Pattern) -> bool {
    let whole_schema =
        pattern.is_whole_schema() && catalog.namespaces.iter().any(|schema| pattern.matches_schema(&schema.name));
    whole_schema || catalog.relations.iter().any(|of| pattern.matches(&of.schema, &of.name))
}

/// A relation that a pattern names but for the case of its letters.
pub(super) fn similar<'a>(
    pattern: &Pattern,
    mut of: impl Iterator<Item = (&'a str, &'a str)>,
) -> Option<QualifiedName> {
    let (schema, name) = pattern.halves();
    let found = of.find(|other| other.0.to_lowercase() == schema && other.1.to_lowercase() == name);
    found.map(|(schema, name)| QualifiedName::new(schema, name))
}

/// The parts that go with each node.
fn parts(graph: &Graph) -> BTreeMap<NodeId, Vec<NodeId>> {
    let mut parts: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        if let Some(owner) = node.part_of {
            parts.entry(owner).or_default().push(id);
        }
    }
    parts
}

/// What the patterns name.
fn seeds(graph: &Graph, lookup: &Lookup<'_>, selection: &Selection) -> Vec<NodeId> {
    let is_relation = |kind| matches!(kind, Kind::Table | Kind::View | Kind::MaterializedView | Kind::Sequence);
    let chosen = |id: &NodeId| {
        let node = &graph.nodes[*id];
        node.part_of.is_none()
            && (selection.chooses_schema(&node.schema)
                || (is_relation(node.key.kind) && selection.chooses(&node.schema, &node.name))
                || (node.key.kind == Kind::Extension && selection.global_objects)
                || node.key.kind == Kind::Rows)
    };
    let mut seeds: Vec<_> = (0..graph.nodes.len()).filter(chosen).collect();
    let partitions: Vec<_> = seeds
        .iter()
        .map(|id| &graph.nodes[*id])
        .filter(|node| node.key.kind == Kind::Table)
        .filter(|node| lookup.relation(node.key.object.oid).is_some_and(|table| table.partition_key.is_some()))
        .flat_map(|node| lookup.with_descendants(node.key.object.oid))
        .filter_map(|oid| graph.find(Kind::Table, crate::catalog::ObjectId::relation(oid)))
        .collect();
    seeds.extend(partitions);
    seeds.retain(|id| {
        let node = &graph.nodes[*id];
        let is_excluded = is_relation(node.key.kind) && selection.excludes(&node.schema, &node.name);
        !is_excluded && !selection.excludes_schema(&node.schema)
    });
    seeds
}

/// The seeds, their parts, and what comes along with them.
fn closure(
    graph: &Graph,
    lookup: &Lookup<'_>,
    selection: &Selection,
    parts: &BTreeMap<NodeId, Vec<NodeId>>,
    seeds: &[NodeId],
    left_out: &BTreeMap<NodeId, NodeId>,
) -> BTreeSet<NodeId> {
    let mut nodes = BTreeSet::new();
    let mut waiting: Vec<_> = seeds.to_vec();
    while let Some(id) = waiting.pop() {
        if left_out.contains_key(&id) || !nodes.insert(id) {
            continue;
        }
        let node = &graph.nodes[id];
        // The rows wait for every table there is; that selects none.
        if node.key.kind == Kind::Rows {
            continue;
        }
        let excluded = |id: &NodeId| {
            let other = &graph.nodes[*id];
            other.key.kind == Kind::Sequence && selection.excludes(&other.schema, &other.name)
        };
        let along = node.needs.iter().chain(&node.query_needs).filter(|need| {
            let other = &graph.nodes[**need];
            other.key.kind.comes_along() || other.within == Some(id)
        });
        waiting.extend(along.filter(|need| !excluded(need)));
        waiting.extend(parts.get(&id).into_iter().flatten());
        if node.key.kind == Kind::Table {
            let owned = lookup.owned_sequences(node.key.object.oid).iter();
            let owned = owned.filter_map(|of| graph.find(Kind::Sequence, crate::catalog::ObjectId::relation(of.oid)));
            waiting.extend(owned.filter(|id| !excluded(id)));
        }
    }
    nodes
}

/// The first thing a node needs that is not selected. The rows' own needs are no one's concern.
fn missing_need(graph: &Graph, nodes: &BTreeSet<NodeId>, id: NodeId) -> Option<NodeId> {
    let node = &graph.nodes[id];
    if node.key.kind == Kind::Rows {
        return None;
    }
    node.needs.union(&node.query_needs).copied().find(|need| !nodes.contains(need))
}
