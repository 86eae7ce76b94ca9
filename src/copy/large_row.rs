//! Finds the row that a server cannot send, because its text or binary form is larger than what the server holds in one piece.

use std::time::Duration;

use tokio::time::timeout;

use super::frame::FrameScanner;
use super::pump;
use super::statements;
use crate::connect::query::COPY_SOURCE;
use crate::connect::snapshot::begin_in;
use crate::connect::{Endpoint, Snapshot, Wire, WireError};
use crate::plan::load::{Chunk, TableLoad};

/// How many rows are tried, from the one that takes up the most on. What they take up compressed says little about how large they
/// are, but of the largest rows of a table few are not among the largest on disk.
const CANDIDATES_MAX: usize = 5;

/// How long the search may take: it reads the chunk's table without what is stored apart, and the candidates.
const SEARCH_LIMIT: Duration = Duration::from_secs(120);

/// Whether a server failed because a row is larger than it can hold in one piece.
pub(super) fn is_too_large(error: &WireError) -> bool {
    let WireError::Server(error) = error else { return false };
    match error.code.as_str() {
        // "out of memory" or "string buffer exceeds maximum allowed length".
        "54000" => true,
        "XX000" => error.message.starts_with("invalid memory alloc request size"),
        _ => false,
    }
}

/// The ctid of a row of the chunk that cannot be sent, such as `(0,1)`; `None` where the search finds none or fails, because
/// there is a failure to tell of already.
pub(super) async fn find(source: &Endpoint, snapshot: &Snapshot, load: &TableLoad, chunk: Chunk) -> Option<String> {
    timeout(SEARCH_LIMIT, search(source, snapshot, load, chunk)).await.ok()?
}

async fn search(source: &Endpoint, snapshot: &Snapshot, load: &TableLoad, chunk: Chunk) -> Option<String> {
    let mut wire = source.wire().await.ok()?;
    wire.prepare(COPY_SOURCE).await.ok()?;
    let begin = begin_in(&snapshot.living_id().await.ok()?);
    let limit = statements::LOCK_LIMIT_HELD;
    wire.execute(&format!("{begin}; {limit}")).await.ok()?;
    let largest = wire.first_row(&statements::largest_rows(load, chunk, CANDIDATES_MAX)).await.ok()?;
    let mut found = None;
    for ctid in largest.first()?.as_deref()?.split(' ') {
        match send(&mut wire, &statements::copy_row_out(load, ctid)).await {
            Ok(()) => {}
            Err(error) if is_too_large(&error) => {
                found = Some(ctid.to_owned());
                break;
            }
            Err(_) => break,
        }
    }
    wire.close().await;
    found
}

/// Lets the server send a row, and drops it.
async fn send(wire: &mut Wire, copy_out: &str) -> Result<(), WireError> {
    wire.copy_out(copy_out).await?;
    pump::discard(wire, &mut FrameScanner::new(), 0).await
}
