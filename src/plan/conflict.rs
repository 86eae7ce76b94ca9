//! Objects of the target that bear the names of what would be made, and the statements that drop them.

use std::collections::BTreeMap;

use super::node::Kind;
use crate::catalog::{Catalog, Lookup, RelationKind};
use crate::ddl::{
    Action, Address, Statement, aggregate, collation, constraint, function, index, language, operator, operator_class,
    relation, sql, text_search, types,
};

/// Where a name can be taken: relations, indexes and types share a name space, because a relation is a type too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Relation(String),
    Routine(String),
    /// A name space of its own for each of the other kinds.
    Other(&'static str, String),
}

/// Finds what is in the way, in the order of creation. A schema or extension that is there is used as it is.
#[must_use]
pub(super) fn find(made: &[(Kind, Address)], target: &Catalog) -> Vec<Address> {
    let taken = taken(target);
    let mut conflicts = Vec::new();
    for (kind, address) in made {
        let slot = match kind {
            Kind::Type | Kind::Table | Kind::View | Kind::MaterializedView | Kind::Sequence | Kind::Index => {
                Slot::Relation(address.sql.clone())
            }
            Kind::Function | Kind::Aggregate => Slot::Routine(address.sql.clone()),
            Kind::Statistics
            | Kind::Collation
            | Kind::Operator
            | Kind::OperatorFamily
            | Kind::OperatorClass
            | Kind::Cast
            | Kind::Conversion
            | Kind::Language
            | Kind::Transform
            | Kind::AccessMethod
            | Kind::TextSearchParser
            | Kind::TextSearchTemplate
            | Kind::TextSearchDictionary
            | Kind::TextSearchConfiguration => Slot::Other(address.kind, address.sql.clone()),
            _ => continue,
        };
        if let Some(existing) = taken.get(&slot) {
            conflicts.push(existing.clone());
        }
    }
    conflicts
}

/// The schemas that hold something, once or more.
pub(super) fn schemas_in_use(target: &Catalog) -> impl Iterator<Item = &String> {
    let types = target.enums.iter().map(|of| &of.schema).chain(target.composites.iter().map(|of| &of.schema));
    let types =
        types.chain(target.domains.iter().map(|of| &of.schema)).chain(target.ranges.iter().map(|of| &of.schema));
    let others = target.functions.iter().map(|of| &of.schema).chain(target.aggregates.iter().map(|of| &of.schema));
    let others = others.chain(target.statistics.iter().map(|of| &of.schema));
    let others = others
        .chain(target.extensions.iter().map(|of| &of.schema))
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
        .chain(target.unsupported.iter().map(|of| &of.schema));
    target.relations.iter().map(|of| &of.schema).chain(types).chain(others)
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
    let routines =
        target.functions.iter().map(function::address).chain(target.aggregates.iter().map(aggregate::address));
    let statistics = target.statistics.iter().map(index::statistics_address);
    let others = statistics
        .chain(target.collations.iter().map(collation::address))
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
    named
        .map(|address| (Slot::Relation(address.sql.clone()), address))
        .chain(routines.map(|address| (Slot::Routine(address.sql.clone()), address)))
        .chain(others.map(|address| (Slot::Other(address.kind, address.sql.clone()), address)))
        .collect()
}

/// Drops what is in the way, in reverse order of creation, foreign keys and column defaults first, so that none of the
/// objects holds another. What else depends on them stops the run: nothing is dropped that was not named.
#[must_use]
pub(super) fn drops(conflicts: &[Address], target: &Catalog) -> Vec<Statement> {
    let lookup = Lookup::new(target);
    let dropped = |oid: u32| lookup.relation(oid).map(relation::address).filter(|address| conflicts.contains(address));
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
    let goes_with_table = |address: &Address| {
        let of_identity = target.relations.iter().any(|of| {
            of.relation_kind() == RelationKind::Sequence
                && relation::address(of) == *address
                && lookup.sequence(of.oid).is_some_and(|of| of.identity && dropped(of.owning_relation).is_some())
        });
        let of_table = target.indexes.iter().any(|of| index::address(of) == *address && dropped(of.relation).is_some());
        of_identity || of_table
    };
    for address in conflicts.iter().rev().filter(|address| !goes_with_table(address)) {
        let sql = format!("DROP {} IF EXISTS {}", address.kind, address.sql);
        statements.push(Statement::new(Action::Drop, address, sql));
    }
    statements
}
