//! Moves the rows of one COPY pair, undecoded, from the source's session to the target's.

use std::time::{Duration, Instant};

use postgres_protocol::message::backend::Message;
use tokio::time::timeout;

use super::frame::{FrameScanner, Then};
use super::tally::Merged;
use crate::connect::wire::Buffered;
use crate::connect::{CommandTag, Wire, WireError};

/// As much is gathered before it is written, because servers send 8 KiB at a time. Measured over Unix sockets, against writing
/// each read as it comes: a sixth less CPU and a fifth less time; over TCP, whose reads are larger, neither better nor worse.
/// Nothing waits for it: the end of the rows is written at once.
pub(super) const WRITE_BYTES_MIN: usize = 64 << 10;

/// How long the target may take to agree that its COPY failed: before it hears of it, it works off the rows it has received.
const FAIL_LIMIT: Duration = Duration::from_secs(2);

pub(super) const STRANGE_MESSAGE: &str = "a message that does not belong into COPY TO STDOUT";
pub(super) const IMPOSSIBLE_LENGTH: &str = "a message of an impossible length";

/// What one COPY pair moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Rows, by both command tags.
    pub rows: u64,
    /// Bytes of `CopyData`, message headers included.
    pub bytes: u64,
    /// From the first read to the target's command tag.
    pub duration: Duration,
    /// What became of the rows, where they were merged into those that were there.
    pub merged: Option<Merged>,
}

/// Why a COPY pair failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PumpError {
    /// The source failed. The target was told and has dropped the rows.
    #[error("reading failed")]
    Source(#[source] WireError),
    /// The target failed. The source still sends; see [`Pump::discard_rest`].
    #[error("writing failed")]
    Target(#[source] WireError),
    /// Both COPYs succeeded, and their command tags differ. The target's transaction must be rolled back.
    #[error("the source sent {source_rows} rows, the target took {target_rows}")]
    Unequal {
        /// Rows by the source's command tag.
        source_rows: u64,
        /// Rows by the target's command tag.
        target_rows: u64,
    },
}

/// One COPY pair under way: both sessions have begun their COPY.
pub struct Pump<'a> {
    source: &'a mut Wire,
    target: &'a mut Wire,
    scanner: FrameScanner,
    /// Bytes at the front of the source's buffer that are `CopyData` and not written yet.
    pending_bytes: usize,
    bytes: u64,
}

/// What stopped the rows.
pub(super) enum Stop {
    Source(WireError),
    Target(WireError),
}

impl<'a> Pump<'a> {
    /// Joins a session after [`Wire::copy_out`] and one after [`Wire::copy_in`].
    pub fn new(source: &'a mut Wire, target: &'a mut Wire) -> Self {
        Self { source, target, scanner: FrameScanner::new(), pending_bytes: 0, bytes: 0 }
    }

    /// Moves every row, ends both COPYs and compares their command tags. The target's transaction is left to the caller.
    ///
    /// `moved` is told the number of bytes of each write.
    ///
    /// Not cancel safe: sessions left in the middle of a COPY refuse to be used again.
    ///
    /// # Errors
    ///
    /// A failure of the source fails the target's COPY, or loses the target's session where a row was written in
    /// part. A failure of the target is noticed between two writes at the latest and leaves the source sending. Whether a
    /// session can be used afterwards is for [`Wire::is_usable`] to say.
    pub async fn run(&mut self, moved: impl Fn(u64)) -> Result<Transfer, PumpError> {
        let begin = Instant::now();
        match self.move_rows(moved).await {
            Ok(()) => {}
            Err(Stop::Source(error)) => {
                self.fail_target("the source failed").await;
                return Err(PumpError::Source(error));
            }
            Err(Stop::Target(error)) => return Err(PumpError::Target(error)),
        }
        let source_tags = match self.source.complete().await {
            Ok(tags) => tags,
            Err(error) => {
                self.fail_target("the source failed").await;
                return Err(PumpError::Source(error));
            }
        };
        let target_tags = self.target.end_copy().await.map_err(PumpError::Target)?;
        match (rows(&source_tags), rows(&target_tags)) {
            (Some(rows), Some(target_rows)) if rows == target_rows => {
                Ok(Transfer { rows, bytes: self.bytes, duration: begin.elapsed(), merged: None })
            }
            (Some(source_rows), Some(target_rows)) => Err(PumpError::Unequal { source_rows, target_rows }),
            (None, _) => Err(PumpError::Source(no_count())),
            (_, None) => Err(PumpError::Target(no_count())),
        }
    }

