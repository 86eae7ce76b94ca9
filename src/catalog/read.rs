//! Reads the whole catalog in one go.

use tokio_postgres::Client;

use super::query::{self, Query};
use super::record::Record;
use super::{Catalog, about, constraint, relation, routine, schema, size, types};
use crate::connect::server_error::ServerError;
use crate::error::Explain;

/// The catalog could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the catalog of the source (query {query})")]
pub struct Error {
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
pub async fn read(client: &Client, major: u32) -> Result<Catalog, Error> {
    let (objects, tables, attached, about) = tokio::try_join!(
        async {
            tokio::try_join!(
                rows::<schema::Namespace>(client, major, query::NAMESPACES),
                rows::<schema::Extension>(client, major, query::EXTENSIONS),
                rows::<types::Enum>(client, major, query::ENUMS),
                rows::<types::Composite>(client, major, query::COMPOSITES),
                rows::<types::Domain>(client, major, query::DOMAINS),
                rows::<types::Range>(client, major, query::RANGES),
                rows::<routine::Function>(client, major, query::FUNCTIONS),
            )
        },
        async {
            tokio::try_join!(
                rows::<relation::Relation>(client, major, query::RELATIONS),
                rows::<relation::Attribute>(client, major, query::ATTRIBUTES),
                rows::<relation::Inheritance>(client, major, query::INHERITS),
                rows::<relation::Sequence>(client, major, query::SEQUENCES),
                rows::<size::TableSize>(client, major, query::TABLE_SIZES),
                rows::<size::BinaryUnsafeColumn>(client, major, query::BINARY_UNSAFE),
            )
        },
        async {
            tokio::try_join!(
                rows::<constraint::Constraint>(client, major, query::CONSTRAINTS),
                rows::<constraint::Index>(client, major, query::INDEXES),
                rows::<constraint::Statistics>(client, major, query::STATISTICS),
                rows::<routine::Trigger>(client, major, query::TRIGGERS),
                rows::<routine::Rule>(client, major, query::RULES),
                rows::<routine::Policy>(client, major, query::POLICIES),
            )
        },
        async {
            tokio::try_join!(
                rows::<about::Comment>(client, major, query::COMMENTS),
                rows::<about::Privilege>(client, major, query::PRIVILEGES),
                rows::<about::Dependency>(client, major, query::DEPENDS),
                rows::<about::Unsupported>(client, major, query::UNSUPPORTED),
            )
        },
    )?;
    let (namespaces, extensions, enums, composites, domains, ranges, functions) = objects;
    let (relations, attributes, inherits, sequences, table_sizes, binary_unsafe) = tables;
    let (constraints, indexes, statistics, triggers, rules, policies) = attached;
    let (comments, privileges, depends, unsupported) = about;
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

async fn rows<R: Record>(client: &Client, major: u32, query: Query) -> Result<Vec<R>, Error> {
    let failed = |source| Error { query: query.name, source };
    let rows = client.query(query.text(major), &[]).await.map_err(failed)?;
    rows.iter().map(R::from_row).collect::<Result<_, _>>().map_err(failed)
}
