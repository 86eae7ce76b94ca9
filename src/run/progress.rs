//! How far the run is, for whoever looks.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::estimate::{Known, time_left};
use crate::apply::{self, Build, TaskProgress};
use crate::copy;
use crate::ddl::sql::QualifiedName;
use crate::plan::load::TableLoad;
use crate::report::{FinishedTable, Progress, ProgressSource, Running, quantity_bytes};

/// The phase before the target is changed.
const READING: &str = "reading the catalog";

/// The current phase, and the counters of the copies that have begun.
#[derive(Debug, Default)]
pub(super) struct Counters {
    now: Mutex<Now>,
    is_recorded: bool,
    /// Sessions that copy, and that build.
    sessions: (usize, usize),
    tasks: TaskProgress,
}

#[derive(Debug)]
struct Now {
    phase: &'static str,
    bytes_total: u64,
    tables_total: u64,
    /// Since when rows travel.
    copying_since: Option<Instant>,
    /// How long they did, when all are there.
    copied_in: Option<Duration>,
    /// One list of tables after the other.
    copied: Vec<Copied>,
    /// How far indexes are, by the target's process that builds them.
    builds: BTreeMap<i32, Build>,
}

/// Tables that are copied together.
#[derive(Debug)]
struct Copied {
    progress: copy::Progress,
    tables: Vec<Table>,
}

/// What is known of a table before it is copied.
#[derive(Debug)]
struct Table {
    name: QualifiedName,
    bytes_estimate: u64,
    chunks: usize,
    is_told: bool,
}

impl Default for Now {
    fn default() -> Self {
        Self {
            phase: READING,
            bytes_total: 0,
            tables_total: 0,
            copying_since: None,
            copied_in: None,
            copied: Vec::new(),
            builds: BTreeMap::new(),
        }
    }
}

impl Counters {
    /// Nothing begun yet. With `is_recorded` somebody takes what is finished. So many `sessions` copy and build at most.
    pub(super) fn new(is_recorded: bool, sessions: (usize, usize)) -> Self {
        Self { now: Mutex::default(), is_recorded, sessions, tasks: TaskProgress::default() }
    }

    /// Where what is made behind the rows is counted.
    pub(super) fn tasks(&self) -> &TaskProgress {
        &self.tasks
    }

    /// Whether an index is built, of a table of so many bytes at least.
    pub(super) fn is_building(&self, bytes_min: u64) -> bool {
        self.tasks.now().running.iter().any(|task| task.bytes >= bytes_min)
    }

    /// How far indexes are now.
    pub(super) fn set_builds(&self, builds: BTreeMap<i32, Build>) {
        self.change(|now| now.builds = builds);
    }

    /// Takes the chunks that were finished since the last call.
    pub(super) fn take_finished(&self) -> Vec<copy::Finished> {
        self.locked().copied.iter().flat_map(|of| of.progress.take_finished()).collect()
    }

    /// How many chunks were tried more than once.
    pub(super) fn retried(&self) -> usize {
        self.locked().copied.iter().map(|of| of.progress.retried()).sum()
    }

    /// What is on the target if the run ends now, in words.
    pub(super) fn left_behind(&self) -> String {
        let now = self.locked();
        if now.copied.is_empty() {
            return match now.phase {
                READING => "the target was not changed".to_owned(),
                _ => "the target holds some of the objects, and no rows".to_owned(),
            };
        }
        let done: usize = now.copied.iter().map(|of| of.progress.tables_finished()).sum();
        let begun: usize = now.copied.iter().map(|of| of.progress.tables_begun()).sum();
        let partly = if begun > done { format!(", and some of those of {} more", begun - done) } else { String::new() };
        let later = "indexes, constraints and what else comes after the rows are missing in part or altogether";
        format!("the target holds all rows of {done} of {} tables{partly}; {later}", now.tables_total)
    }

    /// A phase begins.
    pub(super) fn enter(&self, phase: &'static str) {
        self.change(|now| {
            now.copied_in = now.copied_in.or_else(|| Some(now.copying_since?.elapsed()));
            now.phase = phase;
        });
    }