    /// After [`PumpError::Target`]: reads and drops what the source still sends, which is little once its COPY was cancelled,
    /// so that its session can be used again. Its transaction will have failed.
    ///
    /// Dropping the call leaves the source's session unusable.
    pub async fn discard_rest(&mut self) {
        let pending_bytes = std::mem::take(&mut self.pending_bytes);
        // There is a failure to tell of already.
        let _ = discard(self.source, &mut self.scanner, pending_bytes).await;
    }

    /// Up to `CopyDone`, everything before it written.
    async fn move_rows(&mut self, moved: impl Fn(u64)) -> Result<(), Stop> {
        loop {
            let scan = self.scanner.scan(&self.source.buffered()[self.pending_bytes..]);
            self.pending_bytes += scan.forward_bytes;
            if self.pending_bytes >= WRITE_BYTES_MIN || scan.then != Then::More {
                self.write_pending(&moved).await?;
            }
            match scan.then {
                Then::More => self.source.fill().await.map_err(Stop::Source)?,
                Then::Malformed => return Err(Stop::Source(self.source.protocol_error(IMPOSSIBLE_LENGTH))),
                Then::Message => match self.source.buffered_message().map_err(Stop::Source)? {
                    Buffered::Message(Message::CopyDone) => return Ok(()),
                    Buffered::Message(Message::ErrorResponse(body)) => {
                        return Err(Stop::Source(self.source.failed(&body).await));
                    }
                    Buffered::Message(_) => return Err(Stop::Source(self.source.protocol_error(STRANGE_MESSAGE))),
                    Buffered::Incomplete => self.source.fill().await.map_err(Stop::Source)?,
                    Buffered::Asynchronous => {}
                },
            }
        }
    }

    async fn write_pending(&mut self, moved: &impl Fn(u64)) -> Result<(), Stop> {
        let rows = &self.source.buffered()[..self.pending_bytes];
        let result = self.target.write_copy_data(rows).await;
        let written = self.pending_bytes as u64;
        self.source.consume(std::mem::take(&mut self.pending_bytes));
        if let Err(error) = result {
            self.target.end_rejected_copy(self.scanner.body_bytes_left()).await;
            return Err(Stop::Target(error));
        }
        self.bytes += written;
        moved(written);
        Ok(())
    }

    /// Fails the target's COPY. After half a row that is only possible by closing the connection.
    async fn fail_target(&mut self, reason: &str) {
        if self.scanner.body_bytes_left() > 0 {
            return self.target.abandon();
        }
        let rows = &self.source.buffered()[..self.pending_bytes];
        let fail = async {
            if self.target.write_copy_data(rows).await.is_ok() {
                self.target.fail_copy(reason).await;
            }
        };
        if timeout(FAIL_LIMIT, fail).await.is_err() {
            self.target.abandon();
        }
    }
}

/// Reads and drops what a source in the middle of a COPY still sends, beginning with bytes at the front of its buffer that were
/// scanned already, up to `ReadyForQuery`.
pub(super) async fn discard(
    source: &mut Wire,
    scanner: &mut FrameScanner,
    scanned_bytes: usize,
) -> Result<(), WireError> {
    source.consume(scanned_bytes);
    while source.is_copying_out() {
        let scan = scanner.scan(source.buffered());
        source.consume(scan.forward_bytes);
        match scan.then {
            Then::More => source.fill().await?,
            Then::Malformed => return Err(source.protocol_error(IMPOSSIBLE_LENGTH)),
            Then::Message => match source.buffered_message()? {
                Buffered::Message(Message::CopyDone) => return source.complete().await.map(drop),
                Buffered::Message(Message::ErrorResponse(body)) => return Err(source.failed(&body).await),
                Buffered::Message(_) => return Err(source.protocol_error(STRANGE_MESSAGE)),
                Buffered::Incomplete => source.fill().await?,
                Buffered::Asynchronous => {}
            },
        }
    }
    Ok(())
}

/// The count of the last statement, which is the COPY.
fn rows(tags: &[CommandTag]) -> Option<u64> {
    tags.last()?.rows()
}

pub(super) fn no_count() -> WireError {
    WireError::Protocol("COPY ended without a row count".to_owned())
}
