//! Nodes for what extends SQL beside types and functions.

use super::Graph;
use crate::catalog::{Lookup, ObjectId, class};
use crate::plan::node::Kind;

impl Graph {
    /// Adds every object that extends SQL; what each needs follows from `pg_depend`.
    pub(super) fn add_extending(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.collations {
            self.add_main(Kind::Collation, ObjectId::new(class::COLLATION, of.oid), &of.schema, &of.name, "");
        }
        for of in &lookup.catalog.aggregates {
            let object = ObjectId::new(class::PROC, of.oid);
            self.add_main(Kind::Aggregate, object, &of.schema, &of.name, &of.identity_arguments);
        }
    }
}
