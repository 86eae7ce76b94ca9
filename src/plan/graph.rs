//! The dependency graph: a node for each part of the database, an edge for each reason to come later.

mod access;
mod attached;
mod extending;
mod foreign;
mod roles;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter;

use super::node::{Kind, Node, NodeId, NodeKey};
use crate::catalog::{Constraint, Dependency, Lookup, ObjectId, RelationKind, class};

/// All nodes of a database and what each needs.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The nodes; a [`NodeId`] is a place in this list.
    pub nodes: Vec<Node>,
    /// The node that stands for an object, where it has one.
    by_object: HashMap<ObjectId, NodeId>,
    by_key: BTreeMap<NodeKey, NodeId>,
    /// The object that an object without a node goes with: an array type with its element type, an extension's member
    /// with the extension.
    aliases: HashMap<ObjectId, ObjectId>,
}

impl Graph {
    /// Builds the graph of a whole database.
    #[must_use]
    pub fn new(lookup: &Lookup<'_>) -> Self {
        let aliases = lookup.catalog.depends.iter().filter(|link| matches!(link.kind.as_str(), "i" | "e"));
        let mut graph = Self {
            nodes: Vec::new(),
            by_object: HashMap::new(),
            by_key: BTreeMap::new(),
            // The first row wins; an extension's member depends on nothing else internally.
            aliases: aliases.rev().map(|link| (link.dependent(), link.referenced())).collect(),
        };
        graph.add_schemas_types_functions(lookup);
        graph.add_foreign_servers(lookup);
        graph.add_extending(lookup);
        graph.add_relations(lookup);
        graph.add_constraints_and_indexes(lookup);
        graph.add_behaviour(lookup);
        graph.add_privileges(lookup);
        graph.add_publications(lookup);
        graph.add_subscriptions(lookup);
        graph.add_database_settings(lookup);
        graph.add_event_triggers(lookup);
        for link in &lookup.catalog.depends {
            graph.add_dependency(lookup, link);
        }
        graph.add_roles(lookup);
        graph.add_foreign_key_needs(lookup);
        graph.add_refreshes(lookup);
        graph.add_rows();
        graph
    }

    /// Puts the rows between what must be there to take them and what must not.
    fn add_rows(&mut self) {
        let before = |kind| matches!(kind, Kind::Table | Kind::TableAttach | Kind::Sequence | Kind::SequenceOwner);
        let before: Vec<_> = (0..self.nodes.len()).filter(|id| before(self.nodes[*id].key.kind)).collect();
        let after: Vec<_> = (0..self.nodes.len()).filter(|id| self.nodes[*id].after_rows).collect();
        let rows = self.add(Kind::Rows, ObjectId::new(0, 0), "", "", "");
        self.nodes[rows].needs.extend(before);
        for id in after {
            self.nodes[id].needs.insert(rows);
        }
    }

    /// The node that stands for an object, or for what the object goes with.
    #[must_use]
    pub fn resolve(&self, object: ObjectId) -> Option<NodeId> {
        let mut object = object;
        // Longer chains than array → rowtype → table → extension do not exist.
        for _ in 0..8 {
            if let Some(&node) = self.by_object.get(&object) {
                return Some(node);
            }
            object = *self.aliases.get(&object)?;
        }
        None
    }

    /// The node of a kind for an object.
    #[must_use]
    pub fn find(&self, kind: Kind, object: ObjectId) -> Option<NodeId> {
        self.by_key.get(&NodeKey { kind, object }).copied()
    }

    /// Adds a node that needs nothing yet.
    pub(super) fn add(&mut self, kind: Kind, object: ObjectId, schema: &str, name: &str, detail: &str) -> NodeId {
        let key = NodeKey { kind, object };
        self.nodes.push(Node {
            key,
            schema: schema.to_owned(),
            name: name.to_owned(),
            detail: detail.to_owned(),
            part_of: None,
            needs: BTreeSet::new(),
            query_needs: BTreeSet::new(),
            within: None,
            inseparable: false,
            after_rows: kind.is_post_data(),
        });
        let id = self.nodes.len() - 1;
        self.by_key.insert(key, id);
        id
    }

    /// Adds the node that stands for an object.
    fn add_main(&mut self, kind: Kind, object: ObjectId, schema: &str, name: &str, detail: &str) -> NodeId {
        let id = self.add(kind, object, schema, name, detail);
        self.by_object.insert(object, id);
        id
    }

