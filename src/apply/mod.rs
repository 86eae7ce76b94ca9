//! Runs statements and tasks on the target.
//!
//! Statements travel pipelined, so that ten thousand of them do not cost ten thousand round trips; a failure still names
//! the one statement and object that failed.

mod database;
mod failure;
mod large_objects;
mod post_data;
mod query;
mod scheduler;
mod sequences;

pub use database::{create as create_database, is_missing as is_database_missing};
pub use failure::{Error, Failure};
pub use large_objects::{LargeObjects, copy as copy_large_objects, require_absence as require_no_large_objects};
pub use post_data::run as post_data;
pub use sequences::{SequenceValue, read as read_sequences, set as set_sequences};

use std::future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, stream};

use crate::connect::Control;
use crate::ddl::Statement;

/// Statements under way at once on one session. More would not make the network any less idle.
const IN_FLIGHT: usize = 64;

/// What became of a list of statements.
#[derive(Debug, Default)]
pub struct Applied {
    /// How many the target ran.
    pub succeeded: usize,
    /// Those it refused, in order.
    pub failures: Vec<Failure>,
}

/// Runs statements in order on one session, each in a transaction of its own.
///
/// Statements that nothing rests on (owners, privileges, comments) may fail without stopping the others; every failure is
/// returned. After another failure no further statement is sent; those under way are waited for.
///
/// Dropping the future leaves the statements under way running.
pub async fn statements(session: &Control, statements: &[Statement]) -> Applied {
    let stopped = AtomicBool::new(false);
    let unless_stopped = |_: &&Statement| future::ready(!stopped.load(Ordering::Relaxed));
    let results = stream::iter(statements).take_while(unless_stopped).map(|statement| run(session, statement));
    let mut results = pin!(results.buffered(IN_FLIGHT));
    let mut applied = Applied::default();
    while let Some(result) = results.next().await {
        match result {
            None => applied.succeeded += 1,
            Some(failure) => {
                if !failure.statement.action.is_optional() {
                    stopped.store(true, Ordering::Relaxed);
                }
                applied.failures.push(failure);
            }
        }
    }
    applied
}

/// Runs statements in one transaction: all of them, or none.
///
/// Dropping the future leaves the transaction to be rolled back with its session.
///
/// # Errors
///
/// The first statement that failed. Nothing was changed then.
pub async fn at_once(session: &Control, statements: &[Statement]) -> Result<(), Error> {
    let Some(last) = statements.last() else { return Ok(()) };
    let failed = |first| Error::Statement { first: Box::new(first), others: 0, partly_applied: false };
    let bracket = async |sql: &str, statement: &Statement| {
        let result = session.client().batch_execute(sql).await;
        result.map_err(|error| failed(Failure::new(statement.clone(), &error)))
    };
    bracket("BEGIN", last).await?;
    let mut results = stream::iter(statements).map(|statement| run(session, statement)).buffered(IN_FLIGHT);
    while let Some(result) = results.next().await {
        if let Some(first) = result {
            drop(results);
            bracket("ROLLBACK", &first.statement).await?;
            return Err(failed(first));
        }
    }
    bracket("COMMIT", last).await
}

/// Runs the statements of one task, each after the one before has succeeded or may fail.
async fn statements_in_turn(session: &Control, statements: &[Statement]) -> Vec<Failure> {
    let mut failures = Vec::new();
    for statement in statements {
        if let Some(failure) = run(session, statement).await {
            let stops = !failure.statement.action.is_optional();
            failures.push(failure);
            if stops {
                break;
            }
        }
    }
    failures
}

async fn run(session: &Control, statement: &Statement) -> Option<Failure> {
    tracing::trace!(statement = statement.shown(), "run on the target");
    let error = session.client().batch_execute(&statement.sql).await.err()?;
    tracing::debug!(object = %statement.object, "statement failed");
    Some(Failure::new(statement.clone(), &error))
}
