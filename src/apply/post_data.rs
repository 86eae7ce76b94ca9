//! Runs the phases behind the rows, several tasks at once.

use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::scheduler::Scheduler;
use super::{Failure, Refused};
use crate::connect::{Control, Endpoint, SnapshotError, snapshot};
use crate::plan::tasks::{Phase, Task};

/// Runs all phases on up to `jobs` sessions. A task that fails stops those that need it and nothing else; so does what is in
/// `refused`, to which is added what the target refuses here.
///
/// Where the server has no place for another session, fewer go on.
///
/// Dropping the future closes the sessions; statements under way are rolled back when the server notices.
///
/// # Errors
///
/// When not even one session can be had.
pub async fn run(
    target: &Endpoint,
    phases: &[Phase],
    jobs: usize,
    refused: &mut Refused,
) -> Result<Vec<Failure>, SnapshotError> {
    let mut failures = Vec::new();
    let tasks = phases.iter().map(|phase| phase.tasks.len()).max().unwrap_or_default();
    if tasks == 0 {
        return Ok(failures);
    }
    let mut idle = sessions(target, jobs.min(tasks)).await?;
    for phase in phases {
        tracing::info!(tasks = phase.tasks.len(), "{}", phase.name);
        idle = run_phase(phase, idle, refused, &mut failures).await;
    }
    for session in idle {
        session.close().await;
    }
    Ok(failures)
}

async fn sessions(target: &Endpoint, jobs: usize) -> Result<Vec<Control>, SnapshotError> {
    let mut sessions = vec![snapshot::writing(target).await?];
    while sessions.len() < jobs {
        match snapshot::writing(target).await {
            Ok(session) => sessions.push(session),
            Err(error) => {
                tracing::warn!(sessions = sessions.len(), %error, "no further session on the target: going on with fewer");
                break;
            }
        }
    }
    Ok(sessions)
}

async fn run_phase(
    phase: &Phase,
    mut idle: Vec<Control>,
    refused: &mut Refused,
    failures: &mut Vec<Failure>,
) -> Vec<Control> {
    let mut scheduler = Scheduler::new(&phase.tasks);
    // Tasks need only earlier ones, so one pass in order finds those that need a task that is left out here.
    for (number, task) in phase.tasks.iter().enumerate() {
        if let Some(needs) = refused.needed_by(&task.rests_on) {
            refused.insert(task.place, &task.object.to_string());
            scheduler.finish(number, false);
            let first = task.statements.first().cloned();
            failures.extend(first.map(|statement| Failure::needs_refused(statement, &needs)));
        }
    }
    let mut running = FuturesUnordered::new();
    loop {
        while let Some(session) = idle.pop() {
            let Some(number) = scheduler.start() else {
                idle.push(session);
                break;
            };
            running.push(run_task(session, number, &phase.tasks[number]));
        }
        let Some((session, number, failed)) = running.next().await else { break };
        idle.push(session);
        let stopped_by = failed.iter().find(|failure| !failure.statement.action.is_optional());
        let (is_done, is_refused) = (stopped_by.is_none(), stopped_by.is_some_and(|failure| failure.is_refusal));
        failures.extend(failed);
        if is_refused {
            refused.insert(phase.tasks[number].place, &phase.tasks[number].object.to_string());
        }
        for (later, need) in scheduler.finish(number, is_done) {
            let needs = phase.tasks[need].object.to_string();
            let first = phase.tasks[later].statements.first().cloned();
            let given_up = if is_refused { Failure::needs_refused } else { Failure::not_attempted };
            failures.extend(first.map(|statement| given_up(statement, &needs)));
            if is_refused {
                refused.insert(phase.tasks[later].place, &phase.tasks[later].object.to_string());
            }
        }
    }
    idle
}

async fn run_task(session: Control, number: usize, task: &Task) -> (Control, usize, Vec<Failure>) {
    let begin = Instant::now();
    let failures = super::statements_in_turn(&session, &task.statements).await;
    tracing::debug!(object = %task.object, duration_ms = begin.elapsed().as_millis(), "made");
    (session, number, failures)
}