    /// Adds the node that stands for an object which belongs to a relation and needs it.
    fn add_part(&mut self, kind: Kind, object: ObjectId, relation: u32, name: &str) -> Option<NodeId> {
        let owner = *self.by_object.get(&ObjectId::relation(relation))?;
        let (schema, detail) = (self.nodes[owner].schema.clone(), self.nodes[owner].name.clone());
        let id = self.add_main(kind, object, &schema, name, &detail);
        self.nodes[id].part_of = Some(owner);
        self.nodes[id].needs.insert(owner);
        Some(id)
    }

    /// Makes a part be made within its owner's statement: the owner then needs it instead of the other way round.
    fn put_within(&mut self, part: NodeId, owner: NodeId) {
        self.nodes[part].within = Some(owner);
        self.nodes[part].needs.remove(&owner);
        self.nodes[owner].needs.insert(part);
    }

    /// Takes a part out of its owner's statement and makes it come after.
    pub(super) fn pull_apart(&mut self, part: NodeId) {
        if let Some(owner) = self.nodes[part].within.take() {
            self.nodes[owner].needs.remove(&part);
            self.nodes[part].needs.insert(owner);
        }
    }

    fn add_schemas_types_functions(&mut self, lookup: &Lookup<'_>) {
        let catalog = lookup.catalog;
        for of in &catalog.namespaces {
            self.add_main(Kind::Schema, ObjectId::new(class::NAMESPACE, of.oid), &of.name, &of.name, "");
        }
        for of in &catalog.extensions {
            self.add_main(Kind::Extension, ObjectId::new(class::EXTENSION, of.oid), &of.schema, &of.name, "");
        }
        let enums = catalog.enums.iter().map(|of| (of.oid, &of.schema, &of.name));
        let composites = catalog.composites.iter().map(|of| (of.oid, &of.schema, &of.name));
        let domains = catalog.domains.iter().map(|of| (of.oid, &of.schema, &of.name));
        let ranges = catalog.ranges.iter().map(|of| (of.oid, &of.schema, &of.name));
        let bases = catalog.base_types.iter().map(|of| (of.oid, &of.schema, &of.name));
        let shells = catalog.shell_types.iter().map(|of| (of.oid, &of.schema, &of.name));
        for (oid, schema, name) in enums.chain(composites).chain(domains).chain(ranges).chain(bases).chain(shells) {
            self.add_main(Kind::Type, ObjectId::new(class::TYPE, oid), schema, name, "");
        }
        for of in &catalog.functions {
            let object = ObjectId::new(class::PROC, of.oid);
            self.add_main(Kind::Function, object, &of.schema, &of.name, &of.identity_arguments);
        }
    }

    fn add_relations(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.relations {
            let object = ObjectId::relation(of.oid);
            let kind = match of.relation_kind() {
                RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => Kind::Table,
                RelationKind::View => Kind::View,
                RelationKind::MaterializedView => Kind::MaterializedView,
                RelationKind::Sequence if lookup.sequence(of.oid).is_some_and(|sequence| sequence.identity) => continue,
                RelationKind::Sequence => Kind::Sequence,
            };
            self.add_main(kind, object, &of.schema, &of.name, "");
        }
        for of in &lookup.catalog.relations {
            let Some(table) = self.find(Kind::Table, ObjectId::relation(of.oid)) else { continue };
            if of.is_partition() {
                let parent = lookup.parents(of.oid).first().and_then(|oid| self.resolve(ObjectId::relation(*oid)));
                let attach = self.add(Kind::TableAttach, ObjectId::relation(of.oid), &of.schema, &of.name, "");
                self.nodes[attach].part_of = Some(table);
                self.nodes[attach].needs.extend([Some(table), parent].into_iter().flatten());
            }
            if of.row_security || of.force_row_security {
                let security = self.add(Kind::RowSecurity, ObjectId::relation(of.oid), &of.schema, &of.name, "");
                self.nodes[security].part_of = Some(table);
                self.nodes[security].needs.insert(table);
            }
        }
        for sequence in lookup.catalog.sequences.iter().filter(|sequence| sequence.owning_relation != 0) {
            let object = ObjectId::relation(sequence.oid);
            let (Some(id), Some(table)) =
                (self.find(Kind::Sequence, object), self.resolve(ObjectId::relation(sequence.owning_relation)))
            else {
                continue;
            };
            let (schema, name) = (self.nodes[id].schema.clone(), self.nodes[id].name.clone());
            let owner = self.add(Kind::SequenceOwner, object, &schema, &name, "");
            self.nodes[owner].part_of = Some(id);
            self.nodes[owner].needs.extend([id, table]);
        }
        for attribute in &lookup.catalog.attributes {
            let Some(default) = attribute.default_oid else { continue };
            let object = ObjectId::new(class::ATTRDEF, default);
            let Some(id) = self.add_part(Kind::Default, object, attribute.relation, &attribute.name) else { continue };
            if let Some(table) = self.find(Kind::Table, ObjectId::relation(attribute.relation)) {
                self.put_within(id, table);
            }
            self.nodes[id].inseparable = !attribute.generated.is_empty();
        }
    }

