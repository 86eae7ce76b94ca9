//! The statements that make a node.

use std::collections::BTreeSet;

use super::address::privileges_owner;
use super::extensions::{self, Making};
use super::graph::Graph;
use super::node::{Kind, Node, NodeId};
use super::{Options, labels, roles};
use crate::catalog::{Catalog, Comment, Lookup, ObjectId, Privilege, class};
use crate::ddl::table::Separate;
use crate::ddl::{
    self, Statement, aggregate, base_type, behaviour, collation, constraint, database, foreign, function, index,
    language, operator, operator_class, privilege, relation, replication, schema, table, text_search, types, view,
};

/// What the statements depend on beside the source's catalog.
pub(super) struct Context<'a> {
    /// The source's catalog.
    pub(super) lookup: &'a Lookup<'a>,
    /// The target's catalog: a schema that is there already is used as it is.
    pub(super) target: &'a Catalog,
    /// The graph after its loops were cut.
    pub(super) graph: &'a Graph,
    options: &'a Options,
    separate: BTreeSet<ObjectId>,
}

impl<'a> Context<'a> {
    /// Gathers what the statements depend on.
    #[must_use]
    pub(super) fn new(lookup: &'a Lookup<'a>, target: &'a Catalog, graph: &'a Graph, options: &'a Options) -> Self {
        let parts = graph.nodes.iter().filter(|node| node.within.is_none());
        let separate = parts
            .filter(|node| matches!(node.key.kind, Kind::Default | Kind::Check | Kind::DomainConstraint))
            .map(|node| node.key.object)
            .collect();
        Self { lookup, target, graph, options, separate }
    }
}

impl Context<'_> {
    /// Whether tables are analyzed.
    #[must_use]
    pub(super) fn analyzes(&self) -> bool {
        self.options.analyze
    }
}

impl Separate for Context<'_> {
    fn default(&self, oid: u32) -> bool {
        self.separate.contains(&ObjectId::new(class::ATTRDEF, oid))
    }

    fn constraint(&self, oid: u32) -> bool {
        self.separate.contains(&ObjectId::new(class::CONSTRAINT, oid))
    }
}

/// The statements that make a node, in order. Empty for nodes that are made within another node's statement.
#[must_use]
pub(super) fn statements(context: &Context<'_>, id: NodeId) -> Vec<Statement> {
    let node = &context.graph.nodes[id];
    if node.within.is_some() {
        return Vec::new();
    }
    let made = made(context, node);
    // A role that is on the target already stays as it is.
    if made.is_none() && node.key.kind == Kind::Role {
        return Vec::new();
    }
    let mut statements = made.unwrap_or_default();
    statements.extend(labels::statements(context.graph, context.lookup, node, &context.options.unlabelled_providers));
    statements.retain(|statement| context.options.wants(statement));
    statements
}

