//! How far the tasks behind the rows are: anybody may look at any time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_postgres::Row;

use super::query;
use crate::connect::{Control, SnapshotError};
use crate::error::Side;
use crate::plan::tasks::Task;

/// Shared counters of all tasks; clones count together.
#[derive(Debug, Clone, Default)]
pub struct TaskProgress(Arc<Mutex<Counters>>);

#[derive(Debug, Default)]
struct Counters {
    all: Work,
    done: Work,
    /// What the sessions that finished them were busy for, of the tasks that have a weight.
    spent: Duration,
    running: BTreeMap<usize, Running>,
}

/// An amount of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Tasks.
    pub tasks: u64,
    /// Bytes of the tables that indexes and constraints are made on, each table once for each of them.
    pub bytes: u64,
}

/// A task that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// What it makes, such as `index public.item_name_idx`.
    pub object: String,
    /// Bytes of its table; 0 where it takes no time that depends on it.
    pub bytes: u64,
    /// Since when.
    pub since: Instant,
    /// The target's process that runs it.
    pub process_id: i32,
}

/// How far the tasks are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TasksNow {
    /// All of them.
    pub all: Work,
    /// Those that are over, however they ended.
    pub done: Work,
    /// What the sessions were busy for with those that are over and have a weight.
    pub spent: Duration,
    /// Those that run, in the order of the plan.
    pub running: Vec<Running>,
}

/// How far an index is, as the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// What the server does.
    pub phase: String,
    /// Of `total`: rows, blocks or what the phase counts.
    pub done: u64,
    /// 0 where the server does not know.
    pub total: u64,
}

/// How far the indexes are that sessions on the target build in its database, by process.
///
/// # Errors
///
/// When the target cannot be asked.
pub async fn index_builds(target: &Control) -> Result<BTreeMap<i32, Build>, SnapshotError> {
    let failed = || SnapshotError::failed("see how far indexes are", Side::Target);
    let rows = target.client().query(query::INDEX_BUILDS, &[]).await.map_err(failed())?;
    let count = |row: &Row, column| row.try_get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or_default());
    let build = |row: &Row| {
        let build = Build { phase: row.try_get("phase")?, done: count(row, "done")?, total: count(row, "total")? };
        Ok((row.try_get("process_id")?, build))
    };
    rows.iter().map(build).collect::<Result<_, tokio_postgres::Error>>().map_err(failed())
}

impl TaskProgress {
    /// How far they are.
    #[must_use]
    pub fn now(&self) -> TasksNow {
        let Counters { all, done, spent, ref running } = *self.counters();
        TasksNow { all, done, spent, running: running.values().cloned().collect() }
    }

    pub(super) fn announce(&self, tasks: &[Task]) {
        self.counters().all = tasks.iter().fold(Work::default(), Work::with);
    }

    /// A task begins, or goes on with another session.
    pub(super) fn begin(&self, task: &Task, number: usize, process_id: i32) {
        let begun =
            || Running { object: task.object.to_string(), bytes: bytes(task), since: Instant::now(), process_id };
        self.counters().running.entry(number).or_insert_with(begun).process_id = process_id;
    }

    /// A task runs no more, and is to be begun again.
    pub(super) fn put_back(&self, task: usize) {
        self.counters().running.remove(&task);
    }

    /// A task is over, whether it was begun or not.
    pub(super) fn end(&self, task: &Task, number: usize) {
        let mut counters = self.counters();
        counters.done = counters.done.with(task);
        if let Some(of) = counters.running.remove(&number).filter(|of| of.bytes > 0) {
            counters.spent += of.since.elapsed();
        }
    }

    // Whoever panicked while changing them left whole values behind.
    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn with(self, task: &Task) -> Self {
        Self { tasks: self.tasks + 1, bytes: self.bytes.saturating_add(bytes(task)) }
    }
}

/// Grants and comments take no longer on a large table.
fn bytes(task: &Task) -> u64 {
    if task.table == 0 { 0 } else { task.weight }
}
