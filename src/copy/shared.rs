//! What the workers of a run have in common: the chunks, the counters, and where to read and write.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::pump::Transfer;
use super::queue::{Assignment, Next, Queue};
use super::tally::{Merged, TableOutcome, Tally};
use super::{Error, Finished, Options, Progress, Reading};
use crate::connect::{Endpoint, Hold, Snapshot};
use crate::plan::load::TableLoad;

/// What the workers of a run have in common.
pub(super) struct Shared {
    pub(super) source: Endpoint,
    pub(super) target: Endpoint,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) hold: Option<Arc<Hold>>,
    pub(super) loads: Vec<TableLoad>,
    pub(super) options: Options,
    pub(super) progress: Progress,
    queue: Mutex<Queue>,
    /// A chunk was finished or put back.
    queue_changed: Notify,
    pub(super) tallies: Mutex<Vec<Tally>>,
    /// Tables that another session waits to change.
    pub(super) contended: Mutex<BTreeSet<u32>>,
    /// Workers that have not given up for lack of connections.
    workers: AtomicUsize,
    pub(super) stopped: watch::Sender<bool>,
    arrived: Arrived,
}

/// Told of each table that is complete.
pub(super) type Arrived = Box<dyn Fn(u32) + Send + Sync>;

impl Shared {
    /// Nothing copied yet.
    pub(super) fn new(
        reading: &Reading<'_>,
        target: &Endpoint,
        loads: &[TableLoad],
        options: Options,
        progress: &Progress,
        workers: usize,
        arrived: Arrived,
    ) -> Self {
        Self {
            source: reading.source.clone(),
            target: target.clone(),
            snapshot: Arc::clone(&reading.snapshot),
            hold: reading.hold.clone(),
            loads: loads.to_vec(),
            progress: progress.clone(),
            queue: Mutex::new(Queue::new(loads, options.limits)),
            options,
            queue_changed: Notify::new(),
            tallies: Mutex::new(vec![Tally::default(); loads.len()]),
            contended: Mutex::new(BTreeSet::new()),
            workers: AtomicUsize::new(workers),
            stopped: watch::Sender::new(false),
            arrived,
        }
    }

    /// Tells every worker to stop where it is.
    pub(super) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// The results so far, in the order of the loads.
    pub(super) fn outcomes(&self) -> Vec<TableOutcome> {
        locked(&self.tallies).iter().zip(&self.loads).map(|(tally, load)| tally.outcome(load)).collect()
    }

    /// Waits for a chunk or a bundle that may be copied; `None` when all are finished.
    pub(super) async fn next(&self) -> Option<Vec<Assignment>> {
        loop {
            // Listening begins before looking, so that no change falls between.
            let changed = self.queue_changed.notified();
            match locked(&self.queue).next() {
                Next::Copy(bundle) => return Some(bundle),
                Next::Done => return None,
                Next::Wait => {}
            }
            changed.await;
        }
    }

    pub(super) fn finished(&self, assignment: Assignment, transfer: Transfer) {
        let load = &self.loads[assignment.load];
        let mut tallies = locked(&self.tallies);
        let (chunks, merged) = tallies[assignment.load].add(transfer);
        let is_last = chunks == load.chunks.len();
        let arrived = if is_last { self.arrived_with(load, &tallies) } else { Vec::new() };
        drop(tallies);
        self.progress.chunk_finished(assignment.load, transfer.rows, is_last);
        self.progress.keep_finished(|| Finished {
            table: load.table.clone(),
            number: assignment.chunk,
            chunk: load.chunks[assignment.chunk],
            rows: transfer.rows,
            bytes: transfer.bytes,
        });
        locked(&self.queue).finished(assignment);
        self.queue_changed.notify_waiters();
        tracing::trace!(
            table = %load.table,
            chunk = assignment.chunk,
            rows = transfer.rows,
            bytes = transfer.bytes,
            duration_ms = transfer.duration.as_millis(),
            "chunk copied"
        );
        if is_last {
            tracing::debug!(table = %load.table, chunks, "table copied");
            if let Some(Merged { inserted, updated, unchanged, repeated, rejected }) = merged {
                tracing::info!(table = %load.table, inserted, updated, unchanged, repeated, rejected, "rows merged");
            }
            arrived.into_iter().for_each(&self.arrived);
        }
    }

    /// The tables whose rows have all arrived with the last of this one. Those whose rows go through one root may come into any of
    /// them, so that they arrive together.
    fn arrived_with(&self, load: &TableLoad, tallies: &[Tally]) -> Vec<u32> {
        let Some(root) = &load.through else { return vec![load.relation] };
        let together = || self.loads.iter().zip(tallies).filter(|(of, _)| of.through.as_ref() == Some(root));
        if together().all(|(of, tally)| tally.chunks() == of.chunks.len()) {
            together().map(|(of, _)| of.relation).collect()
        } else {
            Vec::new()
        }
    }

    /// A worker has no place on a server. What it was to copy goes to another one, if there is any; whether there is.
    pub(super) fn gave_up(&self, bundle: &[Assignment], worker: usize, error: &Error) -> bool {
        let leave = |workers: usize| (workers > 1).then(|| workers - 1);
        if self.workers.fetch_update(Ordering::AcqRel, Ordering::Acquire, leave).is_err() {
            return false;
        }
        tracing::warn!(worker, %error, "too many connections: going on with fewer workers");
        let mut queue = locked(&self.queue);
        bundle.iter().rev().for_each(|assignment| queue.put_back(*assignment));
        drop(queue);
        self.queue_changed.notify_waiters();
        true
    }
}

/// A worker that panicked has left counters behind, nothing that could be half done.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
