//! Runs tasks on one session, or on one after the other where sessions are lost.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use tokio::time::sleep;

use super::builders::{Builder, Opener, Place};
use super::progress::TaskProgress;
use super::{Error, Failure, IN_FLIGHT};
use crate::connect::server_error::ServerError;
use crate::connect::{Attempts, Control, RetryPolicy, retry};
use crate::ddl::Statement;
use crate::ledger::{self, Entry, Ledger};
use crate::plan::tasks::Task;

/// What makes it possible to run statements again.
#[derive(Debug, Clone, Copy)]
pub struct Persistence {
    /// Where each statement is entered, so that none is run twice; without it a statement whose session is lost has failed.
    pub ledger: Option<Ledger>,
    /// How often and how fast is tried again.
    pub retry: RetryPolicy,
}

/// What became of tasks that were sent together.
pub(super) struct Ended {
    pub(super) session: Result<Builder, Error>,
    pub(super) tasks: Vec<Progress>,
    /// From the first of them to the last.
    pub(super) duration: Duration,
}

/// How far a task is.
pub(super) struct Progress {
    pub(super) task: usize,
    /// What failed of it.
    pub(super) failures: Vec<Failure>,
    /// What became of each statement.
    statements: Vec<Fate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Open,
    Done,
    Failed,
}

impl Progress {
    fn new(task: usize, statements: usize) -> Self {
        Self { task, failures: Vec::new(), statements: vec![Fate::Open; statements] }
    }

    /// Whether what the task still has is not worth trying: its statements rest on each other.
    fn has_stopped(&self) -> bool {
        self.failures.last().is_some_and(|last| !last.statement.action.is_optional())
    }

    /// Whether something became of it.
    pub(super) fn is_begun(&self) -> bool {
        !self.failures.is_empty() || self.statements.iter().any(|fate| *fate != Fate::Open)
    }

    fn is_over(&self) -> bool {
        self.has_stopped() || self.statements.iter().all(|fate| *fate != Fate::Open)
    }

    /// What the ledger must have of it.
    pub(super) fn entered(&self) -> impl Iterator<Item = Entry> {
        let done = self.statements.iter().enumerate().filter(|(_, fate)| **fate == Fate::Done);
        done.map(|(number, _)| entry(self.task, number))
    }
}

/// What the ledger calls a statement of a task.
fn entry(task: usize, statement: usize) -> Entry {
    (0, format!("task {task}.{statement}"))
}

/// Runs tasks on one session, their statements in order. Several tasks travel together; of one alone each statement waits for
/// the one before. Behind a statement that failed, what its task still has fails for that reason and is not told.
///
/// Where a session is lost, or a failure passes by itself, what was not answered is run again; the ledger refuses what was done.
pub(super) async fn run_tasks(
    place: Place,
    tasks: &[Task],
    bundle: Vec<usize>,
    persistence: Persistence,
    shown: &TaskProgress,
) -> Ended {
    let Place { opener, mut session } = place;
    let mut progress: Vec<Progress> =
        bundle.into_iter().map(|task| Progress::new(task, tasks[task].statements.len())).collect();
    let begin = Instant::now();
    let mut attempts = Attempts::new(persistence.retry);
    loop {
        let living = match session.take() {
            Some(living) if !living.is_closed() => living,
            lost => match open(&opener, lost.as_ref(), &mut attempts).await {
                Ok(living) => living,
                Err(error) => {
                    // What was begun ends here: nobody else knows how far it is.
                    if attempts.count() > 0 {
                        give_up(tasks, &mut progress, &error.to_string());
                    }
                    return Ended { session: Err(error), tasks: progress, duration: begin.elapsed() };
                }
            },
        };
        for of in &progress {
            shown.begin(&tasks[of.task], of.task, living.process_id);
        }
        let Some(last) = run_statements(&living.control, tasks, &mut progress, persistence.ledger).await else {
            let duration = begin.elapsed();
            if let [of] = progress.as_slice() {
                tracing::debug!(object = %tasks[of.task].object, duration_ms = duration.as_millis(), "made");
            }
            return Ended { session: Ok(living), tasks: progress, duration };
        };
        let Some(delay) = attempts.failed() else {
            give_up(tasks, &mut progress, &format!("{}; tried {} times", last.words, attempts.count()));
            return Ended { session: Ok(living), tasks: progress, duration: begin.elapsed() };
        };
        tracing::warn!(error = %last, detail = last.words, try_again_in_ms = delay.as_millis(), "trying again");
        sleep(delay).await;
        session = Some(living);
    }
}

