//! A worker: two sessions and the chunks they copy, one after the other, each as often as it takes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::commit::{self, Doubt};
use super::error::statement_failure;
use super::pieces::Pieces;
use super::pump::Transfer;
use super::queue::Assignment;
use super::shared::{Shared, locked};
use super::{Error, large_row, query, statements, upsert};
use crate::connect::query::COPY_SOURCE;
use crate::connect::snapshot::begin_in;
use crate::connect::{Attempts, Backend, Endpoint, Hold, Wire, WireError};
use crate::error::{Explain as _, Side};

/// Tables a source's transaction may have locked before another one takes its place: the server's lock table has room for so
/// many of each connection.
const LOCKED_MAX: usize = 64;

/// How long saying goodbye to a server may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// How often a snapshot is looked for under another name.
const SNAPSHOT_RETRIES: u32 = 2;

/// Copies chunks until there are none, or until the run is stopped, which is no failure of this worker.
pub(super) async fn run(shared: Arc<Shared>, number: usize) -> Result<(), Error> {
    let mut stopped = shared.stopped.subscribe();
    let mut worker = Worker {
        shared: &shared,
        number,
        source: None,
        target: None,
        is_in_snapshot: false,
        locked: BTreeSet::new(),
        doubt: Doubt::new(),
        merged: upsert::Committed::default(),
        lost_source: None,
        lost_target: None,
    };
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
    /// Pieces whose COMMIT was not answered.
    doubt: Doubt,
    /// Batches of the chunk that are merged already.
    merged: upsert::Committed,
    /// Sessions that were lost in the middle of something, and may hold locks still.
    lost_source: Option<Backend>,
    lost_target: Option<Backend>,
}

