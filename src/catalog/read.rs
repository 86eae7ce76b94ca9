//! Reads the whole catalog in one go.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::query::{self, Query};
use super::record::Record;
use super::{
    Catalog, DatabaseDefinition, about, constraint, provided, relation, replication, role, routine, schema, size, types,
};
use crate::connect::server_error::ServerError;
use crate::ddl::sql::ident;
use crate::error::{Explain, Side};

/// The catalog could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the catalog of the {side} (query {query})")]
pub struct Error {
    /// The server.
    pub side: Side,
    /// The query's file, without its ending.
    pub query: &'static str,
    /// What needs an object that is missing from the catalog, where that was the reason.
    pub needed_by: Vec<String>,
    /// What the session said.
    #[source]
    pub source: tokio_postgres::Error,
}

impl Error {
    fn new(side: Side, query: &'static str, source: tokio_postgres::Error) -> Self {
        Self { side, query, needed_by: Vec::new(), source }
    }

    /// Finds what needs an object that is missing. Ends the session's transaction, which is of no use after an error.
    async fn traced(mut self, client: &Client) -> Self {
        if let Some(missing) = self.missing() {
            self.needed_by = needed_by(client, missing).await.unwrap_or_default();
        }
        self
    }

    /// The OID of an object that the server did not find while it read another: `cache lookup failed for function 16402`.
    fn missing(&self) -> Option<u32> {
        let error = self.source.as_db_error()?;
        let is_internal = *error.code() == SqlState::INTERNAL_ERROR;
        is_internal.then(|| error.message().rsplit(' ').next()?.parse().ok()).flatten()
    }
}

async fn needed_by(client: &Client, missing: u32) -> Result<Vec<String>, tokio_postgres::Error> {
    client.batch_execute("ROLLBACK").await?;
    let rows = client.query(query::DEPENDENTS, &[&missing]).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        Some(match self.source.as_db_error() {
            Some(error) => ServerError::from(error).to_string(),
            None => self.source.to_string(),
        })
    }

    fn hint(&self) -> Option<String> {
        if !self.needed_by.is_empty() {
            let needed_by = self.needed_by.join(", ");
            return Some(format!(
                "the object with that OID is gone, and needed by {needed_by}: drop or replace what needs it"
            ));
        }
        match self.source.as_db_error()?.code().code() {
            "42501" => {
                Some("the catalog must be readable: connect as the owner of the database or as a superuser".to_owned())
            }
            "55P03" => Some(
                "another session keeps a table locked (ALTER TABLE, TRUNCATE, VACUUM FULL); try again when it has finished"
                    .to_owned(),
            ),
            "XX000" => Some(
                "an object was changed or dropped while it was read; run again when no DDL is under way".to_owned(),
            ),
            _ => None,
        }
    }
}

/// The sessions that read a catalog at the same time; one may be both.
///
/// They must be inside the run's snapshot with an empty `search_path`, and the tables should be locked: the server's deparsing
/// functions (`pg_get_viewdef` and the like) read the catalog as it is now, not as the snapshot sees it.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a> {
    /// Has the locks on the tables, so that functions that want one do not wait behind somebody else.
    pub locking: &'a Client,
    /// Is asked only what needs no lock on a table. On the source it ends when everything is read: whoever has read
    /// subscriptions holds up DROP SUBSCRIPTION on the whole server.
    pub lockless: &'a Client,
}

/// What stands in the catalog as it is, without the server's deparsing functions: the snapshot alone keeps it still, so that
/// it can be read while tables are being locked.
#[derive(Debug)]
pub struct Still {
    sequences: Vec<relation::Sequence>,
    inherits: Vec<relation::Inheritance>,
    given_objects: Vec<about::GivenObject>,
    privileges: Vec<about::Privilege>,
    depends: Vec<about::Dependency>,
}

