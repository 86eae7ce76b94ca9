//! A worker: two sessions and the chunks they copy, one after the other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::pump::{Pump, PumpError, Transfer};
use super::queue::{Assignment, Next, Queue};
use super::tally::{Merged, TableOutcome, Tally};
use super::{Error, Finished, Options, Progress, Reading, bundle, large_row, query, statements, upsert};
use crate::connect::query::COPY_SOURCE;
use crate::connect::snapshot::begin_in;
use crate::connect::{Endpoint, Hold, Wire, WireError};
use crate::error::Side;
use crate::plan::load::{Chunk, TableLoad};

/// Tables a source's transaction may have locked before another one takes its place: the server's lock table has room for so
/// many of each connection.
const LOCKED_MAX: usize = 64;

/// How long a source whose COPY was cancelled may take to say so, before its connection is closed instead.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// How long saying goodbye to a server may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// What the workers of a run have in common.
pub(super) struct Shared {
    source: Endpoint,
    target: Endpoint,
    snapshot_id: String,
    pub(super) hold: Option<Arc<Hold>>,
    pub(super) loads: Vec<TableLoad>,
    pub(super) options: Options,
    pub(super) progress: Progress,
    queue: Mutex<Queue>,
    /// A chunk was finished or put back.
    queue_changed: Notify,
    tallies: Mutex<Vec<Tally>>,
    /// Tables that another session waits to change.
    contended: Mutex<BTreeSet<u32>>,
    /// Workers that have not given up for lack of connections.
    workers: AtomicUsize,
    stopped: watch::Sender<bool>,
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
            snapshot_id: reading.snapshot_id.to_owned(),
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
    async fn next(&self) -> Option<Vec<Assignment>> {
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

    fn finished(&self, assignment: Assignment, transfer: Transfer) {
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

    /// A worker has no place on a server. What it was to copy goes to another one, if there is any.
    fn gave_up(&self, bundle: &[Assignment], worker: usize, error: Error) -> Result<(), Error> {
        if self.workers.fetch_sub(1, Ordering::AcqRel) == 1 {
            return Err(error);
        }
        tracing::warn!(worker, %error, "too many connections: going on with fewer workers");
        let mut queue = locked(&self.queue);
        bundle.iter().rev().for_each(|assignment| queue.put_back(*assignment));
        drop(queue);
        self.queue_changed.notify_waiters();
        Ok(())
    }
}

/// A worker that panicked has left counters behind, nothing that could be half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Copies chunks until there are none, or until the run is stopped, which is no failure of this worker.
pub(super) async fn run(shared: Arc<Shared>, number: usize) -> Result<(), Error> {
    let mut stopped = shared.stopped.subscribe();
    let mut worker =
        Worker { shared: &shared, number, source: None, target: None, is_in_snapshot: false, locked: BTreeSet::new() };
    let result = tokio::select! {
        result = worker.copy_chunks() => result,
        // The sender lives as long as the workers.
        _ = stopped.wait_for(|&stopped| stopped) => Ok(()),
    };
    worker.close().await;
    shared.progress.set_current(number, None);
    result
}

struct Worker<'a> {
    shared: &'a Shared,
    number: usize,
    source: Option<Wire>,
    target: Option<Wire>,
    is_in_snapshot: bool,
    /// The tables that the source's transaction has read and keeps its locks on.
    locked: BTreeSet<u32>,
}

impl Worker<'_> {
    async fn copy_chunks(&mut self) -> Result<(), Error> {
        while let Some(bundle) = self.shared.next().await {
            match self.open().await {
                Ok(()) => {}
                Err(error) if error.is_too_many_connections() => {
                    return self.shared.gave_up(&bundle, self.number, error);
                }
                Err(error) => return Err(error),
            }
            self.copy(&bundle).await?;
            self.shared.progress.set_current(self.number, None);
        }
        Ok(())
    }

    /// Chooses the way of what was assigned, and says what has arrived.
    async fn copy(&mut self, bundle: &[Assignment]) -> Result<(), Error> {
        if bundle.len() > 1 {
            match self.copy_bundle(bundle).await {
                Ok(()) => return Ok(()),
                Err(error) if error.may_pass_alone() => {
                    tracing::info!(
                        tables = bundle.len(),
                        ?error,
                        "small tables could not be copied together: one by one"
                    );
                    self.close().await;
                    self.open().await?;
                }
                Err(error) => return Err(error),
            }
        }
        for &assignment in bundle {
            self.begun(assignment.load);
            let transfer = match self.copy_chunk(assignment).await {
                Err(error) if error.is_row_too_large() => return Err(self.large_row(assignment, error).await),
                transfer => transfer?,
            };
            self.shared.finished(assignment, transfer);
        }
        Ok(())
    }

