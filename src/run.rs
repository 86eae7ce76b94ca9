//! The whole snapshot on one screen.

mod check;
mod data;
mod emptied;
mod error;
mod estimate;
mod outcome;
mod planned;
mod progress;
mod record;
mod reported;
mod request;
mod resume;
mod schema;
mod source;
mod status;
mod stop;
mod target;
mod verify;
mod watch;

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::sync::mpsc;

use crate::apply::{self, Applied, Asked, Builders, Failure, Persistence, Refused};
use crate::catalog::{self, Catalog};
use crate::connect::retry::persistently;
use crate::connect::{Control, Endpoint, Snapshot, require_own_sessions, snapshot};
use crate::copy::{self, TableOutcome};
use crate::ddl::Statement;
use crate::error::Side;
use crate::plan::{self, Plan, UnknownLocale, roles::Roles, statistics::CarriedStatistics};
use crate::report::{Kept, Metrics, ProgressDisplay, Reporter, Summary};
use crate::settings::Settings;
use data::Data;
use outcome::Outcome;
use progress::Counters;
use record::{Begun, Record};
use request::Request;
use resume::{Resume, Settled};
use source::Source;

pub use check::check;
pub use error::Error;
pub use planned::plan;
pub use reported::{Reported, reported};
pub use schema::{Schema, schema};
pub use status::status;
pub use stop::Signal;
pub use verify::verify;

/// What came of a run.
#[derive(Debug)]
pub enum Ran {
    /// It has copied.
    Copied(Box<Summary>),
    /// The store records the request as completed, so nothing was done.
    NotRepeated {
        /// When it was completed.
        completed_at: String,
    },
}

/// Copies what the settings ask for, and records it in the store where there is one.
///
/// When `interrupted` is ready, or the connection to the store is lost, nothing new is begun, and what runs on the servers is
/// cancelled. Dropping the future ends every session, and the servers end what is under way when they notice.
///
/// # Errors
///
/// When the copy cannot be begun, cannot go on, was interrupted, or cannot be recorded. Objects that fail on their own do not
/// end the run; the summary names them.
pub async fn run(settings: &Settings, interrupted: impl Future<Output = Signal>) -> Result<Ran, Error> {
    let request = Request::new(settings)?;
    let mut interrupted = pin!(interrupted);
    let metrics = metrics(settings).await?;
    let sessions = (request.copy.limits.jobs.get(), request.build.sessions);
    let counters = Arc::new(Counters::new(request.store.is_some(), sessions));
    let interruption = |signal, is_recorded| Error::Interrupted {
        signal,
        left_behind: counters.left_behind(),
        is_recorded: Some(is_recorded),
    };
    let opened = Box::pin(request.store_session(async || create_target(&request).await));
    let (store, made) = tokio::select! {
        // A signal comes before what it has caused.
        biased;
        signal = &mut interrupted => return Err(interruption(signal, false)),
        opened = opened => opened?,
    };
    let begun = tokio::select! {
        biased;
        signal = &mut interrupted => return Err(interruption(signal, false)),
        begun = Record::begin(store.as_ref(), &request) => begun?,
    };
    let record = match begun {
        Begun::Now(record) => record,
        Begun::Completed { at } => return Ok(Ran::NotRepeated { completed_at: at }),
    };
    let display = ProgressDisplay::choose(settings.progress, settings.logging.format);
    let is_watched = display == ProgressDisplay::InPlace || metrics.is_some();
    let reporter = Reporter::start(counters.clone(), display);
    let mut work = Box::pin(async {
        let owner = match made {
            Some(owner) => owner,
            None => create_target(&request).await?,
        };
        Box::pin(copy_database(&request, &record, &counters, owner.as_slice())).await
    });
    let ended = tokio::select! {
        biased;
        signal = interrupted => Err(interruption(signal, record.is_kept())),
        outcome = &mut work => Ok(outcome),
        lost = record.watch(&counters) => Err(lost),
        never = watch::builds(&request, &counters), if is_watched => match never {},
        never = served(metrics.as_ref(), counters.clone()) => match never {},
    };
    let outcome = match ended {
        Ok(Ok(outcome)) => {
            drop(work);
            Ok(outcome)
        }
        Ok(Err(error)) | Err(error) => {
            stop::stop(work, &[&request.target, &request.source]).await;
            Err(error)
        }
    };
    reporter.stop().await;
    let outcome = record.finish(outcome, &counters).await;
    outcome.map(|outcome| Ran::Copied(Box::new(outcome.summary())))
}

