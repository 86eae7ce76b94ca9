//! Runs the tasks behind the rows, several at once, and the first of them while rows still arrive.

use std::pin::pin;
use std::time::Instant;

use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::builders::{Builders, Place};
use super::scheduler::Scheduler;
use super::{Error, Failure, IN_FLIGHT, Refused};
use crate::connect::Control;
use crate::plan::tasks::{Stage, Task};

/// What happens to the rows meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Every row of a table (by OID on the source) is on the target, and committed.
    Table(u32),
    /// Every row of every table is, and everything else that is data.
    All,
}

/// Runs all tasks. A task that fails stops those that need it and nothing else; so does what is in `refused`, to which is added what
/// the target refuses here.
///
/// `arrivals` tells which rows are there. When it ends without [`Arrival::All`], copying has failed, and this ends as if it were dropped.
///
/// Dropping the future closes the sessions; statements under way are rolled back when the server notices.
///
/// # Errors
///
/// When no session is left and none can be had.
pub async fn run(
    builders: &mut Builders,
    tasks: &[Task],
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    refused: &mut Refused,
) -> Result<Vec<Failure>, Error> {
    let mut running = Running { tasks, scheduler: Scheduler::new(tasks), refused, failures: Vec::new(), stage: None };
    running.leave_out_refused();
    running.run(builders, arrivals).await?;
    Ok(running.failures)
}

/// The state of a run.
struct Running<'a> {
    tasks: &'a [Task],
    scheduler: Scheduler<'a>,
    refused: &'a mut Refused,
    failures: Vec<Failure>,
    stage: Option<Stage>,
}

/// What became of tasks that were sent together.
struct Ended {
    session: Result<Control, Error>,
    /// The tasks, each with what failed of it.
    tasks: Vec<(usize, Vec<Failure>)>,
}

impl Running<'_> {
    async fn run(
        &mut self,
        builders: &mut Builders,
        mut arrivals: mpsc::UnboundedReceiver<Arrival>,
    ) -> Result<(), Error> {
        let tasks = self.tasks;
        let mut running = FuturesUnordered::new();
        let mut are_rows_coming = true;
        loop {
            while let Some((place, bundle)) = self.next(builders) {
                running.push(run_tasks(place, tasks, bundle));
            }
            tokio::select! {
                Some(ended) = running.next() => self.ended(builders, ended)?,
                arrival = arrivals.recv(), if are_rows_coming => match arrival {
                    Some(Arrival::Table(table)) => self.scheduler.arrived(table),
                    Some(Arrival::All) => {
                        are_rows_coming = false;
                        self.scheduler.all_arrived();
                    }
                    None => return Ok(()),
                },
                else => break,
            }
        }
        self.give_up_the_rest();
        Ok(())
    }

    /// Nothing runs and nothing will: whatever has not ended is not on the target.
    fn give_up_the_rest(&mut self) {
        let rest = self.tasks.iter().enumerate().filter(|(number, _)| !self.scheduler.is_over(*number));
        let first = rest.filter_map(|(_, task)| task.statements.first().cloned());
        self.failures.extend(first.map(|statement| Failure::not_attempted(statement, "something it waits for")));
    }

    /// A session, and the tasks it is to run.
    fn next(&mut self, builders: &mut Builders) -> Option<(Place, Vec<usize>)> {
        let stage = self.scheduler.stage();
        if stage != self.stage {
            self.stage = stage;
            if let Some(stage) = stage {
                tracing::info!("{}", stage.name());
            }
        }
        let place = builders.take()?;
        let bundle = self.scheduler.start(builders.limit());
        if bundle.is_empty() {
            builders.put_down(place);
            return None;
        }
        Some((place, bundle))
    }

    fn ended(&mut self, builders: &mut Builders, ended: Ended) -> Result<(), Error> {
        match ended.session {
            Ok(session) => builders.give_back(session),
            Err(error) => {
                builders.could_not_open(error)?;
                ended.tasks.iter().for_each(|(task, _)| self.scheduler.put_back(*task));
                return Ok(());
            }
        }
        for (task, failures) in ended.tasks {
            self.finished(task, failures);
        }
        Ok(())
    }

    fn finished(&mut self, number: usize, failed: Vec<Failure>) {
        let tasks = self.tasks;
        let stopped_by = failed.iter().find(|failure| !failure.statement.action.is_optional());
        let (is_done, is_refused) = (stopped_by.is_none(), stopped_by.is_some_and(|failure| failure.is_refusal));
        self.failures.extend(failed);
        if is_refused {
            self.refused.insert(tasks[number].place, &tasks[number].object.to_string());
        }
        for (later, need) in self.scheduler.finish(number, is_done) {
            if is_refused {
                self.refused.insert(tasks[later].place, &tasks[later].object.to_string());
            }
            // A further part of the same object: that it is missing has been told.
            if tasks[later].place.is_some() && tasks[later].place == tasks[need].place {
                continue;
            }
            let given_up = if is_refused { Failure::needs_refused } else { Failure::not_attempted };
            let first = tasks[later].statements.first().cloned();
            self.failures.extend(first.map(|statement| given_up(statement, &tasks[need].object.to_string())));
        }
    }

    /// Gives up what needs something that is left out already. Tasks need only earlier ones, so one pass in order finds all.
    fn leave_out_refused(&mut self) {
        for (number, task) in self.tasks.iter().enumerate() {
            let Some(needs) = self.refused.needed_by(&task.rests_on).filter(|_| !self.scheduler.is_over(number)) else {
                continue;
            };
            let is_told = self.refused.contains(task.place);
            self.refused.insert(task.place, &task.object.to_string());
            self.scheduler.finish(number, false);
            let first = task.statements.first().filter(|_| !is_told).cloned();
            self.failures.extend(first.map(|statement| Failure::needs_refused(statement, &needs)));
        }
    }
}