    /// Names the row that the source cannot send, where it is found.
    async fn large_row(&mut self, assignment: Assignment, error: Error) -> Error {
        let load = &self.shared.loads[assignment.load];
        let chunk = load.chunks[assignment.chunk];
        self.close().await;
        let ctid = large_row::find(&self.shared.source, &self.shared.snapshot_id, load, chunk).await;
        match (ctid, error) {
            (Some(ctid), Error::Statement { source, .. }) => {
                Error::RowTooLarge { table: load.table.clone(), ctid, format: load.format, source }
            }
            (_, error) => error,
        }
    }

    fn begun(&self, load: usize) {
        self.shared.progress.set_current(self.number, Some(load));
        locked(&self.shared.tallies)[load].begin();
    }

    /// Opens the sessions that are not open yet.
    async fn open(&mut self) -> Result<(), Error> {
        let Shared { source, target, options, .. } = self.shared;
        if self.source.is_none() {
            self.source = Some(session(source, &[COPY_SOURCE]).await?);
        }
        if self.target.is_none() {
            let statements: &[&str] = if options.disable_triggers {
                &[query::TARGET_SESSION, query::DISABLE_TRIGGERS]
            } else {
                &[query::TARGET_SESSION]
            };
            self.target = Some(session(target, statements).await?);
        }
        Ok(())
    }

    /// Copies small tables in one transaction on the target.
    async fn copy_bundle(&mut self, bundle: &[Assignment]) -> Result<(), Error> {
        let shared = self.shared;
        let relations: Vec<u32> = bundle.iter().map(|assignment| shared.loads[assignment.load].relation).collect();
        let is_held = shared.hold.as_ref().is_some_and(|hold| relations.iter().all(|&relation| hold.holds(relation)));
        let before = self.enter_snapshot(&relations, is_held);
        let tables: Vec<usize> = bundle.iter().map(|assignment| assignment.load).collect();
        let begun = |load| {
            shared.progress.set_current(self.number, Some(load));
            locked(&shared.tallies)[load].begin();
        };
        let (Some(source), Some(target)) = (&mut self.source, &mut self.target) else {
            return Err(no_session(shared, bundle[0]));
        };
        let transfers = bundle::copy(shared, &tables, &before, (source, target), begun).await?;
        self.entered_snapshot(&relations);
        for (&assignment, transfer) in bundle.iter().zip(transfers) {
            shared.finished(assignment, transfer);
        }
        Ok(())
    }

    /// What brings the source's session into the snapshot, before it reads these tables. Its transaction keeps a lock on every
    /// table it has read, so there is another one once it has read many.
    fn enter_snapshot(&mut self, relations: &[u32], is_held: bool) -> String {
        let limit = if is_held { statements::LOCK_LIMIT_HELD } else { statements::LOCK_LIMIT };
        let begin = begin_in(&self.shared.snapshot_id);
        if !self.is_in_snapshot {
            return format!("{begin}; {limit}; ");
        }
        let new = relations.iter().filter(|relation| !self.locked.contains(relation)).count();
        if self.locked.len() + new <= LOCKED_MAX {
            return format!("{limit}; ");
        }
        self.locked.clear();
        format!("COMMIT; {begin}; {limit}; ")
    }

    /// The source's session has read these tables.
    fn entered_snapshot(&mut self, relations: &[u32]) {
        self.is_in_snapshot = true;
        self.locked.extend(relations);
    }

    /// Copies one chunk in a transaction of its own on the target.
    ///
    /// Where another session waits to change the table, this one would wait behind it; then the session that has the lock reads
    /// the chunk.
    async fn copy_chunk(&mut self, assignment: Assignment) -> Result<Transfer, Error> {
        let shared = self.shared;
        let load = &shared.loads[assignment.load];
        let lender = shared.hold.as_ref().filter(|hold| hold.holds(load.relation));
        if let Some(hold) = lender
            && !self.locked.contains(&load.relation)
            && locked(&shared.contended).contains(&load.relation)
        {
            return self.copy_by_holder(hold, assignment).await;
        }
        let result = self.copy_by_own_session(assignment, lender.is_some()).await;
        let Some(hold) = lender.filter(|_| result.as_ref().is_err_and(Error::is_lock_not_available)) else {
            return result;
        };
        tracing::info!(table = %load.table, "another session waits to change the table: it waits until the table is copied");
        locked(&shared.contended).insert(load.relation);
        // Both sessions are in the middle of something.
        self.close().await;
        self.open().await?;
        self.copy_by_holder(hold, assignment).await
    }

    async fn copy_by_own_session(&mut self, assignment: Assignment, is_held: bool) -> Result<Transfer, Error> {
        let relation = self.shared.loads[assignment.load].relation;
        let before = self.enter_snapshot(&[relation], is_held);
        let (Some(source), Some(target)) = (&mut self.source, &mut self.target) else {
            return Err(no_session(self.shared, assignment));
        };
        let transfer = copy(self.shared, assignment, &before, source, target).await?;
        self.entered_snapshot(&[relation]);
        Ok(transfer)
    }

