//! Objects of the target that bear the names of what would be made, and the statements that drop them.

use std::collections::{BTreeMap, BTreeSet};

use super::address::address;
use super::falls;
use super::node::{Kind, Node};
use crate::catalog::{Catalog, Lookup};
use crate::ddl::{
    Action, Address, Statement, aggregate, behaviour, collation, constraint, foreign, function, index, language,
    operator, operator_class, relation, replication, sql, text_search, types,
};

/// Where a name can be taken: relations, indexes and types share a name space, because a relation is a type too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Relation(String),
    Routine(String),
    /// What has a name space for its kind alone.
    OfKind(&'static str, String),
}

/// The place of something that would be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made(Slot);

impl Made {
    /// `None` for what takes no name that something else could have: a trigger is on its table, a schema that is there is
    /// used as it is.
    pub(super) fn new(lookup: &Lookup<'_>, node: &Node) -> Option<Self> {
        let address = || address(lookup, node);
        Some(Self(match node.key.kind {
            Kind::Type | Kind::Table | Kind::View | Kind::MaterializedView | Kind::Sequence | Kind::Index => {
                Slot::Relation(address()?.sql)
            }
            // Its index has its name and is in the table's schema.
            Kind::KeyConstraint => Slot::Relation(sql::qualified(&node.schema, &node.name)),
            Kind::Function => {
                let of = lookup.function(node.key.object.oid)?;
                Slot::routine(&of.schema, &of.name, &of.argument_types)
            }
            Kind::Aggregate => {
                let of = lookup.aggregate(node.key.object.oid)?;
                Slot::routine(&of.schema, &of.name, &of.argument_types)
            }
            Kind::Statistics
            | Kind::Language
            | Kind::Collation
            | Kind::Transform
            | Kind::Cast
            | Kind::AccessMethod
            | Kind::Operator
            | Kind::OperatorFamily
            | Kind::OperatorClass
            | Kind::Conversion
            | Kind::TextSearchParser
            | Kind::TextSearchTemplate
            | Kind::TextSearchDictionary
            | Kind::TextSearchConfiguration
            | Kind::ForeignDataWrapper
            | Kind::ForeignServer
            | Kind::UserMapping
            | Kind::Publication
            | Kind::Subscription
            | Kind::EventTrigger => Slot::of_kind(&address()?),
            _ => return None,
        }))
    }
}

impl Slot {
    fn of_kind(of: &Address) -> Self {
        Self::OfKind(of.kind, of.sql.clone())
    }

    fn routine(schema: &str, name: &str, argument_types: &str) -> Self {
        Self::Routine(format!("{}({argument_types})", sql::qualified(schema, name)))
    }
}

/// The places that something on the target has.
#[derive(Debug)]
pub(super) struct Taken(BTreeMap<Slot, Address>);

impl Taken {
    #[must_use]
    pub(super) fn on(target: &Catalog) -> Self {
        Self(taken(target))
    }

    #[must_use]
    pub(super) fn has(&self, Made(slot): &Made) -> bool {
        self.0.contains_key(slot)
    }
}

/// Finds what is in the way, in the order of creation. A schema or extension that is there is used as it is; what goes with a
/// table that is in the way is not named besides.
#[must_use]
pub(super) fn find(made: &[Made], target: &Catalog) -> Vec<Address> {
    let taken = taken(target);
    let mut seen = BTreeSet::new();
    let existing = made.iter().filter_map(|Made(slot)| taken.get(slot)).filter(|address| seen.insert(*address));
    let mut conflicts: Vec<_> = existing.cloned().collect();
    let with_tables = with_tables(&conflicts, target);
    conflicts.retain(|address| !with_tables.contains(address));
    conflicts
}

/// What the server drops with the tables among the conflicts: indexes and the sequences of identity columns.
pub(super) fn with_tables(conflicts: &[Address], target: &Catalog) -> BTreeSet<Address> {
    let lookup = Lookup::new(target);
    let named: BTreeSet<_> = conflicts.iter().collect();
    let goes = |oid: u32| lookup.relation(oid).is_some_and(|table| named.contains(&relation::address(table)));
    let indexes = target.indexes.iter().filter(|of| goes(of.relation)).map(index::address);
    let of_identity = target.sequences.iter().filter(|of| of.identity && goes(of.owning_relation));
    let sequences = of_identity.filter_map(|of| lookup.relation(of.oid)).map(relation::address);
    indexes.chain(sequences).collect()
}

/// The schemas that hold something, once or more.
pub(super) fn schemas_in_use(target: &Catalog) -> impl Iterator<Item = &String> {
    let types = target.enums.iter().map(|of| &of.schema).chain(target.composites.iter().map(|of| &of.schema));
    let types =
        types.chain(target.domains.iter().map(|of| &of.schema)).chain(target.ranges.iter().map(|of| &of.schema));
    let others = target.functions.iter().map(|of| &of.schema).chain(target.aggregates.iter().map(|of| &of.schema));
    let others = others.chain(target.statistics.iter().map(|of| &of.schema));
    let others = others
        .chain(target.collations.iter().map(|of| &of.schema))
        .chain(target.base_types.iter().map(|of| &of.schema))
        .chain(target.shell_types.iter().map(|of| &of.schema))
        .chain(target.operators.iter().map(|of| &of.schema))
        .chain(target.operator_families.iter().map(|of| &of.schema))
        .chain(target.operator_classes.iter().map(|of| &of.schema))
        .chain(target.conversions.iter().map(|of| &of.schema))
        .chain(target.text_search_parsers.iter().map(|of| &of.schema))
        .chain(target.text_search_templates.iter().map(|of| &of.schema))
        .chain(target.text_search_dictionaries.iter().map(|of| &of.schema))
        .chain(target.text_search_configurations.iter().map(|of| &of.schema))
        .chain(target.extensions.iter().map(|of| &of.schema));
    target.relations.iter().map(|of| &of.schema).chain(types).chain(others)
}

