//! Reads the whole catalog in one go.

use tokio_postgres::Client;

use super::query::{self, Query};
use super::record::Record;
use super::{
    Catalog, about, aggregate, collation, constraint, language, operator, relation, routine, schema, size, text_search,
    types,
};
use crate::connect::server_error::ServerError;
use crate::error::{Explain, Side};

/// The catalog could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the catalog of the {side} (query {query})")]
pub struct Error {
    /// The server.
    pub side: Side,
    /// The query's file, without its ending.
    pub query: &'static str,
    /// What the session said.
    #[source]
    pub source: tokio_postgres::Error,
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        Some(match self.source.as_db_error() {
            Some(error) => ServerError::from(error).to_string(),
            None => self.source.to_string(),
        })
    }

    fn hint(&self) -> Option<String> {
        match self.source.as_db_error()?.code().code() {
            "42501" => {
                Some("the catalog must be readable: connect as the owner of the database or as a superuser".to_owned())
            }
            "XX000" => Some(
                "an object was changed or dropped while it was read; run again when no DDL is under way".to_owned(),
            ),
            _ => None,
        }
    }
}

/// Reads every kind of object, all queries pipelined on one session.
///
/// The session must be inside the run's snapshot with an empty `search_path`, and the tables should be locked: the server's
/// deparsing functions (`pg_get_viewdef` and the like) read the catalog as it is now, not as the snapshot sees it.
///
/// Dropping the future leaves queries under way on the session.
///
/// # Errors
///
/// When a query fails or its columns are not what the struct expects.
#[expect(clippy::too_many_lines, reason = "a line or two for each kind of object, all alike")]
pub async fn read(client: &Client, major: u32, side: Side) -> Result<Catalog, Error> {
    let session = Session { client, major, side };
    let (objects, tables, attached, about, extending, operators, languages, text_search) = tokio::try_join!(
        async {
            tokio::try_join!(
                rows::<schema::Namespace>(&session, query::NAMESPACES),
                rows::<schema::Extension>(&session, query::EXTENSIONS),
                rows::<types::Enum>(&session, query::ENUMS),
                rows::<types::Composite>(&session, query::COMPOSITES),
                rows::<types::Domain>(&session, query::DOMAINS),
                rows::<types::Range>(&session, query::RANGES),
                rows::<routine::Function>(&session, query::FUNCTIONS),
            )
        },
        async {
            tokio::try_join!(
                rows::<relation::Relation>(&session, query::RELATIONS),
                rows::<relation::Attribute>(&session, query::ATTRIBUTES),
                rows::<relation::Inheritance>(&session, query::INHERITS),
                rows::<relation::Sequence>(&session, query::SEQUENCES),
                rows::<size::TableSize>(&session, query::TABLE_SIZES),
                rows::<size::BinaryUnsafeColumn>(&session, query::BINARY_UNSAFE),
            )
        },
        async {
            tokio::try_join!(
                rows::<constraint::Constraint>(&session, query::CONSTRAINTS),
                rows::<constraint::Index>(&session, query::INDEXES),
                rows::<constraint::Statistics>(&session, query::STATISTICS),
                rows::<routine::Trigger>(&session, query::TRIGGERS),
                rows::<routine::Rule>(&session, query::RULES),
                rows::<routine::Policy>(&session, query::POLICIES),
            )
        },
        async {
            tokio::try_join!(
                rows::<about::Comment>(&session, query::COMMENTS),
                rows::<about::Privilege>(&session, query::PRIVILEGES),
                rows::<about::Dependency>(&session, query::DEPENDS),
                rows::<about::Unsupported>(&session, query::UNSUPPORTED),
            )
        },
        async {
            tokio::try_join!(
                rows::<aggregate::Aggregate>(&session, query::AGGREGATES),
                rows::<collation::Collation>(&session, query::COLLATIONS),
                rows::<types::BaseType>(&session, query::BASE_TYPES),
                rows::<types::ShellType>(&session, query::SHELL_TYPES),
            )
        },
        async {
            tokio::try_join!(
                rows::<operator::Operator>(&session, query::OPERATORS),
                rows::<operator::OperatorFamily>(&session, query::OPERATOR_FAMILIES),
                rows::<operator::OperatorClass>(&session, query::OPERATOR_CLASSES),
                rows::<operator::FamilyOperator>(&session, query::FAMILY_OPERATORS),
                rows::<operator::FamilyFunction>(&session, query::FAMILY_FUNCTIONS),
                rows::<operator::Cast>(&session, query::CASTS),
                rows::<operator::Conversion>(&session, query::CONVERSIONS),
            )
        },
        async {
            tokio::try_join!(
                rows::<language::Language>(&session, query::LANGUAGES),
                rows::<language::Transform>(&session, query::TRANSFORMS),
                rows::<language::AccessMethod>(&session, query::ACCESS_METHODS),
            )
        },
        async {
            tokio::try_join!(
                rows::<text_search::TextSearchParser>(&session, query::TEXT_SEARCH_PARSERS),
                rows::<text_search::TextSearchTemplate>(&session, query::TEXT_SEARCH_TEMPLATES),
                rows::<text_search::TextSearchDictionary>(&session, query::TEXT_SEARCH_DICTIONARIES),
                rows::<text_search::TextSearchConfiguration>(&session, query::TEXT_SEARCH_CONFIGURATIONS),
                rows::<text_search::TextSearchMapping>(&session, query::TEXT_SEARCH_MAPPINGS),
            )
        },
    )?;
    let (namespaces, extensions, enums, composites, domains, ranges, functions) = objects;
    let (relations, attributes, inherits, sequences, table_sizes, binary_unsafe) = tables;
    let (constraints, indexes, statistics, triggers, rules, policies) = attached;
    let (comments, privileges, depends, unsupported) = about;
    let (aggregates, collations, base_types, shell_types) = extending;
    let (operators, operator_families, operator_classes, family_operators, family_functions, casts, conversions) =
        operators;
    let (languages, transforms, access_methods) = languages;
    let (
        text_search_parsers,
        text_search_templates,
        text_search_dictionaries,
        text_search_configurations,
        text_search_mappings,
    ) = text_search;
    Ok(Catalog {
        major,
        namespaces,
        extensions,
        enums,
        composites,
        domains,
        ranges,
        relations,
        attributes,
        inherits,
        constraints,
        indexes,
        sequences,
        functions,
        aggregates,
        collations,
        base_types,
        shell_types,
        operators,
        operator_families,
        operator_classes,
        family_operators,
        family_functions,
        casts,
        conversions,
        languages,
        transforms,
        access_methods,
        text_search_parsers,
        text_search_templates,
        text_search_dictionaries,
        text_search_configurations,
        text_search_mappings,
        triggers,
        rules,
        policies,
        statistics,
        comments,
        privileges,
        depends,
        unsupported,
        table_sizes,
        binary_unsafe,
    })
}

/// Where the queries run.
struct Session<'a> {
    client: &'a Client,
    major: u32,
    side: Side,
}

async fn rows<R: Record>(session: &Session<'_>, query: Query) -> Result<Vec<R>, Error> {
    let failed = |source| Error { side: session.side, query: query.name, source };
    let rows = session.client.query(query.text(session.major), &[]).await.map_err(failed)?;
    rows.iter().map(R::from_row).collect::<Result<_, _>>().map_err(failed)
}