/// Takes the address for metrics, where there is to be one.
async fn metrics(settings: &Settings) -> Result<Option<Metrics>, Error> {
    let Some(address) = settings.metrics else { return Ok(None) };
    let unusable = |source| Error::Metrics { address, source };
    let metrics = Metrics::bind(address).await.map_err(unusable)?;
    let address = metrics.address().map_err(unusable)?;
    tracing::info!("metrics are at http://{address}/metrics");
    Ok(Some(metrics))
}

async fn served(metrics: Option<&Metrics>, counters: Arc<Counters>) -> Infallible {
    match metrics {
        Some(metrics) => metrics.serve(counters).await,
        None => std::future::pending().await,
    }
}

/// The way of the data, from the first session to the last statement.
///
/// `about_target` sets what a target that was just made still lacks.
async fn copy_database(
    request: &Request,
    record: &Record<'_>,
    counters: &Counters,
    about_target: &[Statement],
) -> Result<Outcome, Error> {
    let begin = Instant::now();
    let options = &request.plan;

    let (source, (target_session, mut here, resume)) = Box::pin(read_both(request, record)).await?;
    let Source { endpoint: source, snapshot, hold, catalog: there } = source;
    let target = &snapshot.in_its_encoding(&request.target);
    let earlier = resume.earlier(&target_session, &mut here).await?;
    let unknown_locales = unknown_locales(&target_session, options, &there).await?;
    let options = &plan::Options { earlier, unknown_locales, ..options.clone() };
    let mut plan = plan::build(&there, &here, options)?;
    let mut settled = resume.settle(&mut plan, options, (&there, &here), &target_session).await?;
    let plan = &plan;
    copy::require_ready(&snapshot.session(), &target_session, &plan.loads, &request.copy).await?;
    if let Some(path) = &request.schema_dump_file {
        schema::write(path, plan)?;
    }
    let copy = request.copy_options().await?;
    for repair in &plan.repairs {
        tracing::debug!("{repair}");
    }
    if options.with_large_objects() && !options.clean && !resume.has_large_objects() {
        apply::require_no_large_objects(&snapshot.session(), &target_session).await?;
    }
    let sequence_values = &apply::read_sequences(hold.session(), &plan.sequences).await?;
    let mut builders = Builders::open(target, request.build.clone()).await?;

    counters.enter("creating tables");
    let catalogs = (&there, &here);
    let (mut failures, mut refused) =
        make_schema(&target_session, plan, options, catalogs, &resume, &mut settled, &snapshot).await?;

    let (arriving, arrivals) = mpsc::unbounded_channel();
    let (source, session) = (&source, &target_session);
    let copy = copy::Options { ledger: target::begin_ledger(session, plan).await?, ..copy };
    let ledger = copy.ledger;
    let data = Data { request, record, plan, copy, source, target, target_session: session, sequence_values };
    let persistence = Persistence { ledger, retry: request.copy.retry };
    let mut other = None;
    let settle = async |entered| {
        other = target::settle(session, request, record, ledger, &entered).await?;
        Ok::<(), Error>(())
    };
    let done = tokio::try_join!(
        Box::pin(data.copy(snapshot, hold, counters, arriving)),
        apply::post_data(&mut builders, &plan.post_data, arrivals, &mut refused, persistence, counters.tasks(), settle),
    );
    if done.is_err() {
        target::give_up(session, ledger).await;
    }
    let ((tables, about_data, held), behind) = done?;
    failures.extend(about_data.into_iter().chain(behind.failures));
    builders.close().await;
    // Without the ledger nobody could tell what a crash takes back: a session that is lost from here on ends the run.
    let target_session = other.unwrap_or(target_session);
    let session = &target_session;
    let wanted: Vec<_> = about_target.iter().filter(|statement| options.wants(statement)).cloned().collect();
    failures.extend(change(&target_session, &wanted, true).await?);
    snapshot::flush(&target_session, Side::Target).await?;
    // Last, because nothing rests on it.
    failures.extend(carry_statistics(source, session, &plan.statistics, &tables, &settled.kept).await?);
    let mut verification = None;
    if let Some((snapshot, hold)) = held {
        counters.enter("comparing");
        let copied = verify::Copied { source, snapshot: &snapshot, catalog: &there, plan, sequence_values };
        verification = Some(Box::pin(verify::copied(request, &hold, copied)).await?);
        hold.close().await;
        snapshot.close().await;
    }
    let advice = apply::advice(&target_session, tables.iter().map(|table| table.bytes).sum()).await?;
    target_session.close().await;
    let database = here.database.first().map_or("", |database| &database.name);
    let asked = Asked { user: request.target.user(), database };
    let missing = outcome::Missing::new(failures, &plan.left_out, &options.accepted, asked);
    let rejects_max = request.rejects_max();
    let kept = settled.kept;
    let retried = counters.retried();
    let indexes = behind.durations;
    Ok(Outcome {
        tables,
        indexes,
        kept,
        missing,
        rejects_max,
        retried,
        verification,
        advice,
        duration: begin.elapsed(),
    })
}

