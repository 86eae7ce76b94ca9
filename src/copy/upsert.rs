//! The route of rows that are merged into those that are there: batch by batch, each in a transaction of its own.
//!
//! A batch goes by COPY into a temporary table of the target's session, undecoded, and on from there with one
//! `INSERT … SELECT … ON CONFLICT`. The source's one COPY is cut between two rows; see [`rows`].

mod batches;
mod literals;
mod rejects;
mod rows;
mod statements;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use postgres_protocol::message::backend::Message;
use tokio::time::{Instant, timeout, timeout_at};

use super::statements::{BEGIN_DEFERRED, copy_out_as};
use super::tally::Merged;
use super::{Error, Options, Transfer};
use crate::connect::wire::Buffered;
use crate::connect::{CommandTag, Endpoint, Hold, Wire, WireError};
use crate::error::Side;
use crate::plan::load::{Chunk, TableLoad};
use crate::plan::merge::Merge;
use batches::{Batches, Ends};
use rows::{RowScanner, Then};
use statements::{Staging, Statements};

pub use rejects::Rejects;

/// As much is gathered before it is written; see the pump.
const WRITE_BYTES_MIN: usize = 64 << 10;

/// How long a source whose COPY is of no use any more may take to be told so.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// SQLSTATE `insufficient_privilege`.
const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// When a batch is closed, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// So many rows; at least 1.
    pub rows: u64,
    /// So many bytes of COPY data, or the row that reaches them.
    pub bytes: u64,
    /// So long after its first row.
    pub timeout: Duration,
}

/// One chunk to merge.
pub(super) struct Job<'a> {
    /// Where the source's session comes from.
    pub(super) endpoint: &'a Endpoint,
    pub(super) load: &'a TableLoad,
    pub(super) merge: &'a Merge,
    pub(super) chunk: Chunk,
    pub(super) options: &'a Options,
    /// Asked before a batch is committed whether the table is still what the snapshot sees.
    pub(super) hold: Option<&'a Hold>,
    /// Runs on the source before its COPY, in the same round trip.
    pub(super) before: &'a str,
    /// What is committed, of this try and earlier ones.
    pub(super) committed: &'a Committed,
}

/// The batches of a chunk that are on the target, or may be, of all tries together.
#[derive(Debug, Default)]
pub(super) struct Committed(Mutex<Option<Merged>>);

impl Committed {
    /// Whether the chunk may be merged once more.
    pub(super) fn may_be_repeated(&self, merge: &Merge) -> bool {
        merge.is_repeatable() || self.so_far().is_none()
    }

    fn so_far(&self) -> Option<Merged> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A batch may be committed from now on.
    fn begin(&self) {
        self.add(Merged::default());
    }

    /// A batch is committed.
    fn add(&self, merged: Merged) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default() += merged;
    }
}

/// What became of the rows of a chunk, where earlier tries have merged some of them: those were met again unchanged.
fn with_earlier(merged: Merged, earlier: Merged) -> Merged {
    let (inserted, updated) = (merged.inserted + earlier.inserted, merged.updated + earlier.updated);
    Merged {
        inserted,
        updated,
        unchanged: merged.unchanged.saturating_sub(earlier.inserted + earlier.updated),
        ..merged
    }
}

impl Job<'_> {
    fn failure(&self, side: Side, statement: &str, source: WireError) -> Error {
        Error::Statement {
            side,
            table: self.load.table.clone(),
            chunk: Box::new(self.chunk),
            statement: statement.to_owned(),
            source,
        }
    }

    fn unequal(&self, source_rows: u64, target_rows: u64) -> Error {
        Error::Unequal { table: self.load.table.clone(), chunk: self.chunk, source_rows, target_rows }
    }
}

/// Merges one chunk, batch by batch. Batches that were committed before a failure stay.
///
/// `moved` is told the number of bytes of each write.
///
/// Not cancel safe: sessions left in the middle of a COPY refuse to be used again.
pub(super) async fn copy(
    job: &Job<'_>,
    source: &mut Wire,
    target: &mut Wire,
    moved: impl Fn(u64),
) -> Result<Transfer, Error> {
    let earlier = job.committed.so_far().unwrap_or_default();
    let staging = stage(job, target).await?;
    let transfer = merge(job, (staging, Ends::Batches), source, target, moved).await?;
    Ok(Transfer { merged: transfer.merged.map(|merged| with_earlier(merged, earlier)), ..transfer })
}

/// Merges a whole table in a transaction that ends only after others, and that the caller commits. `staging` says how the first one's
/// rows got there, and so do all; the first one begins the transaction.
///
/// Not cancel safe, as [`copy`].
pub(super) async fn copy_within(
    job: &Job<'_>,
    staging: &mut Option<Staging>,
    source: &mut Wire,
    target: &mut Wire,
    moved: impl Fn(u64),
) -> Result<Transfer, Error> {
    let staged = match *staging {
        None => {
            let staged = stage(job, target).await?;
            let begun = target.execute(BEGIN_DEFERRED).await;
            begun.map_err(|error| job.failure(Side::Target, BEGIN_DEFERRED, error))?;
            staged
        }
        Some(Staging::Table) => stage(job, target).await?,
        Some(Staging::Parameters) => Staging::Parameters,
    };
    *staging = Some(staged);
    merge(job, (staged, Ends::Later), source, target, moved).await
}

