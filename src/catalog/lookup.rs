//! Finds a catalog's structs by OID, without changing their order.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::{
    AccessMethod, Aggregate, Attribute, Cast, Catalog, Collation, Comment, Constraint, Conversion, DefaultAcl, Enum,
    FamilyFunction, FamilyOperator, Function, GivenObject, Index, Language, Namespace, ObjectId, Operator,
    OperatorClass, OperatorFamily, Policy, Privilege, Relation, Rule, SecurityLabel, Sequence, Statistics, TableSize,
    TextSearchConfiguration, TextSearchDictionary, TextSearchMapping, TextSearchParser, TextSearchTemplate, Transform,
    Trigger, class, types,
};

/// Indexes over a [`Catalog`]. The maps are only ever asked for a key, so their order never shows.
#[derive(Debug)]
pub struct Lookup<'a> {
    /// The catalog itself.
    pub catalog: &'a Catalog,
    namespaces: HashMap<u32, &'a Namespace>,
    relations: HashMap<u32, &'a Relation>,
    enums: HashMap<u32, &'a Enum>,
    composites: HashMap<u32, &'a types::Composite>,
    domains: HashMap<u32, &'a types::Domain>,
    ranges: HashMap<u32, &'a types::Range>,
    functions: HashMap<u32, &'a Function>,
    aggregates: HashMap<u32, &'a Aggregate>,
    collations: HashMap<u32, &'a Collation>,
    base_types: HashMap<u32, &'a types::BaseType>,
    shell_types: HashMap<u32, &'a types::ShellType>,
    operators: HashMap<u32, &'a Operator>,
    operator_families: HashMap<u32, &'a OperatorFamily>,
    operator_classes: HashMap<u32, &'a OperatorClass>,
    family_operators: HashMap<ObjectId, Vec<&'a FamilyOperator>>,
    family_functions: HashMap<ObjectId, Vec<&'a FamilyFunction>>,
    casts: HashMap<u32, &'a Cast>,
    conversions: HashMap<u32, &'a Conversion>,
    languages: HashMap<u32, &'a Language>,
    transforms: HashMap<u32, &'a Transform>,
    access_methods: HashMap<u32, &'a AccessMethod>,
    text_search_parsers: HashMap<u32, &'a TextSearchParser>,
    text_search_templates: HashMap<u32, &'a TextSearchTemplate>,
    text_search_dictionaries: HashMap<u32, &'a TextSearchDictionary>,
    text_search_configurations: HashMap<u32, &'a TextSearchConfiguration>,
    text_search_mappings: HashMap<u32, Vec<&'a TextSearchMapping>>,
    sequences: HashMap<u32, &'a Sequence>,
    constraints: HashMap<u32, &'a Constraint>,
    indexes: HashMap<u32, &'a Index>,
    statistics: HashMap<u32, &'a Statistics>,
    triggers: HashMap<u32, &'a Trigger>,
    rules: HashMap<u32, &'a Rule>,
    policies: HashMap<u32, &'a Policy>,
    extensions: HashMap<u32, &'a super::Extension>,
    attribute_of_default: HashMap<u32, &'a Attribute>,
    attributes: HashMap<u32, Vec<&'a Attribute>>,
    constraints_of: HashMap<ObjectId, Vec<&'a Constraint>>,
    owned_sequences: HashMap<u32, Vec<&'a Sequence>>,
    parents: HashMap<u32, Vec<u32>>,
    children: HashMap<u32, Vec<u32>>,
    comments: HashMap<ObjectId, Vec<&'a Comment>>,
    security_labels: HashMap<ObjectId, Vec<&'a SecurityLabel>>,
    dropped_with: HashMap<ObjectId, Vec<&'a super::Extension>>,
    privileges: HashMap<ObjectId, Vec<&'a Privilege>>,
    sizes: HashMap<u32, &'a TableSize>,
    key_spreads: HashMap<u32, &'a super::KeySpread>,
    given_objects: HashMap<ObjectId, &'a GivenObject>,
    default_acls: HashMap<u32, &'a DefaultAcl>,
    event_triggers: HashMap<u32, &'a super::EventTrigger>,
    database_settings: HashMap<u32, &'a super::DatabaseSettings>,
    roles: HashMap<u32, &'a super::Role>,
    role_members: HashMap<u32, &'a super::RoleMember>,
    role_verifiers: HashMap<u32, &'a super::RoleVerifier>,
    foreign_data_wrappers: HashMap<u32, &'a super::ForeignDataWrapper>,
    foreign_servers: HashMap<u32, &'a super::ForeignServer>,
    user_mappings: HashMap<u32, &'a super::UserMapping>,
    foreign_tables: HashMap<u32, &'a super::ForeignTable>,
    foreign_columns: HashMap<(u32, i16), &'a super::ForeignColumn>,
    publications: HashMap<u32, &'a super::Publication>,
    publication_tables: HashMap<u32, &'a super::PublicationTable>,
    publication_schemas: HashMap<u32, &'a super::PublicationSchema>,
    subscriptions: HashMap<u32, &'a super::SubscriptionDefinition>,
}

