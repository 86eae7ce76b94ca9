//! The whole snapshot on one screen.

use std::time::{Duration, Instant};

use crate::apply::{self, Failure};
use crate::catalog::{self, Catalog};
use crate::connect::{Control, Endpoint, Hold, Snapshot, SnapshotError, snapshot};
use crate::copy::{self, Progress, TableOutcome};
use crate::ddl::Address;
use crate::error::{Error, Side};
use crate::plan::{self, LeftOut, Mode, Plan};

/// What a run is asked to do.
#[derive(Debug)]
pub struct Request {
    /// The database that is read.
    pub source: Endpoint,
    /// The database that is written.
    pub target: Endpoint,
    /// What is copied, and into which pieces.
    pub plan: plan::Options,
    /// How rows are copied.
    pub copy: copy::Options,
}

/// What a run did. Nothing is missing on the target but what is named here.
#[derive(Debug)]
pub struct Outcome {
    /// Rows copied, by table.
    pub tables: Vec<TableOutcome>,
    /// Objects that could not be made as they are on the source.
    pub failures: Vec<Failure>,
    /// Objects that were not copied, and why.
    pub left_out: Vec<LeftOut>,
    /// How long each object behind the rows took.
    pub post_data: Vec<(Address, Duration)>,
    /// Sequences whose values were set.
    pub sequences: usize,
    /// The whole run.
    pub duration: Duration,
}

impl Outcome {
    /// Whether the target holds everything that was asked for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.left_out.iter().all(|item| item.by_request)
    }
}

/// Copies a database. `announce` is called with the plan before anything is changed, and returns the counters that are kept
/// while rows are copied.
///
/// Dropping the future ends every session; the servers roll back what is under way.
///
/// # Errors
///
/// When the copy cannot be begun or cannot go on. Objects that fail after the rows are in do not stop the run; they are in
/// the [`Outcome`].
pub async fn run(request: &Request, announce: impl FnOnce(&Plan) -> Progress) -> Result<Outcome, Error> {
    let begin = Instant::now();
    let Request { source, target, plan: options, copy } = request;

    let snapshot = Snapshot::export(source).await?;
    let hold = Hold::tables(source, &snapshot, |table| options.selection.may_copy(&table.name, &table.root)).await?;
    let target_session = snapshot::writing(target).await?;
    let (there, here) = tokio::try_join!(read(snapshot.session(), Side::Source), read(&target_session, Side::Target))?;
    let plan = plan::build(&there, &here, options)?;
    let progress = announce(&plan);

    let mut failures = change(&target_session, &plan.clean, false).await?;
    failures.extend(change(&target_session, &plan.pre_data, true).await?);
    let tables = copy::run(source, target, snapshot.id(), &plan.loads, *copy, &progress).await?;
    if options.mode != Mode::Schema {
        let values = apply::read_sequences(hold.session(), &plan.sequences).await?;
        apply::set_sequences(&target_session, &values).await?;
    }
    hold.close().await;
    snapshot.close().await;

    let post_data = apply::post_data(target, &plan.post_data, copy.limits.jobs.get()).await?;
    failures.extend(post_data.failures);
    flush(&target_session).await?;
    target_session.close().await;
    Ok(Outcome {
        tables,
        failures,
        left_out: plan.left_out,
        post_data: post_data.durations,
        sequences: plan.sequences.len(),
        duration: begin.elapsed(),
    })
}

async fn read(session: &Control, side: Side) -> Result<Catalog, Error> {
    Ok(catalog::read(session.client(), session.major(), side).await?)
}

/// Runs statements that the rest of the run rests on.
async fn change(
    session: &Control,
    statements: &[crate::ddl::Statement],
    partly_applied: bool,
) -> Result<Vec<Failure>, apply::Error> {
    let mut failures = apply::statements(session, statements).await;
    let stops = |failure: &Failure| !failure.statement.action.is_optional();
    let Some(place) = failures.iter().position(stops) else { return Ok(failures) };
    let first = Box::new(failures.swap_remove(place));
    Err(apply::Error::Statement { first, others: failures.len(), partly_applied })
}

/// Makes everything that was committed without waiting for the disk durable: a synchronous commit flushes all before it.
async fn flush(session: &Control) -> Result<(), SnapshotError> {
    let failed = SnapshotError::failed("make the copy durable", Side::Target);
    let sql = "BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_catalog.txid_current(); COMMIT";
    session.client().batch_execute(sql).await.map_err(failed)
}
