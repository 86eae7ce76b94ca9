//! How far the run is, for whoever looks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::copy;
use crate::plan::load::TableLoad;
use crate::report::{Progress, ProgressSource};

/// The phase before the target is changed.
const READING: &str = "reading the catalog";

/// The current phase, and the counters of the copies that have begun.
#[derive(Debug, Default)]
pub(super) struct Counters {
    now: Mutex<Now>,
    is_recorded: bool,
}

#[derive(Debug)]
struct Now {
    phase: &'static str,
    bytes_total: u64,
    tables_total: u64,
    /// Of one list of tables after the other.
    copied: Vec<copy::Progress>,
}

impl Default for Now {
    fn default() -> Self {
        Self { phase: READING, bytes_total: 0, tables_total: 0, copied: Vec::new() }
    }
}

impl Counters {
    /// Nothing begun yet. With `is_recorded` somebody takes what is finished.
    pub(super) fn new(is_recorded: bool) -> Self {
        Self { now: Mutex::default(), is_recorded }
    }

    /// Takes the chunks that were finished since the last call.
    pub(super) fn take_finished(&self) -> Vec<copy::Finished> {
        self.locked().copied.iter().flat_map(copy::Progress::take_finished).collect()
    }

    /// How many chunks were tried more than once.
    pub(super) fn retried(&self) -> usize {
        self.locked().copied.iter().map(copy::Progress::retried).sum()
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
        let done: usize = now.copied.iter().map(copy::Progress::tables_finished).sum();
        let begun: usize = now.copied.iter().map(copy::Progress::tables_begun).sum();
        let partly = if begun > done { format!(", and some of those of {} more", begun - done) } else { String::new() };
        let later = "indexes, constraints and what else comes after the rows are missing in part or altogether";
        format!("the target holds all rows of {done} of {} tables{partly}; {later}", now.tables_total)
    }

    /// A phase begins.
    pub(super) fn enter(&self, phase: &'static str) {
        self.change(|now| now.phase = phase);
    }

    /// Copying begins, of so much in all.
    pub(super) fn announce<'a>(&self, loads: impl Iterator<Item = &'a TableLoad>) {
        self.change(|now| {
            now.phase = "copying";
            for load in loads {
                now.bytes_total += load.bytes_estimate;
                now.tables_total += 1;
            }
        });
    }

    /// Some of the tables are copied now; the result is to be counted up.
    pub(super) fn copying(&self, tables: usize, workers: usize) -> copy::Progress {
        let make = if self.is_recorded { copy::Progress::recorded } else { copy::Progress::new };
        let copied = make(tables, workers);
        self.change(|now| now.copied.push(copied.clone()));
        copied
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.locked());
    }

    // Whoever panicked while changing them left whole values behind.
    fn locked(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProgressSource for Counters {
    fn progress(&self) -> Progress {
        let now = self.locked();
        let tables_done: usize = now.copied.iter().map(copy::Progress::tables_finished).sum();
        Progress {
            phase: now.phase,
            bytes_done: now.copied.iter().map(copy::Progress::bytes).sum(),
            bytes_total: now.bytes_total,
            rows_done: now.copied.iter().map(copy::Progress::rows).sum(),
            tables_done: tables_done.try_into().unwrap_or(u64::MAX),
            tables_total: now.tables_total,
        }
    }
}
