//! Makes the store's schemas and tables where they are not there.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::{Error, query};

/// Schemas and tables, in the order in which they are made.
const PARTS: [(&str, &str); 7] = [
    ("pgstream", query::CREATE_PGSTREAM_SCHEMA),
    ("pgstream.snapshot_requests", query::CREATE_SNAPSHOT_REQUESTS),
    ("pgsluice", query::CREATE_SCHEMA),
    ("pgsluice.request", query::CREATE_REQUEST),
    ("pgsluice.made_object", query::CREATE_MADE_OBJECT),
    ("pgsluice.loaded_table", query::CREATE_LOADED_TABLE),
    ("pgsluice.loaded_chunk", query::CREATE_LOADED_CHUNK),
];

/// Makes what is not there. Any number of sessions may do so at once.
///
/// Cancel safe: what was made stays and does no harm.
pub(super) async fn open(client: &Client) -> Result<(), Error> {
    let failed = |source| Error::Statement { action: "create the table of snapshot requests", source };
    let state = client.query_one(query::STATE, &[]).await.map_err(failed)?;
    if state.try_get("is_in_recovery").map_err(failed)? {
        return Err(Error::Standby);
    }
    // IF NOT EXISTS alone would ask for the privilege to create even where there is nothing to create.
    let existing: Vec<String> = state.try_get("existing").map_err(failed)?;
    for (_, statement) in PARTS.iter().filter(|(name, _)| !existing.iter().any(|there| there == name)) {
        client.batch_execute(statement).await.or_else(unless_there).map_err(failed)?;
    }
    Ok(())
}

/// Whether everything is there; asks for nothing that a standby could not do.
pub(super) async fn is_there(client: &Client) -> Result<bool, tokio_postgres::Error> {
    let existing: Vec<String> = client.query_one(query::STATE, &[]).await?.try_get("existing")?;
    Ok(PARTS.iter().all(|(name, _)| existing.iter().any(|there| there == name)))
}

/// `IF NOT EXISTS` does not see what another session creates at the same moment; then it is there, which is what was wanted.
fn unless_there(error: tokio_postgres::Error) -> Result<(), tokio_postgres::Error> {
    let there = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_SCHEMA,
        SqlState::DUPLICATE_TABLE,
        // The type that comes with the table.
        SqlState::DUPLICATE_OBJECT,
    ];
    if error.code().is_some_and(|code| there.contains(code)) { Ok(()) } else { Err(error) }
}