/// Reads what the snapshot alone keeps still. The session must be inside it.
///
/// Dropping the future leaves queries under way on the session.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_still(client: &Client, major: u32, side: Side) -> Result<Still, Error> {
    let session = Session { client, major, side };
    let (depends, privileges, given_objects, sequences, inherits) = tokio::try_join!(
        rows(&session, query::DEPENDS),
        rows(&session, query::PRIVILEGES),
        rows(&session, query::GIVEN_OBJECTS),
        rows(&session, query::SEQUENCES),
        rows(&session, query::INHERITS),
    )?;
    Ok(Still { sequences, inherits, given_objects, privileges, depends })
}

/// Reads every kind of object but what only rows need, all queries of a session pipelined. `still` is from [`read_still`].
///
/// Dropping the future leaves queries under way on the sessions.
///
/// # Errors
///
/// When a query fails or its columns are not what the struct expects. The sessions' transactions are over then.
pub async fn read(
    sessions: Sessions<'_>,
    major: u32,
    side: Side,
    still: impl Future<Output = Result<Still, Error>>,
) -> Result<Catalog, Error> {
    let everything = async {
        let (still, rest) = tokio::try_join!(still, read_deparsed(sessions, major, side))?;
        let Still { sequences, inherits, given_objects, privileges, depends } = still;
        Ok(Catalog { inherits, sequences, privileges, depends, given_objects, ..rest })
    };
    match Box::pin(everything).await {
        Ok(catalog) => Ok(catalog),
        Err(error) => Err(Error::traced(error, sessions.locking).await),
    }
}

/// Reads what the locks keep still.
async fn read_deparsed(sessions: Sessions<'_>, major: u32, side: Side) -> Result<Catalog, Error> {
    let session = Session { client: sessions.locking, major, side };
    // The longest queries that lock nothing: about half of the work in a database of many tables.
    let beside = Session { client: sessions.lockless, major, side };
    let (objects, tables, attached, about, around, subscriptions) = tokio::try_join!(
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
            )
        },
        async {
            tokio::try_join!(
                rows::<constraint::Constraint>(&session, query::CONSTRAINTS),
                rows::<constraint::Index>(&beside, query::INDEXES),
                rows::<constraint::Statistics>(&session, query::STATISTICS),
                rows::<routine::Trigger>(&session, query::TRIGGERS),
                rows::<routine::Rule>(&session, query::RULES),
                rows::<routine::Policy>(&session, query::POLICIES),
            )
        },
        async {
            tokio::try_join!(
                rows::<about::Comment>(&session, query::COMMENTS),
                rows::<about::SecurityLabel>(&session, query::SECURITY_LABELS),
            )
        },
        read_around(&session),
        rows::<replication::Subscription>(&beside, query::SUBSCRIPTIONS),
    )?;
    let (namespaces, extensions, enums, composites, domains, ranges, functions) = objects;
    let (relations, attributes) = tables;
    let (constraints, indexes, statistics, triggers, rules, policies) = attached;
    let (comments, security_labels) = about;
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
        constraints,
        indexes,
        functions,
        triggers,
        rules,
        policies,
        statistics,
        comments,
        security_labels,
        subscriptions,
        ..around
    })
}

