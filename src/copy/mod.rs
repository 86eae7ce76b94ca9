//! The data plane: workers that read a chunk on the source and write it on the target, byte for byte.
//!
//! A worker has two sessions: one on the source, in a read-only transaction inside the exported snapshot, and one on the
//! target, in one transaction for each chunk, or for a bundle of small tables. The target's transaction commits only when both
//! command tags name the same number of rows, and a row of the [`Ledger`] with it.
//!
//! What may pass by itself is tried again: a lost connection, a deadlock, a server that starts again. The ledger says then whether
//! a commit that was not answered was done, so that every chunk is in once. The first failure that lasts stops every worker.

mod bundle;
mod commit;
mod error;
mod frame;
mod large_row;
mod pieces;
mod progress;
mod pump;
mod query;
mod queue;
mod ready;
mod shared;
mod stall;
mod statements;
mod tally;
mod upsert;
mod worker;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::connect::retry::persistently;
use crate::connect::{Control, Endpoint, Hold, RetryPolicy, Snapshot, SnapshotError, snapshot};
use crate::ledger::Ledger;
use crate::plan::load::TableLoad;

pub use commit::needs_ledger;
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
    /// How long nothing may move while both servers wait for us; `None` for ever.
    pub stall_limit: Option<Duration>,
    /// How often and how fast is tried again what may pass by itself.
    pub retry: RetryPolicy,
    /// Where the target writes down which chunks are in; `None` where it may not. Then a commit waits for the disk, and one that is
    /// not answered is an error.
    pub ledger: Option<Ledger>,
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
    /// The moment that is read.
    pub snapshot: Arc<Snapshot>,
    /// Asked before a chunk is committed whether its table is still what the snapshot sees; without it the caller vouches for
    /// that.
    pub hold: Option<Arc<Hold>>,
}

/// Copies the rows of all `loads`, which are of one level, inside the snapshot and returns what was copied, in the order of `loads`.
/// Those that have a turn are one transaction.
///
/// `progress` must have been made for as many tables; it is counted up while this runs. `arrived` is told the OID (on the source)
/// of each table when its last row is committed on the target.
///
/// Where a server has no place for another session, fewer workers go on. What may pass by itself is tried again, each chunk by
/// itself, as often as the options say.
///
/// Dropping the future closes every session, so that the servers roll back what is under way; chunks that were finished before
/// stay.
///
/// # Errors
///
/// The first failure of any worker that lasts. The others are stopped then, their COPYs cancelled, and nothing runs any more.
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
    let shared = Arc::new(shared::Shared::new(reading, target, loads, options, progress, workers, Box::new(arrived)));
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

/// Makes sure that every row of `loads` is on the target's disk, and copies those again that a crash has taken back: nothing that was
/// committed had waited for the disk. `loads` are level by level, as they were copied. `session` is one on the target, if it still is.
///
/// Dropping the future leaves whole chunks on the target.
///
/// # Errors
///
/// When the target cannot be asked, when its ledger does not know the run, or when chunks are missing that cannot be copied again.
pub async fn confirm(
    reading: &Reading<'_>,
    target: &Endpoint,
    loads: &[&[TableLoad]],
    options: &Options,
    session: &Control,
) -> Result<(), Error> {
    let Some(ledger) = options.ledger else { return Ok(()) };
    let is_passing = |error: &SnapshotError| error.is_passing();
    loop {
        let look = async || {
            let other = if session.client().is_closed() { Some(snapshot::writing(target).await?) } else { None };
            let session = other.as_ref().unwrap_or(session);
            ledger.entries(session).await
        };
        let entries = persistently(options.retry, is_passing, look).await.map_err(Error::Changed)?;
        let entries = entries.ok_or(Error::LedgerGone)?;
        let missing =
            loads.iter().map(|level| commit::missing(level.iter(), &entries)).collect::<Result<Vec<_>, _>>()?;
        let chunks: usize = missing.iter().flatten().map(|load| load.chunks.len()).sum();
        if chunks == 0 {
            return Ok(());
        }
        tracing::warn!(chunks, "the target has lost chunks in a crash that it had confirmed: copying them again");
        for level in missing.iter().filter(|level| !level.is_empty()) {
            let chunks = level.iter().map(|load| load.chunks.len()).sum();
            run(reading, target, level, options.clone(), &Progress::new(level.len(), chunks), |_| {}).await?;
        }
    }
}
