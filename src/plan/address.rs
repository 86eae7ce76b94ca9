//! How SQL and people refer to what a node makes.

use super::graph::Graph;
use super::node::{Kind, Node, NodeId};
use crate::catalog::{Lookup, class};
use crate::ddl::sql::{QualifiedName, readable};
use crate::ddl::{
    Address, aggregate, behaviour, collation, constraint, database, foreign, function, index, language, operator,
    operator_class, privilege, relation, replication, role, schema, text_search, types,
};

/// A node for people, such as `constraint orders_fk on public.orders`, or `the attachment of table public.log_2024`.
#[must_use]
pub(super) fn describe(graph: &Graph, lookup: &Lookup<'_>, id: NodeId) -> String {
    let node = &graph.nodes[id];
    let Some(address) = address(lookup, node) else { return format!("{} {}", node.detail, node.name) };
    match node.key.kind {
        Kind::TableAttach | Kind::IndexAttach => format!("the attachment of {address}"),
        Kind::SequenceOwner => format!("the owner of {address}"),
        Kind::Default => format!("the default of {address}"),
        Kind::ViewQuery => format!("the query of {address}"),
        Kind::RoleSettings => format!("the settings of {address}"),
        Kind::RowSecurity => format!("the row-level security of {address}"),
        Kind::Privileges => format!("the privileges of {address}"),
        Kind::Refresh => format!("the rows of {address}"),
        _ => address.to_string(),
    }
}

/// The address of what a node makes. `None` for nodes that make no object with a name.
#[must_use]
pub(super) fn address(lookup: &Lookup<'_>, node: &Node) -> Option<Address> {
    let oid = node.key.object.oid;
    let on_relation =
        |kind, name: &str, relation| Some(Address::on(kind, name, &relation::address(lookup.relation(relation)?)));
    match node.key.kind {
        Kind::Role | Kind::RoleSettings => lookup.role(oid).map(role::address),
        Kind::RoleMember => lookup.role_member(oid).map(role::member_address),
        Kind::Schema => lookup.namespace(oid).map(schema::namespace_address),
        Kind::Extension => lookup.extension(oid).map(schema::extension_address),
        Kind::Type | Kind::TypeShell => {
            lookup.domain(oid).map(types::domain_address).or_else(|| Some(types::address(&node.schema, &node.name)))
        }
        Kind::Function => lookup.function(oid).map(function::address),
        Kind::Collation => lookup.collation(oid).map(collation::address),
        Kind::Operator => lookup.operator(oid).map(operator::address),
        Kind::OperatorFamily | Kind::OperatorFamilyMembers => {
            lookup.operator_family(oid).map(operator_class::family_address)
        }
        Kind::OperatorClass => lookup.operator_class(oid).map(operator_class::address),
        Kind::Cast => lookup.cast(oid).map(operator::cast_address),
        Kind::Conversion => lookup.conversion(oid).map(operator::conversion_address),
        Kind::Language => lookup.language(oid).map(language::address),
        Kind::Transform => lookup.transform(oid).map(language::transform_address),
        Kind::AccessMethod => lookup.access_method(oid).map(language::access_method_address),
        Kind::TextSearchParser => lookup.text_search_parser(oid).map(text_search::parser_address),
        Kind::TextSearchTemplate => lookup.text_search_template(oid).map(text_search::template_address),
        Kind::TextSearchDictionary => lookup.text_search_dictionary(oid).map(text_search::dictionary_address),
        Kind::TextSearchConfiguration => lookup.text_search_configuration(oid).map(text_search::configuration_address),
        Kind::Aggregate => lookup.aggregate(oid).map(aggregate::address),
        Kind::Sequence
        | Kind::Table
        | Kind::TableAttach
        | Kind::SequenceOwner
        | Kind::View
        | Kind::MaterializedView
        | Kind::ViewQuery
        | Kind::RowSecurity
        | Kind::Refresh => lookup.relation(oid).map(relation::address),
        Kind::Default => {
            let attribute = lookup.attribute_of_default(oid)?;
            Some(Address::column(&attribute.name, &relation::address(lookup.relation(attribute.relation)?)))
        }
        Kind::DomainConstraint | Kind::Check | Kind::KeyConstraint | Kind::ForeignKey => {
            let of = lookup.constraint(oid)?;
            Some(constraint::address(of, &constraint::owner_address(lookup, of)?))
        }
        Kind::Index | Kind::IndexAttach => lookup.index(oid).map(index::address),
        Kind::Statistics => lookup.statistics_object(oid).map(index::statistics_address),
        Kind::Rule => lookup.rule(oid).and_then(|of| on_relation("RULE", &of.name, of.relation)),
        Kind::Trigger => lookup.trigger(oid).and_then(|of| on_relation("TRIGGER", &of.name, of.relation)),
        Kind::Policy => lookup.policy(oid).and_then(|of| on_relation("POLICY", &of.name, of.relation)),
        Kind::Privileges => privileges_owner(lookup, node).map(|(address, _)| address),
        Kind::DefaultPrivileges => lookup.default_acl(oid).map(privilege::default_address),
        Kind::Publication => lookup.publication(oid).map(replication::address),
        Kind::PublicationTable => {
            let of = lookup.publication_table(oid)?;
            published(&QualifiedName::new(&of.schema, &of.name).to_string(), lookup, of.publication)
        }
        Kind::PublicationSchema => {
            let of = lookup.publication_schema(oid)?;
            published(&readable(&of.schema), lookup, of.publication)
        }
        Kind::Subscription => lookup.subscription(oid).map(|of| replication::subscription_address(&of.name)),
        Kind::ForeignDataWrapper => lookup.foreign_data_wrapper(oid).map(foreign::wrapper_address),
        Kind::ForeignServer => lookup.foreign_server(oid).map(foreign::server_address),
        Kind::UserMapping => lookup.user_mapping(oid).map(foreign::mapping_address),
        Kind::DatabaseSettings => lookup.database_setting(oid).map(database::settings_address),
        Kind::EventTrigger => lookup.event_trigger(oid).map(behaviour::event_trigger_address),
        Kind::Rows => None,
    }
}

