//! Runs statements and tasks on the target.
//!
//! Statements travel pipelined, so that ten thousand of them do not cost ten thousand round trips; a failure still names
//! the one statement and object that failed.

mod advice;
mod allowed;
mod builders;
mod database;
mod failure;
mod large_objects;
mod locales;
mod post_data;
mod progress;
mod query;
mod refused;
mod scheduler;
mod sequences;
mod statistics;
mod task_runner;

pub use advice::advice;
pub use allowed::{Asked, allowed_by};
pub use builders::{BuildSettings, Builders};
pub use database::{create as create_database, is_missing as is_database_missing, maintenance_of};
pub use failure::{Error, Failure};
pub use large_objects::{
    Ends, LargeObjects, copy as copy_large_objects, drop_all as drop_large_objects, has_any as has_large_objects,
    oids as large_object_oids, properties as large_object_properties, require_absence as require_no_large_objects,
};
pub use locales::unknown_locales;
pub use post_data::{Arrival, Behind, run as post_data};
pub use progress::{Build, Running, TaskProgress, TasksNow, Work, index_builds};
pub(crate) use query::COUNT_LARGE_OBJECTS;
pub use refused::Refused;
pub use sequences::{SequenceValue, read as read_sequences, set as set_sequences};
pub use statistics::carry as carry_statistics;
pub use task_runner::Persistence;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{future, iter};

use futures_util::{StreamExt as _, stream};

use crate::connect::Control;
use crate::ddl::Statement;
use crate::plan::steps::Step;

/// Statements under way at once on one session. More would not make the network any less idle.
const IN_FLIGHT: usize = 64;

/// What became of a list of statements.
#[derive(Debug, Default)]
pub struct Applied {
    /// How many the target ran.
    pub succeeded: usize,
    /// Those it refused, in order.
    pub failures: Vec<Failure>,
    /// The place among the failures of the first that nothing was sent behind.
    pub stopped_by: Option<usize>,
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
                    applied.stopped_by = applied.stopped_by.or(Some(applied.failures.len()));
                }
                applied.failures.push(failure);
            }
        }
    }
    applied
}

/// Makes what takes the rows, step by step on one session, each statement in a transaction of its own.
///
/// What the target refuses is left out with what needs it, and noted in `refused`, unless rows need it. A refusal of what rows
/// need, or any other failure of a statement that others rest on, is the last: no further statement is sent, and those under
/// way are waited for. `stopped` says whether that happened.
///
/// Dropping the future leaves the statements under way running.
pub async fn steps(session: &Control, steps: &[Step], refused: &mut Refused) -> Applied {
    let known = Mutex::new(std::mem::take(refused));
    let stopped = AtomicBool::new(false);
    // An empty place goes before the statements of a step: answers come in order, so there all it needs is settled.
    let places = steps.iter().flat_map(|step| {
        iter::once((step, None)).chain(step.statements.iter().map(move |statement| (step, Some(statement))))
    });
    let unless_stopped = |_: &(&Step, Option<&Statement>)| future::ready(!stopped.load(Ordering::Relaxed));
    let results = stream::iter(places).take_while(unless_stopped).map(|(step, statement)| {
        let is_blocked = locked(&known).blocks(step);
        async move {
            let sent = statement.filter(|_| !is_blocked);
            let failure = match sent {
                Some(statement) => run(session, statement).await,
                None => None,
            };
            (step, statement.is_none(), sent.is_some(), failure)
        }
    });
    let mut results = pin!(results.buffered(IN_FLIGHT));
    let mut applied = Applied::default();
    while let Some((step, is_first, was_sent, failure)) = results.next().await {
        let mut refused = locked(&known);
        if is_first && let Some(needs) = refused.needed_by(&step.rests_on) {
            let first = step.statements.first().cloned();
            applied.failures.extend(first.map(|statement| Failure::needs_refused(statement, &needs)));
            refused.insert(step.place, &step.object);
        }
        // What was under way for a step that is left out fails for that reason, and is not told again.
        if refused.contains(step.place) {
            continue;
        }
        let Some(failure) = failure else {
            applied.succeeded += usize::from(was_sent);
            continue;
        };
        if !failure.statement.action.is_optional() {
            if failure.is_refusal && !step.is_required {
                refused.insert(step.place, &step.object);
            } else {
                stopped.store(true, Ordering::Relaxed);
                applied.stopped_by = applied.stopped_by.or(Some(applied.failures.len()));
            }
        }
        applied.failures.push(failure);
    }
    *refused = std::mem::take(&mut *locked(&known));
    applied
}

/// A lock is never held while something can panic.
fn locked(known: &Mutex<Refused>) -> MutexGuard<'_, Refused> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
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

async fn run(session: &Control, statement: &Statement) -> Option<Failure> {
    tracing::trace!(statement = statement.shown(), "run on the target");
    let error = session.client().batch_execute(&statement.sql).await.err()?;
    tracing::debug!(object = %statement.object, "statement failed");
    Some(Failure::new(statement.clone(), &error))
}
