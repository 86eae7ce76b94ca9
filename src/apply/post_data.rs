//! Runs the tasks behind the rows, several at once, and the first of them while rows still arrive.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::builders::{Builders, Place};
use super::progress::TaskProgress;
use super::scheduler::Scheduler;
use super::task_runner::{Ended, Persistence, Progress, run_tasks};
use super::{Error, Failure, Refused};
use crate::ledger::Entry;
use crate::plan::tasks::{Stage, Task};

/// What happens to the rows meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Every row of a table (by OID on the source) is on the target, and committed.
    Table(u32),
    /// Every row of every table is, and everything else that is data.
    All,
}

/// What came of all tasks.
#[derive(Debug, Default)]
pub struct Behind {
    /// What failed.
    pub failures: Vec<Failure>,
    /// What the indexes and constraints of each table took, by its OID on the source, one after the other.
    pub durations: BTreeMap<u32, Duration>,
}

/// Runs all tasks. A task that fails stops those that need it and nothing else; so does what is in `refused`, to which is added what
/// the target refuses here.
///
/// `arrivals` tells which rows are there. When it ends without [`Arrival::All`], copying has failed, and this ends as if it were dropped.
///
/// With a ledger, statements whose session was lost are run again, each of them once: `settle` is called with what must be in the
/// ledger, when everything has ended but event triggers, which would fire for what becomes of the ledger then.
///
/// Dropping the future closes the sessions; statements under way are rolled back when the server notices.
///
/// # Errors
///
/// When no session is left and none can be had; what `settle` returns.
pub async fn run<E: From<Error>>(
    builders: &mut Builders,
    tasks: &[Task],
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    refused: &mut Refused,
    persistence: Persistence,
    progress: &TaskProgress,
    settle: impl AsyncFnOnce(BTreeSet<Entry>) -> Result<(), E>,
) -> Result<Behind, E> {
    progress.announce(tasks);
    let mut running = Running {
        tasks,
        scheduler: Scheduler::new(tasks),
        refused,
        behind: Behind::default(),
        stage: None,
        persistence,
        progress,
        entered: BTreeSet::new(),
    };
    running.leave_out_refused();
    running.run(builders, arrivals, settle).await?;
    Ok(running.behind)
}

/// The state of a run.
struct Running<'a> {
    tasks: &'a [Task],
    scheduler: Scheduler<'a>,
    refused: &'a mut Refused,
    behind: Behind,
    stage: Option<Stage>,
    persistence: Persistence,
    progress: &'a TaskProgress,
    /// What must be in the ledger.
    entered: BTreeSet<Entry>,
}

impl Running<'_> {
    async fn run<E: From<Error>>(
        &mut self,
        builders: &mut Builders,
        mut arrivals: mpsc::UnboundedReceiver<Arrival>,
        settle: impl AsyncFnOnce(BTreeSet<Entry>) -> Result<(), E>,
    ) -> Result<(), E> {
        let tasks = self.tasks;
        let mut running = FuturesUnordered::new();
        let mut are_rows_coming = true;
        let mut settle = Some(settle);
        loop {
            // Whatever belongs to an earlier stage has ended then.
            let are_others_over =
                !are_rows_coming && self.scheduler.stage().is_none_or(|of| of >= Stage::EventTriggers);
            if let Some(settle) = settle.take_if(|_| are_others_over) {
                settle(std::mem::take(&mut self.entered)).await?;
                self.persistence.ledger = None;
            }
            while let Some((place, bundle)) = self.next(builders) {
                running.push(run_tasks(place, tasks, bundle, self.persistence, self.progress));
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
        match settle {
            Some(settle) => settle(std::mem::take(&mut self.entered)).await,
            None => Ok(()),
        }
    }

    /// Nothing runs and nothing will: whatever has not ended is not on the target.
    fn give_up_the_rest(&mut self) {
        let rest = self.tasks.iter().enumerate().filter(|(number, _)| !self.scheduler.is_over(*number));
        let first = rest.filter_map(|(_, task)| task.statements.first().cloned());
        self.behind.failures.extend(first.map(|statement| Failure::not_attempted(statement, "something it waits for")));
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
                let (begun, others): (Vec<_>, Vec<_>) = ended.tasks.into_iter().partition(Progress::is_begun);
                for of in others {
                    self.progress.put_back(of.task);
                    self.scheduler.put_back(of.task);
                }
                for of in begun {
                    self.over(of);
                }
                return Ok(());
            }
        }
        // Those that travel together are light, and as good as alike.
        let each = ended.duration / u32::try_from(ended.tasks.len()).unwrap_or(u32::MAX).max(1);
        for of in ended.tasks {
            self.took(of.task, each);
            self.over(of);
        }
        Ok(())
    }

    fn took(&mut self, task: usize, duration: Duration) {
        let table = self.tasks[task].table;
        if table != 0 {
            *self.behind.durations.entry(table).or_default() += duration;
        }
    }

    fn over(&mut self, of: Progress) {
        self.entered.extend(of.entered());
        self.finished(of.task, of.failures);
    }

    fn finished(&mut self, number: usize, failed: Vec<Failure>) {
        let tasks = self.tasks;
        self.progress.end(&tasks[number], number);
        let stopped_by = failed.iter().find(|failure| !failure.statement.action.is_optional());
        let (is_done, is_refused) = (stopped_by.is_none(), stopped_by.is_some_and(|failure| failure.is_refusal));
        self.behind.failures.extend(failed);
        if is_refused {
            self.refused.insert(tasks[number].place, &tasks[number].object.to_string());
        }
        let given_up = self.scheduler.finish(number, is_done);
        self.given_up(given_up, is_refused);
    }

    /// Tasks were given up, each for want of another one; whether the target refused what they lack.
    fn given_up(&mut self, given_up: Vec<(usize, usize)>, is_refused: bool) {
        let tasks = self.tasks;
        for (later, need) in given_up {
            self.progress.end(&tasks[later], later);
            if is_refused {
                self.refused.insert(tasks[later].place, &tasks[later].object.to_string());
            }
            // A further part of the same object: that it is missing has been told.
            if tasks[later].place.is_some() && tasks[later].place == tasks[need].place {
                continue;
            }
            let failure = if is_refused { Failure::needs_refused } else { Failure::not_attempted };
            let first = tasks[later].statements.first().cloned();
            self.behind.failures.extend(first.map(|statement| failure(statement, &tasks[need].object.to_string())));
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
            let first = task.statements.first().filter(|_| !is_told).cloned();
            self.behind.failures.extend(first.map(|statement| Failure::needs_refused(statement, &needs)));
            self.progress.end(task, number);
            let given_up = self.scheduler.finish(number, false);
            self.given_up(given_up, true);
        }
    }
}
