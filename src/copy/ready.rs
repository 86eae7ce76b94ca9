//! What is made sure of before a run changes anything.

use tokio_postgres::error::SqlState;

use super::{Error, Options, query, statements};
use crate::connect::server_error::ServerError;
use crate::connect::{Control, SnapshotError};
use crate::error::Side;
use crate::plan::load::TableLoad;

/// Makes sure that the source understands the user's conditions, and that the target lets the user do what was asked for. `source`
/// is a session inside the snapshot.
///
/// # Errors
///
/// When one does not; a session that fails.
pub async fn require_ready(
    source: &Control,
    target: &Control,
    loads: &[TableLoad],
    options: &Options,
) -> Result<(), Error> {
    require_conditions(source, loads).await?;
    require_triggers(target, options).await
}

/// Makes sure that the source understands the user's conditions.
///
/// # Errors
///
/// When it does not understand one. Where the session is inside a transaction, that is over then.
pub async fn require_conditions(source: &Control, loads: &[TableLoad]) -> Result<(), Error> {
    for load in loads.iter().filter(|load| !load.predicates.is_empty()) {
        // Nothing is run: the server parses the statement and looks its names up.
        let answer = source.client().prepare(&statements::conditions(load)).await;
        let words = |error: &tokio_postgres::Error| {
            error.as_db_error().map_or_else(|| error.to_string(), |error| ServerError::from(error).to_string())
        };
        answer.map_err(|error| Error::Condition { table: load.table.clone(), words: words(&error) })?;
    }
    Ok(())
}

/// Makes sure that the target lets the user keep triggers from firing, where that was asked for.
///
/// # Errors
///
/// When it does not; a session that fails.
pub async fn require_triggers(target: &Control, options: &Options) -> Result<(), Error> {
    if options.disable_triggers && !may_disable_triggers(target).await.map_err(Error::Changed)? {
        return Err(Error::DisableTriggers { major: target.major() });
    }
    Ok(())
}

/// Whether a session may keep the target's triggers and foreign keys from firing.
async fn may_disable_triggers(target: &Control) -> Result<bool, SnapshotError> {
    let client = target.client();
    let failed = || SnapshotError::failed("see whether triggers may be disabled", Side::Target);
    client.batch_execute("BEGIN").await.map_err(failed())?;
    let answer = client.batch_execute(query::DISABLE_TRIGGERS).await;
    client.batch_execute("ROLLBACK").await.map_err(failed())?;
    match answer {
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Ok(false),
        answer => answer.map(|()| true).map_err(failed()),
    }
}