/// Reads what extends SQL, and what is around schemas: who may do what, data that is elsewhere, what a database does.
async fn read_around(session: &Session<'_>) -> Result<Catalog, Error> {
    let mut catalog = Catalog::default();
    tokio::try_join!(
        fill(&mut catalog.aggregates, session, query::AGGREGATES),
        fill(&mut catalog.collations, session, query::COLLATIONS),
        fill(&mut catalog.base_types, session, query::BASE_TYPES),
        fill(&mut catalog.shell_types, session, query::SHELL_TYPES),
        fill(&mut catalog.operators, session, query::OPERATORS),
        fill(&mut catalog.operator_families, session, query::OPERATOR_FAMILIES),
        fill(&mut catalog.operator_classes, session, query::OPERATOR_CLASSES),
        fill(&mut catalog.family_operators, session, query::FAMILY_OPERATORS),
        fill(&mut catalog.family_functions, session, query::FAMILY_FUNCTIONS),
        fill(&mut catalog.casts, session, query::CASTS),
        fill(&mut catalog.conversions, session, query::CONVERSIONS),
        fill(&mut catalog.languages, session, query::LANGUAGES),
        fill(&mut catalog.transforms, session, query::TRANSFORMS),
        fill(&mut catalog.access_methods, session, query::ACCESS_METHODS),
        fill(&mut catalog.text_search_parsers, session, query::TEXT_SEARCH_PARSERS),
        fill(&mut catalog.text_search_templates, session, query::TEXT_SEARCH_TEMPLATES),
        fill(&mut catalog.text_search_dictionaries, session, query::TEXT_SEARCH_DICTIONARIES),
        fill(&mut catalog.text_search_configurations, session, query::TEXT_SEARCH_CONFIGURATIONS),
        fill(&mut catalog.text_search_mappings, session, query::TEXT_SEARCH_MAPPINGS),
        fill(&mut catalog.default_acls, session, query::DEFAULT_ACLS),
        fill(&mut catalog.foreign_data_wrappers, session, query::FOREIGN_DATA_WRAPPERS),
        fill(&mut catalog.foreign_servers, session, query::FOREIGN_SERVERS),
        fill(&mut catalog.user_mappings, session, query::USER_MAPPINGS),
        fill(&mut catalog.foreign_tables, session, query::FOREIGN_TABLES),
        fill(&mut catalog.foreign_columns, session, query::FOREIGN_COLUMNS),
        fill(&mut catalog.database, session, query::DATABASE),
        fill(&mut catalog.database_settings, session, query::DATABASE_SETTINGS),
        fill(&mut catalog.extension_configuration, session, query::EXTENSION_CONFIGURATION),
        fill(&mut catalog.event_triggers, session, query::EVENT_TRIGGERS),
        fill(&mut catalog.publications, session, query::PUBLICATIONS),
        fill(&mut catalog.publication_tables, session, query::PUBLICATION_TABLES),
        fill(&mut catalog.publication_schemas, session, query::PUBLICATION_SCHEMAS),
        fill(&mut catalog.collation_uses, session, query::COLLATION_USES),
    )?;
    Ok(catalog)
}

/// Adds what decides how rows travel: the sizes of tables, the columns that cannot travel as binary, and the tables whose
/// partitions may take other rows on another server.
///
/// The session is as for [`read`]. Dropping the future leaves queries under way on the session.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_sizes(client: &Client, side: Side, catalog: &mut Catalog) -> Result<(), Error> {
    let session = Session { client, major: catalog.major, side };
    (catalog.table_sizes, catalog.binary_unsafe, catalog.hash_partitioned) = tokio::try_join!(
        rows::<size::TableSize>(&session, query::TABLE_SIZES),
        rows::<size::BinaryUnsafeColumn>(&session, query::BINARY_UNSAFE),
        rows::<size::HashPartitioned>(&session, query::HASH_PARTITIONED),
    )?;
    Ok(())
}

/// Adds what says that a row is in a table already.
///
/// The session is as for [`read`]. Dropping the future leaves a query under way on the session.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_unique_indexes(client: &Client, side: Side, catalog: &mut Catalog) -> Result<(), Error> {
    let session = Session { client, major: catalog.major, side };
    fill(&mut catalog.unique_indexes, &session, query::UNIQUE_INDEXES).await
}

/// Adds the smallest and largest keys, and what is between them, of those tables among `wanted` that have a key to divide them by.
///
/// The session is as for [`read`]. Dropping the future leaves queries under way on the session.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_key_spreads(client: &Client, side: Side, wanted: &[u32], catalog: &mut Catalog) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let session = Session { client, major: catalog.major, side };
    let wanted: BTreeSet<u32> = wanted.iter().copied().collect();
    let tables: BTreeMap<u32, &relation::Relation> =
        catalog.relations.iter().filter(|of| wanted.contains(&of.oid)).map(|of| (of.oid, of)).collect();
    for key in rows::<size::KeyColumn>(&session, query::KEY_COLUMNS).await? {
        let Some(table) = tables.get(&key.relation) else { continue };
        let (column, table) = (ident(&key.column_name), table.qualified_name().sql());
        let sql = format!(
            "SELECT pg_catalog.min({column})::pg_catalog.int8 AS smallest, pg_catalog.max({column})::pg_catalog.int8 AS largest \
             FROM ONLY {table}"
        );
        let ends = client.query_one(&sql, &[]).await;
        let ends = ends.and_then(|row| Ok((row.try_get("smallest")?, row.try_get("largest")?)));
        let failed = |source| Error::new(side, query::KEY_COLUMNS.name, source);
        if let (Some(smallest), Some(largest)) = ends.map_err(failed)? {
            catalog.key_spreads.push(size::KeySpread::new(key, smallest, largest));
        }
    }
    Ok(())
}

