//! Runs statements and tasks on the target.
//!
//! Statements travel pipelined, so that ten thousand of them do not cost ten thousand round trips; a failure still names
//! the one statement and object that failed.

mod failure;
mod post_data;
mod scheduler;
mod sequences;

pub use failure::{Error, Failure};
pub use post_data::run as post_data;
pub use sequences::{SequenceValue, read as read_sequences, set as set_sequences};

use futures_util::{StreamExt as _, stream};

use crate::connect::Control;
use crate::ddl::Statement;

/// Statements under way at once on one session. More would not make the network any less idle.
const IN_FLIGHT: usize = 64;

/// Runs statements in order on one session, each in a transaction of its own.
///
/// Statements that nothing rests on (owners, privileges, comments) may fail without stopping the others; every failure is
/// returned. After another failure no further statement is sent, but those under way are still run by the server.
///
/// Dropping the future leaves the statements under way running.
pub async fn statements(session: &Control, statements: &[Statement]) -> Vec<Failure> {
    let mut results = stream::iter(statements).map(|statement| run(session, statement)).buffered(IN_FLIGHT);
    let mut failures = Vec::new();
    while let Some(result) = results.next().await {
        if let Some(failure) = result {
            let stops = !failure.statement.action.is_optional();
            failures.push(failure);
            if stops {
                break;
            }
        }
    }
    failures
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
    tracing::trace!(statement = %statement.sql, "run on the target");
    let error = session.client().batch_execute(&statement.sql).await.err()?;
    tracing::debug!(object = %statement.object, "statement failed");
    Some(Failure::new(statement.clone(), &error))
}