/// Makes what takes the rows, and tells the record before and after. Returns what failed and may, and what the target refused.
async fn make_schema(
    session: &Control,
    plan: &Plan,
    options: &plan::Options,
    catalogs: (&Catalog, &Catalog),
    resume: &Resume<'_>,
    settled: &mut Settled,
    snapshot: &Snapshot,
) -> Result<(Vec<Failure>, Refused), Error> {
    clear(session, &plan.clean).await?;
    if options.with_large_objects() && resume.has_large_objects() {
        apply::drop_large_objects(session).await?;
    }
    // From here on the record says that there are none.
    resume.making(plan, options, catalogs).await?;
    let mut refused = Refused::default();
    let made = apply::steps(session, &plan.pre_data, &mut refused).await;
    let failures = unless_stopped(made, !plan.clean.is_empty())?;
    resume.made(settled, plan, &failures, session).await?;
    let all_large_objects = options.with_large_objects() && !apply::has_large_objects(session).await?;
    resume.loading(settled, snapshot, session, all_large_objects).await?;
    Ok((failures, refused))
}

/// Makes the target's database where that was asked for and it is not there, and returns what sets its owner in the end. The
/// store comes after it, because it may be in there.
async fn create_target(request: &Request) -> Result<Option<Statement>, Error> {
    if !request.create_target || !apply::is_database_missing(&request.target).await? {
        return Ok(None);
    }
    let source = snapshot::reading(&request.source).await?;
    let definition = catalog::read_definition(source.client(), source.major(), Side::Source).await?;
    source.close().await;
    Ok(Some(apply::create_database(&request.target, &definition).await?))
}

/// Takes over what the source knows for planning. It is no part of the snapshot.
async fn carry_statistics(
    source: &Endpoint,
    target: &Control,
    wanted: &[CarriedStatistics],
    copied: &[TableOutcome],
    kept: &[Kept],
) -> Result<Vec<Failure>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let copied = copied.iter().map(|table| (table.table.clone(), table.rows));
    let rows = copied.chain(kept.iter().map(|table| (table.table.clone(), table.rows))).collect();
    let source = snapshot::reading(source).await?;
    let failures = apply::carry_statistics(&source, target, wanted, &rows).await?;
    source.close().await;
    Ok(failures)
}