/// Adds what the server provides: extensions that can be created, roles, tablespaces, collations. The session may be any.
///
/// Dropping the future leaves queries under way on the session.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_provided(client: &Client, side: Side, catalog: &mut Catalog) -> Result<(), Error> {
    let session = Session { client, major: catalog.major, side };
    (catalog.available_extensions, catalog.provided_names) = tokio::try_join!(
        rows::<provided::AvailableExtension>(&session, query::AVAILABLE_EXTENSIONS),
        rows::<provided::ProvidedName>(&session, query::PROVIDED_NAMES),
    )?;
    Ok(())
}

/// Reads what CREATE DATABASE says of the session's database.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_definition(client: &Client, major: u32, side: Side) -> Result<DatabaseDefinition, Error> {
    let query = query::DATABASE_DEFINITION;
    let failed = |source| Error::new(side, query.name, source);
    let row = client.query_one(query.text(major), &[]).await.map_err(failed)?;
    DatabaseDefinition::from_row(&row).map_err(failed)
}

/// Adds the server's roles, and with `verifiers` what is stored of their passwords where the session may read that.
///
/// The session must be inside the run's snapshot. Dropping the future leaves queries under way on the session.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_roles(client: &Client, side: Side, verifiers: bool, catalog: &mut Catalog) -> Result<(), Error> {
    let session = Session { client, major: catalog.major, side };
    (catalog.roles, catalog.role_members, catalog.role_uses) = tokio::try_join!(
        rows::<role::Role>(&session, query::ROLES),
        rows::<role::RoleMember>(&session, query::ROLE_MEMBERS),
        rows::<role::RoleUse>(&session, query::ROLE_USES),
    )?;
    // Being refused would end the transaction that holds the snapshot.
    if verifiers && catalog.roles.iter().all(|of| of.verifier_readable) {
        catalog.role_verifiers = rows(&session, query::ROLE_VERIFIERS).await?;
    }
    Ok(())
}

/// Adds what subscriptions are, where the session may read that.
///
/// The session must be inside the run's snapshot, and is [`Sessions::lockless`]. Dropping the future leaves a query under way on it.
///
/// # Errors
///
/// As for [`read`].
pub async fn read_subscriptions(client: &Client, side: Side, catalog: &mut Catalog) -> Result<(), Error> {
    let session = Session { client, major: catalog.major, side };
    // Being refused would end the transaction that holds the snapshot.
    if catalog.subscriptions.iter().any(|of| of.readable) {
        catalog.subscription_definitions = rows(&session, query::SUBSCRIPTION_DEFINITIONS).await?;
    }
    Ok(())
}

/// Where the queries run.
struct Session<'a> {
    client: &'a Client,
    major: u32,
    side: Side,
}

async fn fill<R: Record>(records: &mut Vec<R>, session: &Session<'_>, query: Query) -> Result<(), Error> {
    *records = rows(session, query).await?;
    Ok(())
}

async fn rows<R: Record>(session: &Session<'_>, query: Query) -> Result<Vec<R>, Error> {
    let failed = |source| Error::new(session.side, query.name, source);
    let result = session.client.query(query.text(session.major), &[]).await;
    if result.as_ref().is_err_and(|error| error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION)) {
        // An earlier query of the session failed, and its answer is here too: it is heard first, for it says why.
        tokio::task::yield_now().await;
    }
    let rows = result.map_err(failed)?;
    rows.iter().map(R::from_row).collect::<Result<_, _>>().map_err(failed)
}
