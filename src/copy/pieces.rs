//! What is copied in one transaction on the target, or batch by batch: a chunk, small tables, a loop of foreign keys.

use std::time::Duration;

use tokio::time::timeout;

use super::commit::{self, Doubt};
use super::error::statement_failure;
use super::progress::Moving;
use super::pump::{Pump, PumpError, Transfer};
use super::queue::Assignment;
use super::shared::{Shared, locked};
use super::stall::{Party, stands_still};
use super::{Error, bundle, statements, upsert};
use crate::connect::Wire;
use crate::error::Side;
use crate::plan::load::TableLoad;

/// How long a source whose COPY was cancelled may take to say so, before its connection is closed instead.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// What a worker copies in one transaction on the target: a chunk, or several whole tables.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'a> {
    pub(super) shared: &'a Shared,
    /// Whose counters are counted up.
    pub(super) worker: usize,
    /// Never empty.
    pub(super) assignments: &'a [Assignment],
}

/// What is known of pieces whose commits failed: those of one transaction, and the batches of a chunk.
type Known<'a> = (&'a mut Doubt, &'a upsert::Committed);

impl Pieces<'_> {
    /// Copies from one session to another. `before` runs before the source's first COPY, in the same round trip. Until the commit
    /// is answered the pieces are in doubt; what is merged batch by batch is in [`upsert::Committed`].
    pub(super) async fn copy(
        self,
        before: &str,
        (source, target): (&mut Wire, &mut Wire),
        (doubt, merged): Known<'_>,
    ) -> Result<Vec<Transfer>, Error> {
        let Self { shared, assignments, .. } = self;
        let moving = shared.progress.moving();
        let parties = parties(shared, source, target);
        let copied = self.copy_watched(before, (source, target), &moving, (doubt, merged));
        let result = tokio::select! {
            result = copied => result,
            limit = stands_still(shared.options.stall_limit, &moving, &parties) => Err(stalled(shared, assignments[0], limit)),
        };
        let merge = shared.loads[assignments[0].load].merge.as_ref();
        match result {
            Ok(transfers) => {
                moving.arrived();
                Ok(transfers)
            }
            Err(error) if error.is_passing() && merge.is_some_and(|merge| !merged.may_be_repeated(merge)) => {
                Err(Error::Unrepeatable { source: Box::new(error) })
            }
            Err(error) => Err(error),
        }
    }

    async fn copy_watched(
        self,
        before: &str,
        (source, target): (&mut Wire, &mut Wire),
        moving: &Moving,
        (doubt, merged): Known<'_>,
    ) -> Result<Vec<Transfer>, Error> {
        let Self { shared, assignments, .. } = self;
        let begun = |load| self.begun(load);
        let TableLoad { turn, merge, .. } = &shared.loads[assignments[0].load];
        if turn.is_some() && merge.is_some() {
            return self.merge_loop(before, (source, target), moving, (doubt, merged)).await;
        }
        let (&[assignment], None) = (assignments, turn) else {
            return bundle::copy(shared, assignments, before, (source, target), (moving, begun), doubt).await;
        };
        begun(assignment.load);
        if let Some(job) = self.merging(assignment, before, merged) {
            let transfer = upsert::copy(&job, source, target, |bytes| moving.moved(assignment.load, bytes)).await?;
            commit::enter(shared, (assignment, transfer), target).await?;
            return Ok(vec![transfer]);
        }
        Ok(vec![copy_chunk(shared, assignment, before, (source, target), moving, doubt).await?])
    }

    fn begun(&self, load: usize) {
        self.shared.progress.set_current(self.worker, Some(load));
        locked(&self.shared.tallies)[load].begin();
    }

    fn merging<'a>(
        &'a self,
        assignment: Assignment,
        before: &'a str,
        committed: &'a upsert::Committed,
    ) -> Option<upsert::Job<'a>> {
        let Shared { source: endpoint, options, loads, .. } = self.shared;
        let load = &loads[assignment.load];
        let (merge, chunk) = (load.merge.as_ref()?, load.chunks[assignment.chunk]);
        Some(upsert::Job {
            endpoint,
            load,
            merge,
            chunk,
            options,
            hold: self.shared.hold.as_deref(),
            before,
            committed,
        })
    }

    /// Merges the tables of a loop of foreign keys in one transaction.
    async fn merge_loop(
        self,
        before: &str,
        (source, target): (&mut Wire, &mut Wire),
        moving: &Moving,
        (doubt, merged): Known<'_>,
    ) -> Result<Vec<Transfer>, Error> {
        let mut pieces = Doubt::with_capacity(self.assignments.len());
        let mut staging = None;
        for (turn, &assignment) in self.assignments.iter().enumerate() {
            self.begun(assignment.load);
            // The first COPY brings the source into its transaction.
            let before = if turn == 0 { before } else { "" };
            let Some(job) = self.merging(assignment, before, merged) else { continue };
            let moved = |bytes| moving.moved(assignment.load, bytes);
            let transfer = upsert::copy_within(&job, &mut staging, source, target, moved).await?;
            pieces.push((assignment, transfer));
        }
        commit::commit(self.shared, pieces.clone(), target, doubt).await?;
        Ok(pieces.into_iter().map(|(_, transfer)| transfer).collect())
    }
}