    fn add_constraints_and_indexes(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.constraints {
            let object = ObjectId::new(class::CONSTRAINT, of.oid);
            match of.kind.as_str() {
                _ if of.relation == 0 => {
                    let Some(domain) = self.resolve(ObjectId::new(class::TYPE, of.domain)) else { continue };
                    let (schema, detail) = (self.nodes[domain].schema.clone(), self.nodes[domain].name.clone());
                    let id = self.add_main(Kind::DomainConstraint, object, &schema, &of.name, &detail);
                    self.nodes[id].part_of = Some(domain);
                    self.nodes[id].needs.insert(domain);
                    self.place_check(id, domain, of.validated);
                }
                "c" | "n" => {
                    let inherited =
                        lookup.relation(of.relation).is_some_and(|table| !table.is_partition()) && !of.local;
                    // What is inherited comes from the parent; a valid NOT NULL is part of its column.
                    if inherited || (of.kind == "n" && of.validated) {
                        continue;
                    }
                    let Some(id) = self.add_part(Kind::Check, object, of.relation, &of.name) else { continue };
                    let Some(table) = self.nodes[id].part_of else { continue };
                    self.place_check(id, table, of.validated);
                }
                "f" => {
                    self.add_part(Kind::ForeignKey, object, of.relation, &of.name);
                }
                _ => {
                    let Some(id) = self.add_part(Kind::KeyConstraint, object, of.relation, &of.name) else { continue };
                    self.by_object.insert(ObjectId::relation(of.index), id);
                }
            }
        }
        for of in lookup.catalog.indexes.iter().filter(|index| index.constraint_oid == 0) {
            self.add_part(Kind::Index, ObjectId::relation(of.oid), of.relation, &of.name);
        }
        for of in &lookup.catalog.indexes {
            let (Some(child), Some(parent)) = (
                self.resolve(ObjectId::relation(of.oid)),
                lookup.parents(of.oid).first().and_then(|parent| self.resolve(ObjectId::relation(*parent))),
            ) else {
                continue;
            };
            if lookup.constraint(of.constraint_oid).is_some_and(Constraint::comes_with_partitions) {
                self.nodes[child].needs.insert(parent);
                continue;
            }
            let attach = self.add(Kind::IndexAttach, ObjectId::relation(of.oid), &of.schema, &of.name, "");
            self.nodes[attach].part_of = Some(child);
            self.nodes[attach].needs.extend([child, parent]);
        }
        for of in &lookup.catalog.statistics {
            self.add_part(Kind::Statistics, ObjectId::new(class::STATISTIC_EXT, of.oid), of.relation, &of.name);
        }
    }

    /// A valid check is part of CREATE TABLE or CREATE DOMAIN; one that was never validated must not meet the rows.
    fn place_check(&mut self, check: NodeId, owner: NodeId, validated: bool) {
        if validated {
            self.put_within(check, owner);
        } else {
            self.nodes[check].after_rows = true;
        }
    }

    fn add_behaviour(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.triggers {
            self.add_part(Kind::Trigger, ObjectId::new(class::TRIGGER, of.oid), of.relation, &of.name);
        }
        self.add_clone_needs(lookup);
        for of in &lookup.catalog.rules {
            self.add_part(Kind::Rule, ObjectId::new(class::REWRITE, of.oid), of.relation, &of.name);
        }
        for of in &lookup.catalog.policies {
            self.add_part(Kind::Policy, ObjectId::new(class::POLICY, of.oid), of.relation, &of.name);
        }
    }

    /// The state of a trigger's clone is set after the trigger is there and after that of every clone between them, for a
    /// partitioned table's reaches its partitions. Clones in between that are like their parents are only in `pg_depend`.
    fn add_clone_needs(&mut self, lookup: &Lookup<'_>) {
        let is_clone = |of: &&Dependency| of.class == class::TRIGGER && of.referenced_class == class::TRIGGER;
        let links = lookup.catalog.depends.iter().filter(is_clone);
        let parents: BTreeMap<u32, u32> = links.map(|of| (of.oid, of.referenced_oid)).collect();
        let find = |graph: &Self, oid| graph.find(Kind::Trigger, ObjectId::new(class::TRIGGER, oid));
        for of in lookup.catalog.triggers.iter().filter(|of| of.is_clone) {
            let Some(id) = find(self, of.oid) else { continue };
            let ancestors = iter::successors(parents.get(&of.oid), |parent| parents.get(parent));
            let needs: Vec<_> = ancestors.filter_map(|ancestor| find(self, *ancestor)).collect();
            self.nodes[id].needs.extend(needs);
        }
    }