fn made(context: &Context<'_>, node: &Node) -> Option<Vec<Statement>> {
    let Context { lookup, .. } = context;
    let oid = node.key.object.oid;
    Some(match node.key.kind {
        Kind::Role => roles::create(lookup, context.target, oid)?,
        Kind::RoleMember => roles::grant(lookup, context.target, oid)?,
        Kind::RoleSettings => roles::settings(lookup, context.target, oid)?,
        Kind::Schema => {
            let of = lookup.namespace(oid)?;
            schema::namespace(lookup, of, existing_schema(context.target, &of.name).as_ref())
        }
        Kind::Extension => {
            let of = lookup.extension(oid)?;
            let is_exact = extensions::making(of, context.target) == Making::Exact;
            schema::extension(lookup, of, is_exact.then_some(of.version.as_str()))
        }
        Kind::TypeShell => vec![base_type::shell(&node.schema, &node.name)],
        Kind::Type => made_type(context, oid)?,
        Kind::Function => function::create(lookup, lookup.function(oid)?),
        Kind::Collation => collation::create(lookup, lookup.collation(oid)?),
        Kind::Operator => operator::create(lookup, lookup.operator(oid)?),
        Kind::OperatorFamily => operator_class::family(lookup, lookup.operator_family(oid)?),
        Kind::OperatorFamilyMembers => vec![operator_class::family_members(lookup, lookup.operator_family(oid)?)],
        Kind::OperatorClass => operator_class::create(lookup, lookup.operator_class(oid)?),
        Kind::Cast => operator::cast(lookup, lookup.cast(oid)?),
        Kind::Conversion => operator::conversion(lookup, lookup.conversion(oid)?),
        Kind::Language => language::create(lookup, lookup.language(oid)?),
        Kind::Transform => language::transform(lookup, lookup.transform(oid)?),
        Kind::AccessMethod => language::access_method(lookup, lookup.access_method(oid)?),
        Kind::TextSearchParser => text_search::parser(lookup, lookup.text_search_parser(oid)?),
        Kind::TextSearchTemplate => text_search::template(lookup, lookup.text_search_template(oid)?),
        Kind::TextSearchDictionary => text_search::dictionary(lookup, lookup.text_search_dictionary(oid)?),
        Kind::TextSearchConfiguration => text_search::configuration(lookup, lookup.text_search_configuration(oid)?),
        Kind::Aggregate => aggregate::create(lookup, lookup.aggregate(oid)?),
        Kind::Sequence => ddl::sequence::create(lookup, lookup.relation(oid)?, lookup.sequence(oid)?),
        Kind::Default => {
            let attribute = lookup.attribute_of_default(oid)?;
            vec![table::set_default(lookup.relation(attribute.relation)?, attribute)?]
        }
        Kind::Table => table::create(lookup, lookup.relation(oid)?, context),
        Kind::TableAttach => vec![table::attach(lookup, lookup.relation(oid)?)?],
        Kind::SequenceOwner => {
            let sequence = lookup.sequence(oid)?;
            let mut columns = lookup.attributes(sequence.owning_relation).iter();
            let column = columns.find(|column| i32::from(column.number) == sequence.owning_column)?;
            let owner = relation::address(lookup.relation(sequence.owning_relation)?);
            vec![ddl::sequence::owned_by(lookup.relation(oid)?, &owner, column)]
        }
        Kind::View if context.graph.find(Kind::ViewQuery, node.key.object).is_some() => {
            view::stand_in(lookup, lookup.relation(oid)?)
        }
        Kind::View => view::create(lookup, lookup.relation(oid)?),
        Kind::MaterializedView => view::create_materialized(lookup, lookup.relation(oid)?),
        Kind::ViewQuery => vec![view::replace(lookup.relation(oid)?)],
        Kind::DomainConstraint | Kind::Check | Kind::KeyConstraint | Kind::ForeignKey => {
            constraint::add(lookup, lookup.constraint(oid)?)
        }
        Kind::Index => {
            let of = lookup.index(oid)?;
            let mut statements = vec![index::create(of)];
            statements.extend(index::settings(lookup, of));
            statements
        }
        Kind::IndexAttach => vec![index::attach(lookup, lookup.index(oid)?)?],
        Kind::Statistics => index::statistics(lookup, lookup.statistics_object(oid)?),
        Kind::Rule => behaviour::rule(lookup, lookup.rule(oid)?),
        Kind::Trigger => behaviour::trigger(lookup, lookup.trigger(oid)?),
        Kind::Policy => behaviour::policy(lookup, lookup.policy(oid)?),
        Kind::RowSecurity => table::row_security(lookup.relation(oid)?),
        Kind::Privileges => changed_privileges(context, node)?,
        Kind::DefaultPrivileges => {
            let (initial, wanted) = initial_and_wanted(lookup, node);
            privilege::change_default(lookup.default_acl(oid)?, &initial, &wanted)
        }
        Kind::Publication => replication::create(lookup, lookup.publication(oid)?),
        Kind::PublicationTable => vec![replication::add_table(lookup, lookup.publication_table(oid)?)?],
        Kind::PublicationSchema => vec![replication::add_schema(lookup, lookup.publication_schema(oid)?)?],
        Kind::Subscription => replication::subscription(lookup, lookup.subscription(oid)?),
        Kind::ForeignDataWrapper => foreign::wrapper(lookup, lookup.foreign_data_wrapper(oid)?),
        Kind::ForeignServer => foreign::server(lookup, lookup.foreign_server(oid)?),
        Kind::UserMapping => vec![foreign::mapping(lookup.user_mapping(oid)?)],
        // Without a target, as in a script, there is no database to name; nor does pg_dump name one unless it makes it.
        Kind::DatabaseSettings => {
            let database = &context.target.database.first()?.name;
            database::settings(lookup.database_setting(oid)?, database)
        }
        Kind::EventTrigger => behaviour::event_trigger(lookup, lookup.event_trigger(oid)?),
        Kind::Refresh => vec![view::refresh(lookup.relation(oid)?)],
        Kind::Rows => Vec::new(),
    })
}