fn stalled(shared: &Shared, assignment: Assignment, limit: Duration) -> Error {
    let load = &shared.loads[assignment.load];
    Error::Stalled { table: load.table.clone(), chunk: load.chunks[assignment.chunk], limit }
}

/// The sessions that take part in a copy.
fn parties<'a>(shared: &'a Shared, source: &Wire, target: &Wire) -> [Party<'a>; 2] {
    [(&shared.source, source), (&shared.target, target)]
        .map(|(endpoint, wire)| Party { endpoint, backend: wire.backend().cloned() })
}

/// Copies one chunk in a transaction of its own.
async fn copy_chunk(
    shared: &Shared,
    assignment: Assignment,
    before: &str,
    (source, target): (&mut Wire, &mut Wire),
    moving: &Moving,
    doubt: &mut Doubt,
) -> Result<Transfer, Error> {
    let load = &shared.loads[assignment.load];
    let chunk = load.chunks[assignment.chunk];
    let failure = |side, statement: &str, source| statement_failure(load, chunk, side, statement, source);
    let copy_out = statements::copy_out(load, chunk);
    let copy_in = statements::copy_in(load, chunk);
    let before_and_copy_out = format!("{before}{copy_out}");
    tokio::try_join!(
        async { source.copy_out(&before_and_copy_out).await.map_err(|error| failure(Side::Source, &copy_out, error)) },
        async { target.copy_in(&copy_in).await.map_err(|error| failure(Side::Target, &copy_in, error)) },
    )?;
    match pump(shared, source, target, |bytes| moving.moved(assignment.load, bytes)).await {
        Ok(transfer) => {
            commit::commit(shared, vec![(assignment, transfer)], target, doubt).await?;
            Ok(transfer)
        }
        Err(PumpError::Source(error)) => Err(failure(Side::Source, &copy_out, error)),
        Err(PumpError::Target(error)) => Err(failure(Side::Target, &copy_in, error)),
        Err(PumpError::Unequal { source_rows, target_rows }) => {
            Err(Error::Unequal { table: load.table.clone(), chunk, source_rows, target_rows })
        }
    }
}

/// Moves one chunk's rows. When the target fails, the source's COPY is cancelled and its session made usable again.
async fn pump(
    shared: &Shared,
    source: &mut Wire,
    target: &mut Wire,
    moved: impl Fn(u64),
) -> Result<Transfer, PumpError> {
    let source_key = source.cancel_key().cloned();
    let mut pump = Pump::new(source, target);
    let result = pump.run(moved).await;
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
