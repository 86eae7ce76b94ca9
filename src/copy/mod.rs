//! The data plane: workers that read a chunk on the source and write it on the target, byte for byte.
//!
//! A worker has two sessions: one on the source, in a read-only transaction inside the exported snapshot, and one on the
//! target, in one transaction for each chunk, or for a bundle of small tables. The target's transaction commits only when both
//! command tags name the same number of rows. The first failure stops every worker.

mod bundle;
mod error;
mod frame;
mod large_row;
mod progress;
mod pump;
mod query;
mod queue;
mod ready;
mod statements;
mod tally;
mod upsert;
mod worker;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::connect::{Endpoint, Hold};
use crate::plan::load::TableLoad;

pub use error::Error;
pub use frame::{FrameScanner, Scan, Then};
pub use progress::{Finished, Progress, TableProgress};
pub use pump::{Pump, PumpError, Transfer};
pub use ready::{require_conditions, require_ready, require_triggers};
pub use tally::{Merged, TableOutcome};
pub use upsert::{BatchLimits, Rejects};

/// How many things go on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// COPY streams in all.
    pub jobs: NonZeroUsize,
    /// Schemas that have begun and are not finished; `None` for any number.
    pub schemas_at_once: Option<NonZeroUsize>,
    /// Tables of one schema that have begun and are not finished; `None` for any number.
    pub tables_at_once: Option<NonZeroUsize>,
    /// COPY streams on one table.
    pub streams_per_table: NonZeroUsize,
}

/// How rows are copied.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many things go on at once.
    pub limits: Limits,
    /// Whether the target's triggers, rules and foreign keys are kept from firing (`session_replication_role`).
    pub disable_triggers: bool,
    /// How long the source may send nothing in the middle of a COPY; `None` for ever.
    pub idle_limit: Option<Duration>,
    /// When a batch of rows that are merged is closed.
    pub batch: BatchLimits,
    /// Where rows go that the target refuses; `None` where none may be.
    pub rejects: Option<Rejects>,
}

/// Where rows are read.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The source.
    pub source: &'a Endpoint,
    /// The exported snapshot.
    pub snapshot_id: &'a str,
    /// Asked before a chunk is committed whether its table is still what the snapshot sees; without it the caller vouches for
    /// that.
    pub hold: Option<Arc<Hold>>,
}

/// Copies the rows of all `loads` inside the snapshot and returns what was copied, in the order of `loads`.
///
/// `progress` must have been made for as many tables; it is counted up while this runs. `arrived` is told the OID (on the source)
/// of each table when its last row is committed on the target.
///
/// Where a server has no place for another session, fewer workers go on.
///
/// Dropping the future closes every session, so that the servers roll back what is under way; chunks that were finished before
/// stay.
///
/// # Errors
///
/// The first failure of any worker. The others are stopped then, their COPYs cancelled, and nothing runs any more.
pub async fn run(
    reading: &Reading<'_>,
    target: &Endpoint,
    loads: &[TableLoad],
    options: Options,
    progress: &Progress,
    arrived: impl Fn(u32) + Send + Sync + 'static,
) -> Result<Vec<TableOutcome>, Error> {
    let chunks: usize = loads.iter().map(|load| load.chunks.len()).sum();
    let workers = options.limits.jobs.get().min(chunks);
    let shared = Arc::new(worker::Shared::new(reading, target, loads, options, progress, workers, Box::new(arrived)));
    let mut running = JoinSet::new();
    for number in 0..workers {
        running.spawn(worker::run(Arc::clone(&shared), number));
    }
    let mut failure = None;
    while let Some(ended) = running.join_next().await {
        if let Err(error) = ended.unwrap_or_else(|error| Err(Error::Worker(error))) {
            shared.stop();
            failure.get_or_insert(error);
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(shared.outcomes()),
    }
}
