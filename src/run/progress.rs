//! How far the run is, for whoever looks.

use std::sync::{Mutex, PoisonError};

use crate::copy;
use crate::plan::load::TableLoad;
use crate::report::{Progress, ProgressSource};

/// The current phase, and the counters of the copies that have begun.
#[derive(Debug, Default)]
pub(super) struct Counters(Mutex<Now>);

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
        Self { phase: "reading the catalog", bytes_total: 0, tables_total: 0, copied: Vec::new() }
    }
}

impl Counters {
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
        let copied = copy::Progress::new(tables, workers);
        self.change(|now| now.copied.push(copied.clone()));
        copied
    }

    // Whoever panicked while changing them left whole values behind.
    fn change(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl ProgressSource for Counters {
    fn progress(&self) -> Progress {
        let now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