fn existing_schema<'a>(target: &'a Catalog, name: &str) -> Option<schema::Existing<'a>> {
    let existing = target.namespaces.iter().find(|existing| existing.name == name)?;
    let is_about = |comment: &&Comment| comment.class == class::NAMESPACE && comment.oid == existing.oid;
    let comment = target.comments.iter().find(is_about).map(|comment| comment.text.as_str());
    Some(schema::Existing { owner: &existing.owner, comment })
}

fn made_type(context: &Context<'_>, oid: u32) -> Option<Vec<Statement>> {
    let lookup = context.lookup;
    if let Some(of) = lookup.enum_type(oid) {
        Some(types::enum_type(lookup, of))
    } else if let Some(of) = lookup.composite(oid) {
        Some(types::composite(lookup, of))
    } else if let Some(of) = lookup.domain(oid) {
        Some(types::domain(lookup, of, |constraint| context.constraint(constraint.oid)))
    } else if let Some(of) = lookup.range(oid) {
        Some(types::range(lookup, of))
    } else if let Some(of) = lookup.base_type(oid) {
        Some(base_type::base_type(lookup, of))
    } else {
        lookup.shell_type(oid).map(|of| base_type::shell_type(lookup, of))
    }
}

fn initial_and_wanted<'a>(lookup: &Lookup<'a>, node: &Node) -> (Vec<&'a Privilege>, Vec<&'a Privilege>) {
    lookup.privileges(node.key.object).iter().copied().partition(|of| of.initial)
}

fn changed_privileges(context: &Context<'_>, node: &Node) -> Option<Vec<Statement>> {
    let lookup = context.lookup;
    let (address, owner) = privileges_owner(lookup, node)?;
    let (initial, wanted) = initial_and_wanted(lookup, node);
    let existing = existing_privileges(context, node, &owner);
    let initial = match &existing {
        Some(existing) => existing.iter().collect(),
        None => initial,
    };
    let given = lookup.given_object(node.key.object);
    let column_name = |number: i32| {
        if let Some(given) = given {
            return given.column_name(number).map(str::to_owned);
        }
        let mut columns = lookup.attributes(node.key.object.oid).iter();
        columns.find(|column| i32::from(column.number) == number).map(|column| column.name.clone())
    };
    Some(privilege::change(&address, &owner, &initial, &wanted, column_name))
}

/// The privileges of a schema that the target has already, as they are after its owner was changed: the server puts the new
/// owner in the old one's place.
fn existing_privileges(context: &Context<'_>, node: &Node, owner: &str) -> Option<Vec<Privilege>> {
    let of = context.lookup.namespace(node.key.object.oid).filter(|_| node.key.kind == Kind::Privileges)?;
    let existing = context.target.namespaces.iter().find(|existing| existing.name == of.name)?;
    let replaced = |role: &String| if *role == existing.owner { owner.to_owned() } else { role.clone() };
    let privileges: Vec<_> = context
        .target
        .privileges
        .iter()
        .filter(|item| item.class == class::NAMESPACE && item.oid == existing.oid && !item.initial)
        .map(|item| Privilege { grantor: replaced(&item.grantor), grantee: replaced(&item.grantee), ..item.clone() })
        .collect();
    (!privileges.is_empty()).then_some(privileges)
}
