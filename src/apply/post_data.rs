//! Runs the phases behind the rows, several tasks at once.

use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::Failure;
use super::scheduler::Scheduler;
use crate::connect::{Control, Endpoint, SnapshotError, snapshot};
use crate::plan::tasks::{Phase, Task};

/// Runs all phases on up to `jobs` sessions. A task that fails stops those that need it and nothing else.
///
/// Where the server has no place for another session, fewer go on.
///
/// Dropping the future closes the sessions; statements under way are rolled back when the server notices.
///
/// # Errors
///
/// When not even one session can be had.
pub async fn run(target: &Endpoint, phases: &[Phase], jobs: usize) -> Result<Vec<Failure>, SnapshotError> {
    let mut failures = Vec::new();
    let tasks = phases.iter().map(|phase| phase.tasks.len()).max().unwrap_or_default();
    if tasks == 0 {
        return Ok(failures);
    }
    let mut idle = sessions(target, jobs.min(tasks)).await?;
    for phase in phases {
        tracing::info!(tasks = phase.tasks.len(), "{}", phase.name);
        idle = run_phase(phase, idle, &mut failures).await;
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

async fn run_phase(phase: &Phase, mut idle: Vec<Control>, failures: &mut Vec<Failure>) -> Vec<Control> {
    let mut scheduler = Scheduler::new(&phase.tasks);
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
        let is_done = failed.iter().all(|failure| failure.statement.action.is_optional());
        failures.extend(failed);
        for (later, need) in scheduler.finish(number, is_done) {
            let needs = phase.tasks[need].object.to_string();
            let first = phase.tasks[later].statements.first().cloned();
            failures.extend(first.map(|statement| Failure::not_attempted(statement, &needs)));
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