    /// Copying begins, of so much in all.
    pub(super) fn announce<'a>(&self, loads: impl Iterator<Item = &'a TableLoad>) {
        self.change(|now| {
            now.phase = "copying";
            now.copying_since.get_or_insert_with(Instant::now);
            for load in loads {
                now.bytes_total += load.bytes_estimate;
                now.tables_total += 1;
            }
        });
    }

    /// Some of the tables are copied now; the result is to be counted up.
    pub(super) fn copying(&self, loads: &[TableLoad], workers: usize) -> copy::Progress {
        let make = if self.is_recorded { copy::Progress::recorded } else { copy::Progress::new };
        let progress = make(loads.len(), workers);
        let table = |of: &TableLoad| Table {
            name: of.table.clone(),
            bytes_estimate: of.bytes_estimate,
            chunks: of.chunks.len(),
            is_told: false,
        };
        let copied = Copied { progress: progress.clone(), tables: loads.iter().map(table).collect() };
        self.change(|now| now.copied.push(copied));
        progress
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.locked());
    }

    // Whoever panicked while changing them left whole values behind.
    fn locked(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Copied {
    /// Each table with how far it is.
    fn tables(&self) -> impl Iterator<Item = (&Table, copy::TableProgress)> {
        let now = |number| self.progress.table(number);
        self.tables.iter().enumerate().filter_map(move |(number, table)| Some((table, now(number)?)))
    }

    /// Bytes that are still to come, an estimate.
    fn bytes_left(&self) -> u64 {
        let unfinished = self.tables().filter(|(table, now)| now.chunks_finished < table.chunks);
        unfinished.map(|(table, now)| table.bytes_estimate.saturating_sub(now.bytes)).sum()
    }

    /// The tables that workers have in hand, each once.
    fn running(&self) -> Vec<Running> {
        let mut current: Vec<usize> = self.progress.current().flatten().collect();
        current.sort_unstable();
        current.dedup();
        let running = |number: usize| {
            let (table, now) = (self.tables.get(number)?, self.progress.table(number)?);
            let Table { name, bytes_estimate, .. } = table;
            let known = *bytes_estimate > now.bytes;
            let of = if known { format!(" of about {}", quantity_bytes(*bytes_estimate)) } else { String::new() };
            let detail = format!("{}{of}", quantity_bytes(now.bytes));
            let total = if known { *bytes_estimate } else { 0 };
            Some(Running { what: name.to_string(), detail, done: now.bytes, total })
        };
        current.into_iter().filter_map(running).collect()
    }
}

fn running(of: apply::Running, builds: &BTreeMap<i32, Build>) -> Running {
    let build = builds.get(&of.process_id).filter(|_| of.bytes > 0);
    let (detail, done, total) = build.map_or_else(Default::default, |of| (of.phase.clone(), of.done, of.total));
    Running { what: of.object, detail, done, total }
}

impl ProgressSource for Counters {
    fn progress(&self) -> Progress {
        let tasks = self.tasks.now();
        let now = self.locked();
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let bytes_done = now.copied.iter().map(|of| of.progress.bytes()).sum();
        let tables_done = count(now.copied.iter().map(|of| of.progress.tables_finished()).sum());
        // What is not even begun is in the total alone.
        let announced: u64 = now.copied.iter().flat_map(|of| &of.tables).map(|table| table.bytes_estimate).sum();
        let begun_left: u64 = now.copied.iter().map(Copied::bytes_left).sum();
        let elapsed = now.copying_since.map(|since| since.elapsed());
        let known = Known {
            elapsed,
            copying: now.copied_in.or(elapsed).unwrap_or_default(),
            bytes_done,
            bytes_left: begun_left + now.bytes_total.saturating_sub(announced),
            jobs: self.sessions.0,
            tasks: &tasks,
            builders: self.sessions.1,
        };
        let time_left = time_left(&known);
        let copied = now.copied.iter().flat_map(Copied::running);
        Progress {
            phase: now.phase,
            bytes_done,
            bytes_total: now.bytes_total,
            rows_done: now.copied.iter().map(|of| of.progress.rows()).sum(),
            tables_done,
            tables_total: now.tables_total,
            tasks_done: tasks.done.tasks,
            tasks_total: tasks.all.tasks,
            retried: count(now.copied.iter().map(|of| of.progress.retried()).sum()),
            time_left,
            running: copied.chain(tasks.running.into_iter().map(|of| running(of, &now.builds))).collect(),
        }
    }

    fn take_arrived(&self) -> Vec<FinishedTable> {
        let mut arrived = Vec::new();
        for Copied { progress, tables } in &mut self.locked().copied {
            for (number, table) in tables.iter_mut().enumerate().filter(|(_, table)| !table.is_told) {
                let Some(now) = progress.table(number).filter(|now| now.chunks_finished == table.chunks) else {
                    continue;
                };
                table.is_told = true;
                let copy::TableProgress { rows, bytes, took, .. } = now;
                arrived.push(FinishedTable { table: table.name.clone(), rows, bytes, took: took.unwrap_or_default() });
            }
        }
        arrived
    }
}