impl Worker<'_> {
    async fn copy_chunks(&mut self) -> Result<(), Error> {
        while let Some(bundle) = self.shared.next().await {
            if !self.copy_at_last(bundle).await? {
                return Ok(());
            }
            self.shared.progress.set_current(self.number, None);
        }
        Ok(())
    }

    /// Copies what was assigned, again and again where that may help. Whether the worker goes on: where a server has no place for
    /// it, it leaves that to the others.
    async fn copy_at_last(&mut self, mut bundle: Vec<Assignment>) -> Result<bool, Error> {
        self.merged = upsert::Committed::default();
        let mut attempts = Attempts::new(self.shared.options.retry);
        loop {
            let Err(error) = self.attempt(&mut bundle).await else { return Ok(true) };
            // What is in doubt is nobody else's business.
            if error.is_too_many_connections()
                && self.doubt.is_empty()
                && self.shared.gave_up(&bundle, self.number, &error)
            {
                return Ok(false);
            }
            if error.is_too_many_connections() {
                self.shared.snapshot.give_up_spare();
            }
            // The session that exported it may be gone, and another one may export it by now.
            let is_snapshot_gone =
                error.is_snapshot_unknown() && !self.is_in_snapshot && attempts.count() < SNAPSHOT_RETRIES;
            if !error.is_passing() && !is_snapshot_gone {
                return Err(error.after(attempts.count() + 1));
            }
            let Some(delay) = attempts.failed() else { return Err(error.after(attempts.count())) };
            if attempts.count() == 1 {
                self.shared.progress.retry(bundle.len());
            }
            let detail = error.detail().unwrap_or_default();
            tracing::warn!(%error, detail, try_again_in_ms = delay.as_millis(), "trying again");
            self.close().await;
            sleep(delay).await;
        }
    }

    /// Copies what is left of what was assigned, and takes out what has arrived.
    async fn attempt(&mut self, bundle: &mut Vec<Assignment>) -> Result<(), Error> {
        self.open().await?;
        if let Some(target) = self.target.as_mut().filter(|_| !self.doubt.is_empty()) {
            for (assignment, transfer) in commit::settle(self.shared, &mut self.doubt, target).await? {
                self.shared.progress.moved(assignment.load, transfer.bytes);
                self.shared.finished(assignment, transfer);
                bundle.retain(|&of| of != assignment);
            }
        }
        if bundle.len() > 1 && !self.is_loop(bundle) {
            match self.copy_pieces(bundle).await {
                Ok(transfers) => {
                    self.finish(bundle, transfers);
                    return Ok(());
                }
                Err(error) if error.may_pass_alone() && self.doubt.is_empty() => {
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
        while !bundle.is_empty() {
            let count = if self.is_loop(bundle) { bundle.len() } else { 1 };
            let pieces = &bundle[..count];
            let transfers = match self.copy_pieces(pieces).await {
                Err(error) if error.is_row_too_large() => return Err(self.large_row(pieces, error).await),
                transfers => transfers?,
            };
            self.finish(bundle, transfers);
        }
        Ok(())
    }

    /// Whether tables refer to each other in a loop, so that they are one transaction or none.
    fn is_loop(&self, bundle: &[Assignment]) -> bool {
        bundle.iter().any(|of| self.shared.loads[of.load].turn.is_some())
    }

    /// The first pieces of a bundle have arrived.
    fn finish(&self, bundle: &mut Vec<Assignment>, transfers: Vec<Transfer>) {
        for (assignment, transfer) in bundle.drain(..transfers.len()).zip(transfers) {
            self.shared.finished(assignment, transfer);
        }
    }

    /// Names the row that the source cannot send, where it is found.
    async fn large_row(&mut self, pieces: &[Assignment], error: Error) -> Error {
        let is_meant = |of: &&Assignment| error.table() == Some(&self.shared.loads[of.load].table);
        let Some(assignment) = pieces.iter().find(is_meant) else { return error };
        let load = &self.shared.loads[assignment.load];
        let chunk = load.chunks[assignment.chunk];
        self.close().await;
        let ctid = large_row::find(&self.shared.source, &self.shared.snapshot, load, chunk).await;
        match (ctid, error) {
            (Some(ctid), Error::Statement { source, .. }) => {
                Error::RowTooLarge { table: load.table.clone(), ctid, format: load.format, source }
            }
            (_, error) => error,
        }
    }

    /// Opens the sessions that are not open yet, and ends those that were lost before.
    async fn open(&mut self) -> Result<(), Error> {
        let Shared { source, target, options, .. } = self.shared;
        if self.source.is_none() {
            self.source = Some(session(source, &[COPY_SOURCE], &mut self.lost_source).await?);
        }
        if self.target.is_none() {
            let triggers = options.disable_triggers.then_some(query::DISABLE_TRIGGERS);
            let to_disk = options.ledger.is_none().then_some(statements::COMMIT_TO_DISK);
            let statements: Vec<&str> =
                [Some(query::TARGET_SESSION), triggers, to_disk].into_iter().flatten().collect();
            self.target = Some(session(target, &statements, &mut self.lost_target).await?);
        }
        Ok(())
    }

    /// What brings the source's session into the snapshot, before it reads these tables. Its transaction keeps a lock on every
    /// table it has read, so there is another one once it has read many.
    async fn enter_snapshot(&mut self, relations: &[u32], is_held: bool) -> Result<String, Error> {
        let limit = if is_held { statements::LOCK_LIMIT_HELD } else { statements::LOCK_LIMIT };
        let new = relations.iter().filter(|relation| !self.locked.contains(relation)).count();
        if self.is_in_snapshot && self.locked.len() + new <= LOCKED_MAX {
            return Ok(format!("{limit}; "));
        }
        let begin = begin_in(&self.shared.snapshot.living_id().await.map_err(Error::Changed)?);
        if !self.is_in_snapshot {
            return Ok(format!("{begin}; {limit}; "));
        }
        self.locked.clear();
        // Where the snapshot is not there any more under this name, the session is not inside it.
        self.is_in_snapshot = false;
        Ok(format!("COMMIT; {begin}; {limit}; "))
    }

    /// The source's session has read these tables.
    fn entered_snapshot(&mut self, relations: &[u32]) {
        self.is_in_snapshot = true;
        self.locked.extend(relations);
    }

    /// Copies a chunk, or several whole tables, in one transaction on the target.
    ///
    /// Where another session waits to change the table, this one would wait behind it; then the session that has the lock reads
    /// the chunk. Small tables are not read by that one: they go one by one instead.
    async fn copy_pieces(&mut self, pieces: &[Assignment]) -> Result<Vec<Transfer>, Error> {
        let shared = self.shared;
        let relations: Vec<u32> = pieces.iter().map(|of| shared.loads[of.load].relation).collect();
        let holds_all = |hold: &&Arc<Hold>| relations.iter().all(|&relation| hold.holds(relation));
        let held_by = shared.hold.as_ref().filter(holds_all);
        let lender = held_by.filter(|_| pieces.len() == 1 || self.is_loop(pieces));
        let is_awaited =
            |relation: &u32| !self.locked.contains(relation) && locked(&shared.contended).contains(relation);
        if let Some(hold) = lender.filter(|_| relations.iter().any(is_awaited)) {
            return self.copy_by_holder(hold, pieces).await;
        }
        let result = self.copy_by_own_session(pieces, &relations, held_by.is_some()).await;
        let is_refused = result.as_ref().is_err_and(Error::is_lock_not_available);
        let Some(hold) = lender.filter(|_| is_refused) else { return result };
        let table = &shared.loads[pieces[0].load].table;
        tracing::info!(%table, "another session waits to change the table: it waits until the table is copied");
        locked(&shared.contended).extend(relations);
        // Both sessions are in the middle of something.
        self.close().await;
        self.open().await?;
        self.copy_by_holder(hold, pieces).await
    }

    async fn copy_by_own_session(
        &mut self,
        pieces: &[Assignment],
        relations: &[u32],
        is_held: bool,
    ) -> Result<Vec<Transfer>, Error> {
        let before = self.enter_snapshot(relations, is_held).await?;
        let (Some(source), Some(target)) = (&mut self.source, &mut self.target) else {
            return Err(no_session(self.shared, pieces[0]));
        };
        let pieces = Pieces { shared: self.shared, worker: self.number, assignments: pieces };
        let transfers = pieces.copy(&before, (source, target), (&mut self.doubt, &self.merged)).await?;
        self.entered_snapshot(relations);
        Ok(transfers)
    }

    async fn copy_by_holder(&mut self, hold: &Hold, pieces: &[Assignment]) -> Result<Vec<Transfer>, Error> {
        let Some(target) = &mut self.target else { return Err(no_session(self.shared, pieces[0])) };
        let mut holder = hold.holder().await;
        let pieces = Pieces { shared: self.shared, worker: self.number, assignments: pieces };
        let before = statements::SAVEPOINT_OF_HOLDER;
        let result = pieces.copy(before, (&mut holder, target), (&mut self.doubt, &self.merged)).await;
        if holder.execute(statements::BACK_TO_SAVEPOINT_OF_HOLDER).await.is_err() {
            hold.lose_holder();
        }
        result
    }

    /// Closes both sessions, which rolls back what is not committed. What still runs on a server is cancelled first: it would
    /// notice a closed connection only when it has something to send.
    async fn close(&mut self) {
        let Shared { source, target, .. } = self.shared;
        let lost =
            |wire: &Option<Wire>| wire.as_ref().filter(|wire| !wire.is_usable()).and_then(Wire::backend).cloned();
        self.lost_source = lost(&self.source).or(self.lost_source.take());
        self.lost_target = lost(&self.target).or(self.lost_target.take());
        tokio::join!(close(source, self.source.take()), close(target, self.target.take()));
        self.is_in_snapshot = false;
        self.locked.clear();
    }
}

fn no_session(shared: &Shared, assignment: Assignment) -> Error {
    let load = &shared.loads[assignment.load];
    statement_failure(load, load.chunks[assignment.chunk], Side::Source, "", WireError::Unusable)
}

/// Opens a session, and ends the one whose place it takes.
async fn session(endpoint: &Endpoint, statements: &[&str], lost: &mut Option<Backend>) -> Result<Wire, Error> {
    let side = endpoint.side();
    let prepare = |source| Error::Prepare { side, source };
    let mut wire = endpoint.wire().await.map_err(|source| Error::Connect { side, source })?;
    if let Some((first, others)) = statements.split_first() {
        wire.prepare(first).await.map_err(prepare)?;
        for statement in others {
            wire.execute(statement).await.map_err(prepare)?;
        }
    }
    if let Some(backend) = lost.take() {
        match wire.end_backend(&backend).await {
            // A server may not let us; then the lost session ends when it notices.
            Ok(()) | Err(WireError::Server(_)) => {}
            Err(error) => {
                *lost = Some(backend);
                return Err(prepare(error));
            }
        }
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