/// Moves the rows of one COPY.
async fn merge(
    job: &Job<'_>,
    (staging, ends): (Staging, Ends),
    source: &mut Wire,
    target: &mut Wire,
    moved: impl Fn(u64),
) -> Result<Transfer, Error> {
    let begin = Instant::now();
    let statements = Statements { load: job.load, merge: job.merge, staging };
    let copy_out = copy_out_as(job.load, job.chunk, statements.format());
    let reading = |error| job.failure(Side::Source, &copy_out, error);
    source.copy_out(&format!("{}{copy_out}", job.before)).await.map_err(reading)?;
    let mut on_its_way = Mover {
        job,
        copy_out: &copy_out,
        scanner: RowScanner::new(statements.format(), job.load.columns.len()),
        batches: Batches::new(job, statements, ends, target),
        source,
        pending_bytes: 0,
        bytes: 0,
        moved,
    };
    let result = on_its_way.run().await;
    let Mover { source, batches: Batches { rows, merged, .. }, bytes, .. } = on_its_way;
    if let Err(error) = result {
        // The source goes on sending, and its session may be another's.
        if let Some(key) = source.cancel_key().filter(|_| source.is_copying_out()) {
            let _ = timeout(CANCEL_LIMIT, job.endpoint.cancel(key)).await;
            source.abandon();
        }
        return Err(error);
    }
    let tags = source.complete().await.map_err(|error| job.failure(Side::Source, &copy_out, error))?;
    match tags.last().and_then(CommandTag::rows) {
        Some(source_rows) if source_rows == rows => {
            Ok(Transfer { rows: rows - merged.rejected, bytes, duration: begin.elapsed(), merged: Some(merged) })
        }
        source_rows => Err(job.unequal(source_rows.unwrap_or_default(), rows)),
    }
}

/// Makes the temporary table, where the target lets us.
async fn stage(job: &Job<'_>, target: &mut Wire) -> Result<Staging, Error> {
    let create = Statements { load: job.load, merge: job.merge, staging: Staging::Table }.create();
    match target.execute(&create).await {
        Ok(_) => Ok(Staging::Table),
        Err(error) if error.code() == Some(INSUFFICIENT_PRIVILEGE) => {
            tracing::debug!(table = %job.load.table, "no temporary table may be made: rows travel as parameters");
            Ok(Staging::Parameters)
        }
        Err(error) => Err(job.failure(Side::Target, &create, error)),
    }
}

/// One COPY of the source on its way into batches.
struct Mover<'a, M> {
    job: &'a Job<'a>,
    copy_out: &'a str,
    source: &'a mut Wire,
    scanner: RowScanner,
    batches: Batches<'a>,
    /// Bytes at the front of the source's buffer that belong to the open batch and are not written yet.
    pending_bytes: usize,
    bytes: u64,
    moved: M,
}

impl<M: Fn(u64)> Mover<'_, M> {
    /// Moves every row up to `CopyDone`, and closes the last batch.
    async fn run(&mut self) -> Result<(), Error> {
        loop {
            let room = self.batches.room();
            let scan = self.scanner.scan(&self.source.buffered()[self.pending_bytes..], room);
            self.pending_bytes += scan.forward_bytes;
            if scan.forward_bytes > 0 {
                self.batches.begin().await?;
                self.batches.add(scan.rows, scan.forward_bytes as u64);
            }
            if self.pending_bytes >= WRITE_BYTES_MIN || scan.then != Then::More {
                self.write_pending().await?;
            }
            match scan.then {
                Then::More => self.fill().await?,
                Then::Full => self.batches.close().await?,
                Then::Trailer(trailer_bytes) => self.source.consume(trailer_bytes),
                Then::Malformed(what) => return Err(self.broken(what)),
                Then::Message => match self.source.buffered_message() {
                    Ok(Buffered::Message(Message::CopyDone)) => return self.batches.close().await,
                    Ok(Buffered::Message(Message::ErrorResponse(body))) => {
                        let error = self.source.failed(&body).await;
                        return Err(self.unread(error));
                    }
                    Ok(Buffered::Message(_)) => {
                        return Err(self.broken("a message that does not belong into COPY TO STDOUT"));
                    }
                    Ok(Buffered::Incomplete) => self.fill().await?,
                    Ok(Buffered::Asynchronous) => {}
                    Err(error) => return Err(self.unread(error)),
                },
            }
        }
    }

    fn unread(&self, error: WireError) -> Error {
        self.job.failure(Side::Source, self.copy_out, error)
    }

    fn broken(&mut self, what: &str) -> Error {
        let error = self.source.protocol_error(what);
        self.unread(error)
    }

    async fn write_pending(&mut self) -> Result<(), Error> {
        let written = std::mem::take(&mut self.pending_bytes);
        if written > 0 {
            self.batches.write(&self.source.buffered()[..written], self.scanner.row_bytes_left()).await?;
            self.source.consume(written);
            (self.moved)(written as u64);
            self.bytes += written as u64;
        }
        Ok(())
    }

    /// Waits for more from the source. Where that takes too long between two rows, the open batch is closed meanwhile.
    async fn fill(&mut self) -> Result<(), Error> {
        let is_between_rows = self.scanner.row_bytes_left() == 0;
        if let Some(deadline) = self.batches.deadline().filter(|_| is_between_rows) {
            if let Ok(read) = timeout_at(deadline, self.source.fill()).await {
                return read.map_err(|error| self.unread(error));
            }
            self.write_pending().await?;
            self.batches.close().await?;
        }
        self.source.fill().await.map_err(|error| self.unread(error))
    }
}