impl<'a> Lookup<'a> {
    /// Indexes a catalog.
    #[must_use]
    pub fn new(catalog: &'a Catalog) -> Self {
        let defaults = catalog.attributes.iter().filter_map(|attribute| Some((attribute.default_oid?, attribute)));
        let owned = catalog.sequences.iter().filter(|sequence| sequence.owning_relation != 0);
        let mut inherits: Vec<_> = catalog.inherits.iter().collect();
        inherits.sort_by_key(|link| (link.child, link.sequence_number));
        let mut constraints: Vec<_> = catalog.constraints.iter().collect();
        constraints.sort_by_key(|constraint| (&constraint.name, constraint.oid));
        let extensions = by(&catalog.extensions, |extension| extension.oid);
        let automatic = catalog.depends.iter().filter(|depends| depends.kind == "x");
        let mut dropped_with: Vec<_> = automatic
            .filter_map(|depends| Some((depends.dependent(), *extensions.get(&depends.referenced_oid)?)))
            .collect();
        dropped_with.sort_by_key(|(_, extension)| &extension.name);
        Self {
            catalog,
            dropped_with: grouped(dropped_with.into_iter()),
            namespaces: by(&catalog.namespaces, |namespace| namespace.oid),
            relations: by(&catalog.relations, |relation| relation.oid),
            enums: by(&catalog.enums, |of| of.oid),
            composites: by(&catalog.composites, |of| of.oid),
            domains: by(&catalog.domains, |of| of.oid),
            ranges: by(&catalog.ranges, |of| of.oid),
            functions: by(&catalog.functions, |function| function.oid),
            aggregates: by(&catalog.aggregates, |of| of.oid),
            collations: by(&catalog.collations, |of| of.oid),
            base_types: by(&catalog.base_types, |of| of.oid),
            shell_types: by(&catalog.shell_types, |of| of.oid),
            operators: by(&catalog.operators, |of| of.oid),
            operator_families: by(&catalog.operator_families, |of| of.oid),
            operator_classes: by(&catalog.operator_classes, |of| of.oid),
            family_operators: grouped(
                catalog.family_operators.iter().map(|of| (family_member_owner(of.operator_class, of.family), of)),
            ),
            family_functions: grouped(
                catalog.family_functions.iter().map(|of| (family_member_owner(of.operator_class, of.family), of)),
            ),
            casts: by(&catalog.casts, |of| of.oid),
            conversions: by(&catalog.conversions, |of| of.oid),
            languages: by(&catalog.languages, |of| of.oid),
            transforms: by(&catalog.transforms, |of| of.oid),
            access_methods: by(&catalog.access_methods, |of| of.oid),
            text_search_parsers: by(&catalog.text_search_parsers, |of| of.oid),
            text_search_templates: by(&catalog.text_search_templates, |of| of.oid),
            text_search_dictionaries: by(&catalog.text_search_dictionaries, |of| of.oid),
            text_search_configurations: by(&catalog.text_search_configurations, |of| of.oid),
            text_search_mappings: grouped(catalog.text_search_mappings.iter().map(|of| (of.configuration, of))),
            sequences: by(&catalog.sequences, |sequence| sequence.oid),
            constraints: by(&catalog.constraints, |constraint| constraint.oid),
            indexes: by(&catalog.indexes, |index| index.oid),
            statistics: by(&catalog.statistics, |statistics| statistics.oid),
            triggers: by(&catalog.triggers, |trigger| trigger.oid),
            rules: by(&catalog.rules, |rule| rule.oid),
            policies: by(&catalog.policies, |policy| policy.oid),
            extensions,
            attribute_of_default: defaults.collect(),
            attributes: grouped(catalog.attributes.iter().map(|attribute| (attribute.relation, attribute))),
            constraints_of: grouped(
                constraints.into_iter().map(|constraint| (constraint_owner(constraint), constraint)),
            ),
            owned_sequences: grouped(owned.map(|sequence| (sequence.owning_relation, sequence))),
            parents: grouped(inherits.iter().map(|link| (link.child, link.parent))),
            children: grouped(inherits.iter().map(|link| (link.parent, link.child))),
            comments: grouped(catalog.comments.iter().map(|item| (ObjectId::new(item.class, item.oid), item))),
            security_labels: grouped(
                catalog.security_labels.iter().map(|item| (ObjectId::new(item.class, item.oid), item)),
            ),
            privileges: grouped(catalog.privileges.iter().map(|item| (ObjectId::new(item.class, item.oid), item))),
            sizes: by(&catalog.table_sizes, |size| size.oid),
            key_spreads: by(&catalog.key_spreads, |of| of.relation),
            given_objects: catalog.given_objects.iter().map(|of| (ObjectId::new(of.class, of.oid), of)).collect(),
            default_acls: by(&catalog.default_acls, |of| of.oid),
            database_settings: by(&catalog.database_settings, |of| of.role_oid),
            event_triggers: by(&catalog.event_triggers, |of| of.oid),
            roles: by(&catalog.roles, |of| of.oid),
            role_members: by(&catalog.role_members, |of| of.number),
            role_verifiers: by(&catalog.role_verifiers, |of| of.role_oid),
            foreign_data_wrappers: by(&catalog.foreign_data_wrappers, |of| of.oid),
            foreign_servers: by(&catalog.foreign_servers, |of| of.oid),
            user_mappings: by(&catalog.user_mappings, |of| of.oid),
            foreign_tables: by(&catalog.foreign_tables, |of| of.relation),
            foreign_columns: catalog.foreign_columns.iter().map(|of| ((of.relation, of.number), of)).collect(),
            publications: by(&catalog.publications, |of| of.oid),
            publication_tables: by(&catalog.publication_tables, |of| of.oid),
            publication_schemas: by(&catalog.publication_schemas, |of| of.oid),
            subscriptions: by(&catalog.subscription_definitions, |of| of.oid),
        }
    }

