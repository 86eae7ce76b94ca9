//! Copies several tables in one transaction on the target and a handful of round trips: small ones, and those of a loop of
//! foreign keys.
//!
//! One query on the source sends the rows of all of them, one query on the target takes them: the server works off what is in
//! the socket, so the rows of a table need not wait until it is ready for them. The transaction commits only when the command
//! tags of both sides agree on every table.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use super::commit::{self, Doubt};
use super::error::statement_failure;
use super::frame::{FrameScanner, Then};
use super::progress::Moving;
use super::pump::{IMPOSSIBLE_LENGTH, STRANGE_MESSAGE, Stop, Transfer, WRITE_BYTES_MIN, no_count};
use super::queue::Assignment;
use super::shared::Shared;
use super::{Error, statements};
use crate::connect::wire::Buffered;
use crate::connect::{CommandTag, Wire, WireError};
use crate::error::Side;
use crate::plan::load::{Chunk, TableLoad};

/// Copies whole tables and commits them; until that is answered they are in `doubt`. `before` runs before the source's first
/// COPY. `begun` is told of every table when its rows begin, `moving` of its bytes.
///
/// Not cancel safe. After an error neither session can be used again, nothing of the bundle stays on the target once its session
/// has ended, unless it is in `doubt`.
///
/// # Errors
///
/// The failure names the table it is about; where the COMMIT failed, the first one.
pub(super) async fn copy(
    shared: &Shared,
    assignments: &[Assignment],
    before: &str,
    (source, target): (&mut Wire, &mut Wire),
    (moving, begun): (&Moving, impl Fn(usize)),
    doubt: &mut Doubt,
) -> Result<Vec<Transfer>, Error> {
    let tables: Vec<usize> = assignments.iter().map(|assignment| assignment.load).collect();
    let loads: Vec<&TableLoad> = tables.iter().map(|&table| &shared.loads[table]).collect();
    let bundle = Bundle { tables: &tables, loads };
    let (copy_out, copy_in) = (bundle.copy_out(), bundle.copy_in());
    let before_and_copy_out = format!("{before}{copy_out}");
    begun(tables[0]);
    tokio::try_join!(
        async { source.copy_out(&before_and_copy_out).await.map_err(|error| bundle.failure(Side::Source, 0, error)) },
        async {
            target.copies_in(&copy_in, tables.len()).await.map_err(|error| bundle.failure(Side::Target, 0, error))
        },
    )?;
    let mut relay = Relay::new(source, target);
    let result = relay.run(&bundle, moving, &begun).await;
    let moved = relay.moved;
    if let Err(stop) = result {
        source.abandon();
        target.abandon();
        return Err(bundle.stopped(stop, source.copied().len(), target.copied().len()));
    }
    let transfers = match bundle.compare(source.copied(), target.copied(), &moved) {
        Ok(transfers) => transfers,
        Err(error) => {
            target.abandon();
            return Err(error);
        }
    };
    let pieces = assignments.iter().copied().zip(transfers.iter().copied()).collect();
    let committed = commit::commit(shared, pieces, target, doubt).await;
    if committed.is_err() {
        target.abandon();
    }
    committed.map(|()| transfers)
}

/// What is copied together.
struct Bundle<'a> {
    tables: &'a [usize],
    loads: Vec<&'a TableLoad>,
}

/// What has passed of one table.
#[derive(Debug, Clone, Copy, Default)]
struct Moved {
    bytes: u64,
    duration: Duration,
}

