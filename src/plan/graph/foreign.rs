//! Data that is elsewhere, and the way to it.

use super::Graph;
use crate::catalog::{Lookup, ObjectId, class};
use crate::plan::node::Kind;

impl Graph {
    /// Foreign data wrappers, servers and user mappings; foreign tables are tables like others. A mapping whose options cannot
    /// be read has no node: without its password it would be another one.
    pub(super) fn add_foreign_servers(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.foreign_data_wrappers {
            let object = ObjectId::new(class::FOREIGN_DATA_WRAPPER, of.oid);
            self.add_main(Kind::ForeignDataWrapper, object, "", &of.name, "");
        }
        for of in &lookup.catalog.foreign_servers {
            self.add_main(Kind::ForeignServer, ObjectId::new(class::FOREIGN_SERVER, of.oid), "", &of.name, "");
        }
        for of in lookup.catalog.user_mappings.iter().filter(|of| !of.hidden) {
            let Some(server) = self.resolve(ObjectId::new(class::FOREIGN_SERVER, of.server)) else { continue };
            let object = ObjectId::new(class::USER_MAPPING, of.oid);
            let id = self.add_main(Kind::UserMapping, object, "", &of.server_name, &of.role);
            self.nodes[id].part_of = Some(server);
            self.nodes[id].needs.insert(server);
        }
    }
}
