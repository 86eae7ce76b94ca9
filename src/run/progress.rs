//! How far the run is, for whoever looks.

use std::sync::{Mutex, PoisonError};

use crate::copy;
use crate::plan::load::TableLoad;
use crate::report::{Progress, ProgressSource};

/// The current phase, and the counters of the copy once it has begun.
#[derive(Debug, Default)]
pub(super) struct Counters(Mutex<Now>);

#[derive(Debug)]
struct Now {
    phase: &'static str,
    bytes_total: u64,
    tables_total: u64,
    copied: Option<copy::Progress>,
}

impl Default for Now {
    fn default() -> Self {
        Self { phase: "reading the catalog", bytes_total: 0, tables_total: 0, copied: None }
    }
}

impl Counters {
    /// A phase begins.
    pub(super) fn enter(&self, phase: &'static str) {
        self.change(|now| now.phase = phase);
    }

    /// Copying begins; the result is to be counted up.
    pub(super) fn copying(&self, loads: &[TableLoad], workers: usize) -> copy::Progress {
        let copied = copy::Progress::new(loads.len(), workers);
        self.change(|now| {
            *now = Now {
                phase: "copying",
                bytes_total: loads.iter().map(|load| load.bytes_estimate).sum(),
                tables_total: loads.len().try_into().unwrap_or(u64::MAX),
                copied: Some(copied.clone()),
            }
        });
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
        let copied = now.copied.as_ref();
        Progress {
            phase: now.phase,
            bytes_done: copied.map_or(0, copy::Progress::bytes),
            bytes_total: now.bytes_total,
            rows_done: copied.map_or(0, copy::Progress::rows),
            tables_done: copied.map_or(0, |copied| copied.tables_finished().try_into().unwrap_or(u64::MAX)),
            tables_total: now.tables_total,
        }
    }
}