/// Opens a session, as soon as the target lets us in. Where it has no place for one more, others may do.
async fn open(opener: &Opener, lost: Option<&Builder>, attempts: &mut Attempts) -> Result<Builder, Error> {
    loop {
        let error = match opener.open(lost).await {
            Err(error) if error.is_passing() && !error.is_too_many_connections() => error,
            result => return result,
        };
        let Some(delay) = attempts.failed() else { return Err(error) };
        tracing::warn!(%error, try_again_in_ms = delay.as_millis(), "trying again");
        sleep(delay).await;
    }
}

/// Nothing more is tried: what was not answered has failed, up to the first statement of a task that others rest on.
fn give_up(tasks: &[Task], progress: &mut [Progress], words: &str) {
    for of in progress {
        let statements = &tasks[of.task].statements;
        for (number, statement) in statements.iter().enumerate() {
            if of.statements[number] == Fate::Open && !of.has_stopped() {
                of.failures.push(Failure::lost(statement.clone(), words.to_owned()));
            }
        }
    }
}

/// Runs what is open. Returns a failure that passes by itself, where there was one: then some of it is open still.
async fn run_statements(
    session: &Control,
    tasks: &[Task],
    progress: &mut [Progress],
    ledger: Option<Ledger>,
) -> Option<Failure> {
    let in_flight = if progress.len() > 1 { IN_FLIGHT } else { 1 };
    let open: Vec<(usize, usize)> = progress
        .iter()
        .enumerate()
        .filter(|(_, of)| !of.is_over())
        .flat_map(|(place, of)| (0..of.statements.len()).map(move |number| (place, number)))
        .filter(|(place, number)| progress[*place].statements[*number] == Fate::Open)
        .collect();
    let places: Vec<usize> = progress.iter().map(|of| of.task).collect();
    let sent = stream::iter(open).map(|(place, number)| {
        let task = places[place];
        let statement = &tasks[task].statements[number];
        async move { (place, number, statement, run(session, statement, ledger, &entry(task, number)).await) }
    });
    let mut results = pin!(sent.buffered(in_flight));
    let mut waiting: Option<Failure> = None;
    let mut are_waiting = vec![false; progress.len()];
    while let Some((place, number, statement, result)) = results.next().await {
        let of = &mut progress[place];
        match result {
            Ok(()) => of.statements[number] = Fate::Done,
            Err(error) if ledger.is_some() && retry::is_passing(&error) => {
                are_waiting[place] = true;
                waiting = Some(Failure::new(statement.clone(), &error));
            }
            // Behind one that is to be run again, or has failed, it could not but fail.
            Err(_) if are_waiting[place] || of.has_stopped() => {}
            Err(error) => {
                of.statements[number] = Fate::Failed;
                of.failures.push(Failure::new(statement.clone(), &error));
            }
        }
        if in_flight == 1 && (are_waiting[place] || progress[place].has_stopped()) {
            break;
        }
    }
    waiting
}

/// Runs a statement, with its entry in the ledger where there is one. That it is in already is as good.
async fn run(
    session: &Control,
    statement: &Statement,
    ledger: Option<Ledger>,
    entry: &Entry,
) -> Result<(), tokio_postgres::Error> {
    tracing::trace!(statement = statement.shown(), "run on the target");
    let entered = ledger.map(|ledger| ledger.insert(std::iter::once((entry.clone(), 0)))).unwrap_or_default();
    let result = session.client().batch_execute(&format!("{entered}{}", statement.sql)).await;
    match result {
        Err(error) if error.as_db_error().is_some_and(|error| ledger::is_in_already(&ServerError::from(error))) => {
            Ok(())
        }
        Err(error) => {
            tracing::debug!(object = %statement.object, "statement failed");
            Err(error)
        }
        Ok(()) => Ok(()),
    }
}