    fn add_dependency(&mut self, lookup: &Lookup<'_>, link: &Dependency) {
        let (Some(dependent), Some(referenced)) = (self.resolve(link.dependent()), self.resolve(link.referenced()))
        else {
            return;
        };
        if dependent == referenced || self.is_covered(lookup, link, dependent, referenced) {
            return;
        }
        let node = &mut self.nodes[dependent];
        if link.class == class::REWRITE && matches!(node.key.kind, Kind::View | Kind::MaterializedView) {
            node.query_needs.insert(referenced);
        } else {
            node.needs.insert(referenced);
        }
    }

    /// Whether a dependency is expressed by other nodes and edges, or would contradict them.
    fn is_covered(&self, lookup: &Lookup<'_>, link: &Dependency, dependent: NodeId, referenced: NodeId) -> bool {
        let (node, other) = (&self.nodes[dependent], &self.nodes[referenced]);
        // What is made within its owner's statement comes first, whatever columns it names.
        if node.within == Some(referenced) {
            return true;
        }
        match (node.key.kind, other.key.kind) {
            // A partition is made as a table of its own; TableAttach joins it to its parent.
            (Kind::Table, Kind::Table) => {
                lookup.relation(link.oid).is_some_and(|table| table.is_partition() && link.kind == "a")
            }
            // Likewise a partition's index or key; IndexAttach joins them.
            (Kind::Index | Kind::KeyConstraint, Kind::Index | Kind::KeyConstraint) => {
                matches!(link.kind.as_str(), "P" | "S" | "i" | "a") || node.part_of != other.part_of
            }
            // An owned sequence is made first; SequenceOwner hands it over.
            (Kind::Sequence, Kind::Table) => link.kind == "a",
            _ => false,
        }
    }

    /// A foreign key to a partitioned table needs the referenced index complete: attached on every partition.
    fn add_foreign_key_needs(&mut self, lookup: &Lookup<'_>) {
        for of in lookup.catalog.constraints.iter().filter(|of| of.kind == "f") {
            let Some(id) = self.find(Kind::ForeignKey, ObjectId::new(class::CONSTRAINT, of.oid)) else { continue };
            let indexes = lookup.with_descendants(of.index).into_iter().skip(1);
            let attached: Vec<_> =
                indexes.filter_map(|index| self.find(Kind::IndexAttach, ObjectId::relation(index))).collect();
            self.nodes[id].needs.extend(attached);
        }
    }

    /// A materialized view is filled after those its query reads, through any number of views.
    fn add_refreshes(&mut self, lookup: &Lookup<'_>) {
        let views = lookup.catalog.relations.iter();
        let filled = views.filter(|view| view.relation_kind() == RelationKind::MaterializedView && view.populated);
        for view in filled.clone() {
            let object = ObjectId::relation(view.oid);
            let Some(id) = self.find(Kind::MaterializedView, object) else { continue };
            let refresh = self.add(Kind::Refresh, object, &view.schema, &view.name, "");
            self.nodes[refresh].part_of = Some(id);
            self.nodes[refresh].needs.insert(id);
        }
        for view in filled {
            let object = ObjectId::relation(view.oid);
            let (Some(id), Some(refresh)) =
                (self.find(Kind::MaterializedView, object), self.find(Kind::Refresh, object))
            else {
                continue;
            };
            let read: Vec<_> = self
                .reachable(id)
                .into_iter()
                .filter(|node| *node != id)
                .filter_map(|node| self.find(Kind::Refresh, self.nodes[node].key.object))
                .collect();
            self.nodes[refresh].needs.extend(read);
        }
    }

    /// Everything a node needs, directly or not, itself included.
    #[must_use]
    pub fn reachable(&self, start: NodeId) -> BTreeSet<NodeId> {
        let mut seen = BTreeSet::from([start]);
        let mut waiting = vec![start];
        while let Some(id) = waiting.pop() {
            let node = &self.nodes[id];
            waiting.extend(node.needs.iter().chain(&node.query_needs).filter(|need| seen.insert(**need)));
        }
        seen
    }
}