/// Runs tasks on one session, their statements in order. Several tasks travel together; of one alone each statement waits for
/// the one before. Behind a statement that failed, what its task still has fails for that reason and is not told.
async fn run_tasks(place: Place, tasks: &[Task], bundle: Vec<usize>) -> Ended {
    let session = match place.session().await {
        Ok(session) => session,
        Err(error) => {
            let tasks = bundle.into_iter().map(|task| (task, Vec::new())).collect();
            return Ended { session: Err(error), tasks };
        }
    };
    let begin = Instant::now();
    let ended = run_statements(&session, tasks, &bundle).await;
    if let [task] = bundle.as_slice() {
        tracing::debug!(object = %tasks[*task].object, duration_ms = begin.elapsed().as_millis(), "made");
    }
    Ended { session: Ok(session), tasks: ended }
}

async fn run_statements(session: &Control, tasks: &[Task], bundle: &[usize]) -> Vec<(usize, Vec<Failure>)> {
    let in_flight = if bundle.len() > 1 { IN_FLIGHT } else { 1 };
    let has_stopped = |failures: &[Failure]| failures.last().is_some_and(|last| !last.statement.action.is_optional());
    let mut ended: Vec<(usize, Vec<Failure>)> = bundle.iter().map(|task| (*task, Vec::new())).collect();
    let statements = bundle.iter().enumerate();
    let statements =
        statements.flat_map(|(place, task)| tasks[*task].statements.iter().map(move |statement| (place, statement)));
    let sent =
        stream::iter(statements).map(|(place, statement)| async move { (place, super::run(session, statement).await) });
    let mut results = pin!(sent.buffered(in_flight));
    while let Some((place, failure)) = results.next().await {
        let failures = &mut ended[place].1;
        if !has_stopped(failures) {
            failures.extend(failure);
        }
        if in_flight == 1 && has_stopped(failures) {
            break;
        }
    }
    ended
}