    /// The columns of a relation, by number.
    #[must_use]
    pub fn attributes(&self, relation: u32) -> &[&'a Attribute] {
        slice(&self.attributes, &relation)
    }

    /// The column a default or generation expression belongs to.
    #[must_use]
    pub fn attribute_of_default(&self, default: u32) -> Option<&'a Attribute> {
        self.attribute_of_default.get(&default).copied()
    }

    /// The constraints of a table ([`class::CLASS`]) or domain ([`class::TYPE`]), by name.
    #[must_use]
    pub fn constraints_of(&self, owner: ObjectId) -> &[&'a Constraint] {
        slice(&self.constraints_of, &owner)
    }

    /// The operators of an operator class ([`class::OPCLASS`]), or of an operator family alone ([`class::OPFAMILY`]).
    #[must_use]
    pub fn family_operators(&self, owner: ObjectId) -> &[&'a FamilyOperator] {
        slice(&self.family_operators, &owner)
    }

    /// The support functions of an operator class ([`class::OPCLASS`]), or of an operator family alone ([`class::OPFAMILY`]).
    #[must_use]
    pub fn family_functions(&self, owner: ObjectId) -> &[&'a FamilyFunction] {
        slice(&self.family_functions, &owner)
    }

    /// What a text search configuration does with each type of token.
    #[must_use]
    pub fn text_search_mappings(&self, configuration: u32) -> &[&'a TextSearchMapping] {
        slice(&self.text_search_mappings, &configuration)
    }

    /// The sequences owned by columns of a table.
    #[must_use]
    pub fn owned_sequences(&self, relation: u32) -> &[&'a Sequence] {
        slice(&self.owned_sequences, &relation)
    }

    /// The parents of a table or index, in INHERITS order.
    #[must_use]
    pub fn parents(&self, child: u32) -> &[u32] {
        slice(&self.parents, &child)
    }

    /// The children of a table or index.
    #[must_use]
    pub fn children(&self, parent: u32) -> &[u32] {
        slice(&self.children, &parent)
    }

    /// A table's descendants, itself first.
    #[must_use]
    pub fn with_descendants(&self, parent: u32) -> Vec<u32> {
        let mut found = vec![parent];
        // A table can inherit from another in more than one way.
        let mut seen = HashSet::from([parent]);
        let mut next = 0;
        while let Some(&relation) = found.get(next) {
            found.extend(self.children(relation).iter().filter(|child| seen.insert(**child)));
            next += 1;
        }
        found
    }

    /// The security labels of an object and its columns.
    #[must_use]
    pub fn security_labels(&self, object: ObjectId) -> &[&'a SecurityLabel] {
        slice(&self.security_labels, &object)
    }

    /// The extensions an object is dropped with though it is no member of them (DEPENDS ON EXTENSION).
    #[must_use]
    pub fn dropped_with(&self, object: ObjectId) -> &[&'a super::Extension] {
        slice(&self.dropped_with, &object)
    }

    /// The comments on an object and its columns.
    #[must_use]
    pub fn comments(&self, object: ObjectId) -> &[&'a Comment] {
        slice(&self.comments, &object)
    }

    /// The options a foreign table's column has for its foreign data wrapper, `name=value` each.
    #[must_use]
    pub fn foreign_column_options(&self, relation: u32, number: i16) -> &'a [String] {
        self.foreign_columns.get(&(relation, number)).map_or(&[], |of| &of.options)
    }

    /// An object that came with the server or an extension and has privileges of its own.
    #[must_use]
    pub fn given_object(&self, object: ObjectId) -> Option<&'a GivenObject> {
        self.given_objects.get(&object).copied()
    }

    /// The privileges on an object and its columns; empty where they were never changed.
    #[must_use]
    pub fn privileges(&self, object: ObjectId) -> &[&'a Privilege] {
        slice(&self.privileges, &object)
    }
}