/// Reads both ends, again where that may help: nothing is changed yet. Where a server could never be reached it does not.
async fn read_both<'a>(
    request: &Request,
    record: &'a Record<'_>,
) -> Result<(Source, (Control, Catalog, Resume<'a>)), Error> {
    let were_reached = AtomicBool::new(false);
    let is_passing = |error: &Error| {
        if !error.is_unreachable() {
            were_reached.store(true, Ordering::Relaxed);
        }
        error.is_passing() && were_reached.load(Ordering::Relaxed)
    };
    let read = async || {
        let options = &request.plan;
        tokio::try_join!(require_own_sessions(&request.source), require_own_sessions(&request.target))?;
        let (mut source, target) =
            tokio::try_join!(Source::hold(&request.source, options), read_target(request, record))?;
        source.read_for_rows(options).await?;
        if request.verify {
            let session = source.snapshot.session();
            catalog::read_unique_indexes(session.client(), Side::Source, &mut source.catalog).await?;
        }
        Ok((source, target))
    };
    persistently(request.copy.retry, is_passing, async || Box::pin(read()).await).await
}

/// Opens a session that creates objects, makes sure that no other run of the request does so too, and reads what is there.
async fn read_target<'a>(request: &Request, record: &'a Record<'_>) -> Result<(Control, Catalog, Resume<'a>), Error> {
    let session = snapshot::writing(&request.target).await?;
    snapshot::require_primary(&session, Side::Target).await?;
    let resume = record.resume(&session, request).await?;
    let catalog = read_target_catalog(&session, &request.plan).await?;
    Ok((session, catalog, resume))
}

/// Reads what is on the target, and what its server could install.
async fn read_target_catalog(session: &Control, options: &plan::Options) -> Result<Catalog, Error> {
    let sessions = catalog::Sessions { locking: session.client(), lockless: session.client() };
    let still = catalog::read_still(session.client(), session.major(), Side::Target);
    let mut catalog = Box::pin(catalog::read(sessions, session.major(), Side::Target, still)).await?;
    catalog::read_provided(session.client(), Side::Target, &mut catalog).await?;
    if options.roles != Roles::None {
        catalog::read_roles(session.client(), Side::Target, false, &mut catalog).await?;
    }
    if options.merges() {
        catalog::read_unique_indexes(session.client(), Side::Target, &mut catalog).await?;
    }
    Ok(catalog)
}

/// The locales of the source's collations that the target's server does not know, where any collation may be made.
async fn unknown_locales(
    session: &Control,
    options: &plan::Options,
    there: &Catalog,
) -> Result<Vec<UnknownLocale>, Error> {
    if options.mode == plan::Mode::Data {
        return Ok(Vec::new());
    }
    Ok(apply::unknown_locales(session, &there.collations).await?)
}

/// Drops what is in the way, all of it or nothing, unless it is more than the target can lock at once.
async fn clear(session: &Control, statements: &[Statement]) -> Result<(), apply::Error> {
    match apply::at_once(session, statements).await {
        Err(apply::Error::Statement { first, .. }) if first.is_lock_table_full() => {
            tracing::warn!(
                "the target cannot lock everything that is to be dropped at once: dropping it piece by piece"
            );
            change(session, statements, false).await.map(drop)
        }
        result => result,
    }
}

/// Runs statements that the rest of the run rests on, and returns those that may fail and did.
async fn change(
    session: &Control,
    statements: &[Statement],
    partly_applied: bool,
) -> Result<Vec<Failure>, apply::Error> {
    unless_stopped(apply::statements(session, statements).await, partly_applied)
}

/// What failed, where the run can go on without it.
fn unless_stopped(applied: Applied, partly_applied: bool) -> Result<Vec<Failure>, apply::Error> {
    let Applied { succeeded, mut failures, stopped_by } = applied;
    let Some(place) = stopped_by else { return Ok(failures) };
    // What was already under way behind it failed because of it, most likely, and is not counted.
    failures.truncate(place + 1);
    let first = Box::new(failures.swap_remove(place));
    Err(apply::Error::Statement { first, others: failures.len(), partly_applied: partly_applied || succeeded > 0 })
}