    async fn copy_by_holder(&mut self, hold: &Hold, assignment: Assignment) -> Result<Transfer, Error> {
        let Some(target) = &mut self.target else { return Err(no_session(self.shared, assignment)) };
        let mut holder = hold.holder().await;
        copy(self.shared, assignment, "", &mut holder, target).await
    }

    /// Closes both sessions, which rolls back what is not committed. What still runs on a server is cancelled first: it would
    /// notice a closed connection only when it has something to send.
    async fn close(&mut self) {
        let Shared { source, target, .. } = self.shared;
        tokio::join!(close(source, self.source.take()), close(target, self.target.take()));
        self.is_in_snapshot = false;
        self.locked.clear();
    }
}

fn no_session(shared: &Shared, assignment: Assignment) -> Error {
    let load = &shared.loads[assignment.load];
    statement_failure(load, load.chunks[assignment.chunk], Side::Source, "", WireError::Unusable)
}

/// A statement about a chunk failed.
pub(super) fn statement_failure(
    load: &TableLoad,
    chunk: Chunk,
    side: Side,
    statement: &str,
    source: WireError,
) -> Error {
    Error::Statement {
        side,
        table: load.table.clone(),
        chunk: Box::new(chunk),
        statement: statement.to_owned(),
        source,
    }
}

/// Copies one chunk from one session to another, in a transaction of its own on the target. `before` runs before the source's
/// COPY, in the same round trip.
async fn copy(
    shared: &Shared,
    assignment: Assignment,
    before: &str,
    source: &mut Wire,
    target: &mut Wire,
) -> Result<Transfer, Error> {
    let load = &shared.loads[assignment.load];
    let chunk = load.chunks[assignment.chunk];
    let failure = |side, statement: &str, source| statement_failure(load, chunk, side, statement, source);
    if let Some(merge) = &load.merge {
        let hold = shared.hold.as_deref();
        let job = upsert::Job { endpoint: &shared.source, load, merge, chunk, options: &shared.options, hold, before };
        return upsert::copy(&job, source, target, |bytes| shared.progress.moved(assignment.load, bytes)).await;
    }
    let copy_out = statements::copy_out(load, chunk);
    let copy_in = statements::copy_in(load, chunk);
    let before_and_copy_out = format!("{before}{copy_out}");
    tokio::try_join!(
        async { source.copy_out(&before_and_copy_out).await.map_err(|error| failure(Side::Source, &copy_out, error)) },
        async { target.copy_in(&copy_in).await.map_err(|error| failure(Side::Target, &copy_in, error)) },
    )?;
    match pump(shared, assignment.load, source, target).await {
        Ok(transfer) => {
            if let Some(hold) = &shared.hold {
                hold.confirm(&[load.relation]).await.map_err(Error::Changed)?;
            }
            let committed = target.execute(statements::COMMIT).await;
            committed.map_err(|error| failure(Side::Target, statements::COMMIT, error))?;
            Ok(transfer)
        }
        Err(PumpError::Source(error)) => Err(failure(Side::Source, &copy_out, error)),
        Err(PumpError::Target(error)) => Err(failure(Side::Target, &copy_in, error)),
        Err(PumpError::Unequal { source_rows, target_rows }) => {
            Err(Error::Unequal { table: load.table.clone(), chunk, source_rows, target_rows })
        }
        Err(PumpError::Stalled { limit }) => Err(Error::Stalled { table: load.table.clone(), chunk, limit }),
    }
}

/// Moves one chunk's rows. When the target fails, the source's COPY is cancelled and its session made usable again.
async fn pump(shared: &Shared, load: usize, source: &mut Wire, target: &mut Wire) -> Result<Transfer, PumpError> {
    let source_key = source.cancel_key().cloned();
    let mut pump = Pump::new(source, target);
    let result = pump.run(shared.options.idle_limit, |bytes| shared.progress.moved(load, bytes)).await;
    if let Err(PumpError::Target(_)) = &result {
        let _ = timeout(CANCEL_LIMIT, async {
            if let Some(key) = source_key {
                shared.source.cancel(&key).await;
            }
            pump.discard_rest().await;
        })
        .await;
    }
    result
}

async fn session(endpoint: &Endpoint, statements: &[&str]) -> Result<Wire, Error> {
    let side = endpoint.side();
    let mut wire = endpoint.wire().await.map_err(|source| Error::Connect { side, source })?;
    for statement in statements {
        wire.execute(statement).await.map_err(|source| Error::Prepare { side, source })?;
    }
    Ok(wire)
}

async fn close(endpoint: &Endpoint, wire: Option<Wire>) {
    let Some(wire) = wire else { return };
    let farewell = async {
        if wire.is_usable() {
            wire.close().await;
        } else if let Some(key) = wire.cancel_key() {
            endpoint.cancel(key).await;
        }
    };
    // A server that does not answer any more finds the connection closed.
    let _ = timeout(CLOSE_LIMIT, farewell).await;
}
