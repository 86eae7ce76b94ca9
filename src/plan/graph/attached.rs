//! What is attached to a database rather than to a schema: publications, subscriptions, settings and event triggers.

use super::Graph;
use crate::catalog::{Lookup, ObjectId, class};
use crate::ddl::QualifiedName;
use crate::plan::node::Kind;

impl Graph {
    pub(super) fn add_publications(&mut self, lookup: &Lookup<'_>) {
        let catalog = lookup.catalog;
        for of in &catalog.publications {
            self.add_main(Kind::Publication, ObjectId::new(class::PUBLICATION, of.oid), "", &of.name, "");
        }
        let tables = catalog.publication_tables.iter().map(|of| {
            let name = QualifiedName::new(&of.schema, &of.name).to_string();
            (Kind::PublicationTable, ObjectId::new(class::PUBLICATION_REL, of.oid), of.publication, name)
        });
        let schemas = catalog.publication_schemas.iter().map(|of| {
            let object = ObjectId::new(class::PUBLICATION_NAMESPACE, of.oid);
            (Kind::PublicationSchema, object, of.publication, of.schema.clone())
        });
        for (kind, object, publication, name) in tables.chain(schemas) {
            let publication = ObjectId::new(class::PUBLICATION, publication);
            let Some(publication) = self.find(Kind::Publication, publication) else { continue };
            let detail = self.nodes[publication].name.clone();
            let id = self.add_main(kind, object, "", &name, &detail);
            self.nodes[id].part_of = Some(publication);
            self.nodes[id].needs.insert(publication);
        }
    }

    pub(super) fn add_subscriptions(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.subscription_definitions {
            self.add_main(Kind::Subscription, ObjectId::new(class::SUBSCRIPTION, of.oid), "", &of.name, "");
        }
    }

    pub(super) fn add_database_settings(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.database_settings {
            self.add(Kind::DatabaseSettings, ObjectId::new(class::DB_ROLE_SETTING, of.role_oid), "", &of.role, "");
        }
    }

    pub(super) fn add_event_triggers(&mut self, lookup: &Lookup<'_>) {
        for of in &lookup.catalog.event_triggers {
            self.add_main(Kind::EventTrigger, ObjectId::new(class::EVENT_TRIGGER, of.oid), "", &of.name, "");
        }
    }
}