/// Everything on the target that could be in the way.
pub(super) fn addresses(target: &Catalog) -> impl Iterator<Item = Address> {
    taken(target).into_values()
}

fn taken(target: &Catalog) -> BTreeMap<Slot, Address> {
    let enums = target.enums.iter().map(|of| types::address(&of.schema, &of.name));
    let composites = target.composites.iter().map(|of| types::address(&of.schema, &of.name));
    let ranges = target.ranges.iter().map(|of| types::address(&of.schema, &of.name));
    let bases = target.base_types.iter().map(|of| types::address(&of.schema, &of.name));
    let shells = target.shell_types.iter().map(|of| types::address(&of.schema, &of.name));
    let domains = target.domains.iter().map(types::domain_address);
    let relations = target.relations.iter().map(relation::address);
    let indexes = target.indexes.iter().map(index::address);
    let named =
        bases.chain(shells).chain(enums).chain(composites).chain(ranges).chain(domains).chain(indexes).chain(relations);
    let functions = target.functions.iter();
    let functions =
        functions.map(|of| (Slot::routine(&of.schema, &of.name, &of.argument_types), function::address(of)));
    let aggregates = target.aggregates.iter();
    let aggregates =
        aggregates.map(|of| (Slot::routine(&of.schema, &of.name, &of.argument_types), aggregate::address(of)));
    let routines = functions.chain(aggregates);
    named
        .map(|address| (Slot::Relation(address.sql.clone()), address))
        .chain(routines)
        .chain(of_kind(target).map(|address| (Slot::of_kind(&address), address)))
        .collect()
}

/// What has a name space for its kind alone.
fn of_kind(target: &Catalog) -> impl Iterator<Item = Address> {
    let statistics = target.statistics.iter().map(index::statistics_address);
    let outside_schemas = target
        .publications
        .iter()
        .map(replication::address)
        .chain(target.subscriptions.iter().map(|of| replication::subscription_address(&of.name)))
        .chain(target.event_triggers.iter().map(behaviour::event_trigger_address))
        .chain(target.foreign_data_wrappers.iter().map(foreign::wrapper_address))
        .chain(target.foreign_servers.iter().map(foreign::server_address))
        .chain(target.user_mappings.iter().map(foreign::mapping_address));
    let extending = target
        .collations
        .iter()
        .map(collation::address)
        .chain(target.operators.iter().map(operator::address))
        .chain(target.operator_families.iter().map(operator_class::family_address))
        .chain(target.operator_classes.iter().map(operator_class::address))
        .chain(target.casts.iter().map(operator::cast_address))
        .chain(target.conversions.iter().map(operator::conversion_address))
        .chain(target.languages.iter().map(language::address))
        .chain(target.transforms.iter().map(language::transform_address))
        .chain(target.access_methods.iter().map(language::access_method_address))
        .chain(target.text_search_parsers.iter().map(text_search::parser_address))
        .chain(target.text_search_templates.iter().map(text_search::template_address))
        .chain(target.text_search_dictionaries.iter().map(text_search::dictionary_address))
        .chain(target.text_search_configurations.iter().map(text_search::configuration_address));
    statistics.chain(outside_schemas).chain(extending)
}

/// Drops what is in the way, in reverse order of creation, foreign keys and column defaults first, so that none of the
/// objects holds another; a type and its own functions, which hold each other, go at once. What else depends on them stops the
/// run: nothing is dropped that was not named.
#[must_use]
pub(super) fn drops(conflicts: &[Address], target: &Catalog) -> Vec<Statement> {
    let lookup = Lookup::new(target);
    let named: BTreeSet<_> = conflicts.iter().collect();
    let dropped = |oid: u32| lookup.relation(oid).map(relation::address).filter(|address| named.contains(address));
    let mut statements = Vec::new();
    for of in target.constraints.iter().filter(|of| of.kind == "f") {
        if let (Some(table), Some(_)) = (dropped(of.relation), dropped(of.referenced)) {
            let sql = format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", table.sql, sql::ident(&of.name));
            statements.push(Statement::new(Action::Drop, &constraint::address(of, &table), sql));
        }
    }
    for attribute in target.attributes.iter().filter(|of| of.default_oid.is_some() && of.generated.is_empty()) {
        if let Some(table) = dropped(attribute.relation).filter(|table| table.kind == "TABLE") {
            let sql =
                format!("ALTER TABLE ONLY {} ALTER COLUMN {} DROP DEFAULT", table.sql, sql::ident(&attribute.name));
            statements.push(Statement::new(Action::Drop, &Address::column(&attribute.name, &table), sql));
        }
    }
    statements.sort_by(|one, other| one.object.cmp(&other.object));
    let with_functions = falls::with_their_functions(&named, target, &lookup);
    for address in conflicts.iter().rev() {
        if address.kind == "SUBSCRIPTION" {
            statements.extend(replication::without_slot(address));
        }
        let cascade = if with_functions.contains(address) { " CASCADE" } else { "" };
        let sql = format!("DROP {} IF EXISTS {}{cascade}", address.kind, address.sql);
        statements.push(Statement::new(Action::Drop, address, sql));
    }
    statements
}
