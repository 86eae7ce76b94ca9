//! Who may do what: the privileges of objects that are made, and of those that come with the server or an extension.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::catalog::{Lookup, Namespace, ObjectId, class};
use crate::plan::node::Kind;

impl Graph {
    pub(super) fn add_privileges(&mut self, lookup: &Lookup<'_>) {
        let with_privileges: BTreeSet<_> =
            lookup.catalog.privileges.iter().map(|of| ObjectId::new(of.class, of.oid)).collect();
        for of in &lookup.catalog.default_acls {
            let object = ObjectId::new(class::DEFAULT_ACL, of.oid);
            let id = self.add(Kind::DefaultPrivileges, object, &of.schema, &of.role, &of.object_type);
            let schemas = lookup.catalog.namespaces.iter().find(|schema| schema.name == of.schema);
            let schema = schemas.and_then(|schema| self.resolve(ObjectId::new(class::NAMESPACE, schema.oid)));
            self.nodes[id].needs.extend(schema);
        }
        for object in with_privileges {
            let given = lookup.given_object(object);
            let owner = self.resolve(object);
            let relation = lookup.relation(object.oid).filter(|_| object.class == class::CLASS);
            let (schema, name) = match (given, relation, owner) {
                (Some(of), _, _) => (of.schema.clone(), of.name.clone()),
                (None, Some(of), _) => (of.schema.clone(), of.name.clone()),
                (None, None, Some(owner)) => (self.nodes[owner].schema.clone(), self.nodes[owner].name.clone()),
                (None, None, None) => continue,
            };
            if owner.is_none() && given.is_none() {
                continue;
            }
            let id = self.add(Kind::Privileges, object, &schema, &name, "");
            // What the server itself brings belongs to nothing that is made here.
            self.nodes[id].part_of = owner;
            self.nodes[id].needs.extend(owner);
        }
        self.put_schema_privileges_first(lookup);
    }

    /// Who grants something must be able to reach it: the privileges of a schema come before those of what is in it.
    fn put_schema_privileges_first(&mut self, lookup: &Lookup<'_>) {
        let of_schema = |of: &Namespace| {
            let id = self.find(Kind::Privileges, ObjectId::new(class::NAMESPACE, of.oid))?;
            Some((of.name.clone(), id))
        };
        let of_schemas: BTreeMap<_, _> = lookup.catalog.namespaces.iter().filter_map(of_schema).collect();
        for id in 0..self.nodes.len() {
            let node = &mut self.nodes[id];
            if node.key.kind == Kind::Privileges && node.key.object.class != class::NAMESPACE {
                node.needs.extend(of_schemas.get(&node.schema));
            }
        }
    }
}