/// What a publication publishes has no name in SQL.
fn published(what: &str, lookup: &Lookup<'_>, publication: u32) -> Option<Address> {
    let publication = replication::address(lookup.publication(publication)?);
    Some(Address {
        kind: "PUBLICATION",
        readable: format!("{} (for {what})", publication.readable),
        sql: publication.sql,
    })
}

/// The address and owner of an object that has privileges.
pub(super) fn privileges_owner(lookup: &Lookup<'_>, node: &Node) -> Option<(Address, String)> {
    let oid = node.key.object.oid;
    if let Some(of) = lookup.given_object(node.key.object) {
        return Some((privilege::given_address(of)?, of.owner.clone()));
    }
    match node.key.object.class {
        class::NAMESPACE => lookup.namespace(oid).map(|of| (schema::namespace_address(of), of.owner.clone())),
        class::PROC => {
            let of_aggregate = || lookup.aggregate(oid).map(|of| (aggregate::privileges_address(of), of.owner.clone()));
            lookup.function(oid).map(|of| (function::address(of), of.owner.clone())).or_else(of_aggregate)
        }
        class::LANGUAGE => lookup.language(oid).map(|of| (language::address(of), of.owner.clone())),
        class::CLASS => lookup.relation(oid).map(|of| (relation::address(of), of.owner.clone())),
        class::FOREIGN_DATA_WRAPPER => {
            lookup.foreign_data_wrapper(oid).map(|of| (foreign::wrapper_address(of), of.owner.clone()))
        }
        class::FOREIGN_SERVER => lookup.foreign_server(oid).map(|of| (foreign::server_address(of), of.owner.clone())),
        class::TYPE => {
            let named = |schema: &str, name: &str, owner: &String| (types::address(schema, name), owner.clone());
            let of_enum = || lookup.enum_type(oid).map(|of| named(&of.schema, &of.name, &of.owner));
            let of_composite = || lookup.composite(oid).map(|of| named(&of.schema, &of.name, &of.owner));
            let of_range = || lookup.range(oid).map(|of| named(&of.schema, &of.name, &of.owner));
            let of_domain = || lookup.domain(oid).map(|of| named(&of.schema, &of.name, &of.owner));
            let of_base = || lookup.base_type(oid).map(|of| named(&of.schema, &of.name, &of.owner));
            of_enum().or_else(of_composite).or_else(of_range).or_else(of_domain).or_else(of_base)
        }
        _ => None,
    }
}
