//! Nodes for what extends SQL beside types and functions.

use super::Graph;
use crate::catalog::{Lookup, ObjectId, class};
use crate::plan::node::{Kind, NodeId};

impl Graph {
    /// Adds every object that extends SQL; what each needs follows from `pg_depend`.
    pub(super) fn add_extending(&mut self, lookup: &Lookup<'_>) {
        let catalog = lookup.catalog;
        for of in &catalog.languages {
            self.add_main(Kind::Language, ObjectId::new(class::LANGUAGE, of.oid), "", &of.name, "");
        }
        for of in &catalog.transforms {
            self.add_main(Kind::Transform, ObjectId::new(class::TRANSFORM, of.oid), "", &of.type_name, &of.language);
        }
        for of in &catalog.access_methods {
            self.add_main(Kind::AccessMethod, ObjectId::new(class::AM, of.oid), "", &of.name, "");
        }
        for of in &catalog.collations {
            self.add_main(Kind::Collation, ObjectId::new(class::COLLATION, of.oid), &of.schema, &of.name, "");
        }
        for of in &catalog.aggregates {
            let object = ObjectId::new(class::PROC, of.oid);
            self.add_main(Kind::Aggregate, object, &of.schema, &of.name, &of.identity_arguments);
        }
        for of in &catalog.casts {
            self.add_main(Kind::Cast, ObjectId::new(class::CAST, of.oid), "", &of.source_type, &of.target_type);
        }
        for of in &catalog.operators {
            let types = [&of.left_type, &of.right_type].map(|side| side.as_deref().unwrap_or_default()).join(" ");
            self.add_main(Kind::Operator, ObjectId::new(class::OPERATOR, of.oid), &of.schema, &of.name, &types);
        }
        self.add_operator_families(lookup);
        self.add_text_search(lookup);
        for of in &catalog.conversions {
            self.add_main(Kind::Conversion, ObjectId::new(class::CONVERSION, of.oid), &of.schema, &of.name, "");
        }
    }

    fn add_text_search(&mut self, lookup: &Lookup<'_>) {
        let catalog = lookup.catalog;
        for of in &catalog.text_search_parsers {
            self.add_main(Kind::TextSearchParser, ObjectId::new(class::TS_PARSER, of.oid), &of.schema, &of.name, "");
        }
        for of in &catalog.text_search_templates {
            let object = ObjectId::new(class::TS_TEMPLATE, of.oid);
            self.add_main(Kind::TextSearchTemplate, object, &of.schema, &of.name, "");
        }
        for of in &catalog.text_search_dictionaries {
            self.add_main(Kind::TextSearchDictionary, ObjectId::new(class::TS_DICT, of.oid), &of.schema, &of.name, "");
        }
        for of in &catalog.text_search_configurations {
            let object = ObjectId::new(class::TS_CONFIG, of.oid);
            self.add_main(Kind::TextSearchConfiguration, object, &of.schema, &of.name, "");
        }
    }

    fn add_operator_families(&mut self, lookup: &Lookup<'_>) {
        let catalog = lookup.catalog;
        for of in &catalog.operator_families {
            let object = ObjectId::new(class::OPFAMILY, of.oid);
            let family = self.add_main(Kind::OperatorFamily, object, &of.schema, &of.name, &of.access_method);
            if lookup.family_operators(object).is_empty() && lookup.family_functions(object).is_empty() {
                continue;
            }
            let members = self.add(Kind::OperatorFamilyMembers, object, &of.schema, &of.name, &of.access_method);
            self.nodes[members].part_of = Some(family);
            self.nodes[members].needs.insert(family);
            self.set_members(lookup, object, members);
        }
        for of in &catalog.operator_classes {
            let object = ObjectId::new(class::OPCLASS, of.oid);
            let id = self.add_main(Kind::OperatorClass, object, &of.schema, &of.name, &of.access_method);
            // What is added to a family that has a class for its type already becomes part of that class.
            let members = self.find(Kind::OperatorFamilyMembers, ObjectId::new(class::OPFAMILY, of.family));
            self.nodes[id].needs.extend(members);
            self.set_members(lookup, object, id);
        }
    }

    /// Makes a node stand for the members of an operator class or family: what they need, it needs.
    fn set_members(&mut self, lookup: &Lookup<'_>, owner: ObjectId, node: NodeId) {
        let operators = lookup.family_operators(owner).iter().map(|of| ObjectId::new(class::AMOP, of.oid));
        let functions = lookup.family_functions(owner).iter().map(|of| ObjectId::new(class::AMPROC, of.oid));
        self.by_object.extend(operators.chain(functions).map(|object| (object, node)));
    }
}