/// One method for each kind of object that is found by its OID.
macro_rules! found_by_oid {
    ($($(#[$about:meta])* $name:ident in $map:ident: $type:ty;)*) => {
        impl<'a> Lookup<'a> {
            $($(#[$about])*
            #[must_use]
            pub fn $name(&self, oid: u32) -> Option<&'a $type> {
                self.$map.get(&oid).copied()
            })*
        }
    };
}

found_by_oid! {
    /// A schema.
    namespace in namespaces: Namespace;
    /// An extension.
    extension in extensions: super::Extension;
    /// A relation.
    relation in relations: Relation;
    /// An enum type.
    enum_type in enums: Enum;
    /// A composite type.
    composite in composites: types::Composite;
    /// A domain.
    domain in domains: types::Domain;
    /// A range type.
    range in ranges: types::Range;
    /// A function.
    function in functions: Function;
    /// An aggregate function.
    aggregate in aggregates: Aggregate;
    /// A collation.
    collation in collations: Collation;
    /// A base type.
    base_type in base_types: types::BaseType;
    /// A shell type.
    shell_type in shell_types: types::ShellType;
    /// An operator.
    operator in operators: Operator;
    /// An operator family.
    operator_family in operator_families: OperatorFamily;
    /// An operator class.
    operator_class in operator_classes: OperatorClass;
    /// A cast.
    cast in casts: Cast;
    /// A conversion.
    conversion in conversions: Conversion;
    /// A language.
    language in languages: Language;
    /// A transform.
    transform in transforms: Transform;
    /// An access method.
    access_method in access_methods: AccessMethod;
    /// A text search parser.
    text_search_parser in text_search_parsers: TextSearchParser;
    /// A text search template.
    text_search_template in text_search_templates: TextSearchTemplate;
    /// A text search dictionary.
    text_search_dictionary in text_search_dictionaries: TextSearchDictionary;
    /// A text search configuration.
    text_search_configuration in text_search_configurations: TextSearchConfiguration;
    /// A sequence's parameters.
    sequence in sequences: Sequence;
    /// A constraint.
    constraint in constraints: Constraint;
    /// An index.
    index in indexes: Index;
    /// An extended statistics object.
    statistics_object in statistics: Statistics;
    /// A trigger.
    trigger in triggers: Trigger;
    /// A rule.
    rule in rules: Rule;
    /// A policy.
    policy in policies: Policy;
    /// Default privileges.
    default_acl in default_acls: DefaultAcl;
    /// A foreign data wrapper.
    foreign_data_wrapper in foreign_data_wrappers: super::ForeignDataWrapper;
    /// A foreign server.
    foreign_server in foreign_servers: super::ForeignServer;
    /// A user mapping.
    user_mapping in user_mappings: super::UserMapping;
    /// Where a foreign table's rows are.
    foreign_table in foreign_tables: super::ForeignTable;
    /// Settings of the database, by the role they are for.
    database_setting in database_settings: super::DatabaseSettings;
    /// A role.
    role in roles: super::Role;
    /// A role's membership in another, by its number.
    role_member in role_members: super::RoleMember;
    /// What is stored of a role's password, by the role.
    role_verifier in role_verifiers: super::RoleVerifier;
    /// An event trigger.
    event_trigger in event_triggers: super::EventTrigger;
    /// A publication.
    publication in publications: super::Publication;
    /// A publication's table.
    publication_table in publication_tables: super::PublicationTable;
    /// A publication's schema.
    publication_schema in publication_schemas: super::PublicationSchema;
    /// A subscription.
    subscription in subscriptions: super::SubscriptionDefinition;
    /// A table's size.
    size in sizes: TableSize;
    /// What is in a table's key column, where it may be divided by it.
    key_spread in key_spreads: super::KeySpread;
}

/// What a member of an operator family is created with.
fn family_member_owner(operator_class: u32, family: u32) -> ObjectId {
    if operator_class == 0 {
        ObjectId::new(class::OPFAMILY, family)
    } else {
        ObjectId::new(class::OPCLASS, operator_class)
    }
}

fn constraint_owner(constraint: &Constraint) -> ObjectId {
    if constraint.relation == 0 {
        ObjectId::new(class::TYPE, constraint.domain)
    } else {
        ObjectId::relation(constraint.relation)
    }
}

fn by<T>(items: &[T], oid: impl Fn(&T) -> u32) -> HashMap<u32, &T> {
    items.iter().map(|item| (oid(item), item)).collect()
}

fn grouped<K: Eq + Hash, V>(items: impl Iterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, item) in items {
        groups.entry(key).or_default().push(item);
    }
    groups
}

fn slice<'m, K: Eq + Hash, V>(groups: &'m HashMap<K, Vec<V>>, key: &K) -> &'m [V] {
    groups.get(key).map_or(&[], Vec::as_slice)
}