impl Bundle<'_> {
    fn copy_out(&self) -> String {
        let texts: Vec<String> = self.loads.iter().map(|load| statements::copy_out(load, Chunk::Whole)).collect();
        texts.join("; ")
    }

    fn copy_in(&self) -> String {
        let texts: Vec<String> = self.loads.iter().map(|load| statements::copy_rows_in(load)).collect();
        let is_loop = self.loads.iter().any(|load| load.turn.is_some());
        let begin = if is_loop { statements::BEGIN_DEFERRED } else { "BEGIN" };
        format!("{begin}; {}", texts.join("; "))
    }

    /// One statement of the bundle failed, that of the table in this place.
    fn failure(&self, side: Side, place: usize, error: WireError) -> Error {
        let load = self.loads[place.min(self.loads.len() - 1)];
        let statement = match side {
            Side::Source => statements::copy_out(load, Chunk::Whole),
            Side::Target | Side::Store => statements::copy_rows_in(load),
        };
        statement_failure(load, Chunk::Whole, side, &statement, error)
    }

    /// The rows came to a stop after so many tables were complete on each side.
    fn stopped(&self, stop: Stop, source_complete: usize, target_complete: usize) -> Error {
        match stop {
            Stop::Source(error) => self.failure(Side::Source, source_complete, error),
            Stop::Target(error) => self.failure(Side::Target, target_complete, error),
        }
    }

    /// Compares the command tags of every table.
    fn compare(&self, read: &[CommandTag], written: &[CommandTag], moved: &[Moved]) -> Result<Vec<Transfer>, Error> {
        let mut transfers = Vec::with_capacity(self.loads.len());
        for (place, load) in self.loads.iter().enumerate() {
            let rows = |side, tags: &[CommandTag]| {
                let rows = tags.get(place).and_then(CommandTag::rows);
                rows.ok_or_else(|| self.failure(side, place, no_count()))
            };
            let (source_rows, target_rows) = (rows(Side::Source, read)?, rows(Side::Target, written)?);
            if source_rows != target_rows {
                return Err(Error::Unequal {
                    table: load.table.clone(),
                    chunk: Chunk::Whole,
                    source_rows,
                    target_rows,
                });
            }
            let Moved { bytes, duration } = moved.get(place).copied().unwrap_or_default();
            transfers.push(Transfer { rows: source_rows, bytes, duration, merged: None });
        }
        Ok(transfers)
    }
}

/// The rows of a bundle under way. They are gathered, because those of a tiny table are not worth a write.
struct Relay<'a> {
    source: &'a mut Wire,
    target: &'a mut Wire,
    scanner: FrameScanner,
    gathered: BytesMut,
    /// One for each table that has begun.
    moved: Vec<Moved>,
}

impl<'a> Relay<'a> {
    fn new(source: &'a mut Wire, target: &'a mut Wire) -> Self {
        Self { source, target, scanner: FrameScanner::new(), gathered: BytesMut::new(), moved: Vec::new() }
    }

    /// Moves the rows of every table, and reads the answers of both sides.
    async fn run(&mut self, bundle: &Bundle<'_>, moving: &Moving, begun: impl Fn(usize)) -> Result<(), Stop> {
        for (place, &table) in bundle.tables.iter().enumerate() {
            if place > 0 {
                begun(table);
            }
            let since = Instant::now();
            self.moved.push(Moved::default());
            self.move_rows(|bytes| moving.moved(table, bytes)).await?;
            frontend::copy_done(&mut self.gathered);
            let is_next = self.source.next_copy_out().await.map_err(Stop::Source)?;
            if is_next != (place + 1 < bundle.tables.len()) {
                return Err(Stop::Source(self.source.protocol_error("another number of COPYs than was asked for")));
            }
            if let Some(moved) = self.moved.last_mut() {
                moved.duration = since.elapsed();
            }
        }
        self.write().await?;
        self.target.end_copies().await.map_err(Stop::Target)
    }

    /// Up to the `CopyDone` of one table.
    async fn move_rows(&mut self, moved: impl Fn(u64)) -> Result<(), Stop> {
        loop {
            let scan = self.scanner.scan(self.source.buffered());
            self.gathered.extend_from_slice(&self.source.buffered()[..scan.forward_bytes]);
            self.source.consume(scan.forward_bytes);
            let bytes = scan.forward_bytes as u64;
            moved(bytes);
            if let Some(moved) = self.moved.last_mut() {
                moved.bytes += bytes;
            }
            if self.gathered.len() >= WRITE_BYTES_MIN {
                self.write().await?;
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

    async fn write(&mut self) -> Result<(), Stop> {
        let written = self.target.write_copy_data(&self.gathered).await.map_err(Stop::Target);
        self.gathered.clear();
        written
    }
}
