//! A target compared with its source: after a run, or by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::error::Error;
use super::request::Request;
use super::source::Source;
use super::stop::{self, Signal};
use crate::apply::SequenceValue;
use crate::catalog::{self, Catalog};
use crate::connect::hold::{self, HeldTable};
use crate::connect::{Endpoint, Hold, Snapshot, snapshot};
use crate::ddl::QualifiedName;
use crate::error::Side;
use crate::plan::earlier::Earlier;
use crate::plan::pattern::Pattern;
use crate::plan::roles::Roles;
use crate::plan::{self, LeftOut, Mode, Plan, omission};
use crate::report::{Progress, ProgressDisplay, ProgressSource, Reporter};
use crate::settings::VerifySettings;
use crate::verify::definitions::{self, Made, Words};
use crate::verify::{self, Ends, Verification};

/// Compares a target with its source, each under one snapshot. Changes neither.
///
/// When `interrupted` is ready, what runs on the servers is cancelled. Dropping the future ends every session.
///
/// # Errors
///
/// When one of the servers cannot be reached or read, or the comparison was interrupted. What differs or cannot be compared is part
/// of the result.
pub async fn verify(
    settings: &VerifySettings,
    interrupted: impl Future<Output = Signal>,
) -> Result<Verification, Error> {
    let request = Request::new(&settings.run)?;
    let counters = Arc::new(Counters::default());
    let display = ProgressDisplay::choose(settings.run.progress, settings.run.logging.format);
    let reporter = Reporter::start(counters.clone(), display);
    let mut work = Box::pin(compare(&request, settings, &counters.0));
    let ended = tokio::select! {
        // A signal comes before what it has caused.
        biased;
        signal = interrupted => Err(signal),
        verification = &mut work => Ok(verification),
    };
    let outcome = match ended {
        Ok(verification) => verification,
        Err(signal) => {
            stop::stop(work, &[&request.target, &request.source]).await;
            Err(Error::Interrupted { signal, left_behind: "nothing was printed".to_owned(), is_recorded: None })
        }
    };
    reporter.stop().await;
    outcome
}

/// How far a comparison is, for whoever looks.
#[derive(Default)]
struct Counters(verify::Progress);

impl ProgressSource for Counters {
    fn progress(&self) -> Progress {
        let verify::Progress { bytes_total, bytes_done, rows_done, tables_total, sides_done } = &self.0;
        Progress {
            phase: "comparing",
            bytes_done: bytes_done.load(Ordering::Relaxed),
            bytes_total: bytes_total.load(Ordering::Relaxed),
            rows_done: rows_done.load(Ordering::Relaxed),
            tables_done: sides_done.load(Ordering::Relaxed) / 2,
            tables_total: tables_total.load(Ordering::Relaxed),
            ..Progress::default()
        }
    }
}

async fn compare(
    request: &Request,
    settings: &VerifySettings,
    progress: &verify::Progress,
) -> Result<Verification, Error> {
    let begin = Instant::now();
    let mode = request.plan.mode;
    let options = &plan::Options {
        mode: Mode::Full,
        // What the target's version does not know is named as missing, whatever was accepted.
        accepted: omission::KINDS.to_vec(),
        roles: Roles::None,
        subscriptions: false,
        clean: false,
        copy_format: None,
        analyze: false,
        earlier: Earlier::default(),
        rows: plan::merge::Rows { conditions: request.plan.rows.conditions.clone(), ..Default::default() },
        ..request.plan.clone()
    };
    let wanted = |table: &HeldTable| options.selection.may_copy(&table.name, &table.root);
    let ((mut source, mut unreadable), target) =
        tokio::try_join!(hold_source(&request.source, options), Target::read(&request.target))?;
    source.read_for_rows(options).await?;
    let session = source.snapshot.session();
    catalog::read_unique_indexes(session.client(), Side::Source, &mut source.catalog).await?;
    unreadable.extend(denied(&target.snapshot, Side::Target, wanted).await?);

    let ground = definitions::ground(&target.catalog);
    let plan = plan::build(&source.catalog, &ground, options)?;
    let mut verification = Verification { counts: settings.counts, ..Verification::default() };
    if mode != Mode::Data {
        let accepted = &request.plan.accepted;
        verification.definitions = Some(compare_definitions(&source.catalog, &target.catalog, options, accepted)?);
        verification.left_out.extend(definitions::extension_versions(&source.catalog, &target.catalog));
    }
    if mode != Mode::Schema {
        let compared = verify::Options { counts: settings.counts, is_target_chosen: true, ..row_options(request) };
        let ends = Ends { source: side(&source.endpoint, &source.snapshot), target: target.side(&request.target) };
        let catalogs = (&source.catalog, &target.catalog);
        verification.tables = verify::rows(ends, catalogs, &plan, &unreadable, &compared, progress).await?;
        if options.with_large_objects() {
            let differences_max = compared.differences_max;
            verification.large_objects = Some(verify::large_objects(ends, settings.counts, differences_max).await?);
            if let Some(definitions) = &mut verification.definitions {
                let sessions = (&*source.snapshot.session(), &*target.snapshot.session());
                let accepted = &request.plan.accepted;
                let compared = verify::large_object_properties(sessions, options, accepted, differences_max).await?;
                definitions.add(compared);
            }
        }
        let known = BTreeMap::new();
        verification.sequences = Some(
            compare_sequences((&source.hold, &source.catalog), (&request.target, &target.catalog), &plan, &known)
                .await?,
        );
    }
    verification.left_out.extend(by_design(&plan, mode));
    // What could not be locked and was changed meanwhile was not compared as the snapshot has it.
    source.hold.confirm_all().await?;
    source.hold.close().await;
    source.snapshot.close().await;
    target.snapshot.close().await;
    verification.elapsed = begin.elapsed();
    Ok(verification)
}

/// A run's source, as it is held to the end.
pub(super) struct Copied<'a> {
    /// Where its sessions come from.
    pub(super) source: &'a Endpoint,
    /// The moment that was copied.
    pub(super) snapshot: &'a Snapshot,
    /// What is in it.
    pub(super) catalog: &'a Catalog,
    /// What was done.
    pub(super) plan: &'a Plan,
    /// What sequences were set to.
    pub(super) sequence_values: &'a [SequenceValue],
}

/// Compares what a run copied with the moment it copied.
///
/// # Errors
///
/// When one of the servers cannot be read.
pub(super) async fn copied(request: &Request, hold: &Hold, copied: Copied<'_>) -> Result<Verification, Error> {
    let begin = Instant::now();
    let Copied { source, snapshot, catalog, plan, sequence_values } = copied;
    let target = Target::read(&request.target).await?;
    let options = row_options(request);
    let ends = Ends { source: side(source, snapshot), target: target.side(&request.target) };
    let (unreadable, progress) = (BTreeMap::new(), verify::Progress::default());
    let catalogs = (catalog, &target.catalog);
    let tables = verify::rows(ends, catalogs, plan, &unreadable, &options, &progress).await?;
    let large_objects = if request.plan.with_large_objects() {
        Some(verify::large_objects(ends, false, options.differences_max).await?)
    } else {
        None
    };
    let known = sequence_values.iter().map(|of| (of.sequence.clone(), (of.last_value, of.is_called))).collect();
    let sequences = compare_sequences((hold, catalog), (&request.target, &target.catalog), plan, &known).await?;
    target.snapshot.close().await;
    let elapsed = begin.elapsed();
    let sequences = Some(sequences);
    Ok(Verification { tables, sequences, large_objects, elapsed, ..Verification::default() })
}

fn row_options(request: &Request) -> verify::Options {
    verify::Options {
        jobs: request.copy.limits.jobs.get(),
        streams_per_table: request.copy.limits.streams_per_table.get(),
        counts: false,
        differences_max: request.differences_max,
        is_target_chosen: false,
    }
}

fn side<'a>(endpoint: &'a Endpoint, snapshot: &'a Snapshot) -> verify::Side<'a> {
    verify::Side { endpoint, snapshot }
}

/// Holds the source, but for the tables that may not be read; those are returned with the reason.
async fn hold_source(
    endpoint: &Endpoint,
    options: &plan::Options,
) -> Result<(Source, BTreeMap<QualifiedName, String>), Error> {
    let looking = Snapshot::export(endpoint).await?;
    let wanted = |table: &HeldTable| options.selection.may_copy(&table.name, &table.root);
    let unreadable = denied(&looking, Side::Source, wanted).await?;
    looking.close().await;
    let mut held = options.clone();
    let patterns = unreadable.keys().filter_map(|table| Pattern::parse(&table.sql()).ok());
    held.selection.excluded_tables.extend(patterns);
    Ok((Source::hold(endpoint, &held).await?, unreadable))
}

async fn denied(
    snapshot: &Snapshot,
    side: Side,
    wanted: impl Fn(&HeldTable) -> bool,
) -> Result<BTreeMap<QualifiedName, String>, Error> {
    let tables = hold::unreadable(snapshot, side, wanted).await?;
    Ok(tables.into_iter().map(|of| (of.name.clone(), format!("{} on the {side}", of.missing()))).collect())
}

/// The target, at one moment.
struct Target {
    snapshot: Snapshot,
    catalog: Catalog,
}

impl Target {
    async fn read(endpoint: &Endpoint) -> Result<Self, Error> {
        let snapshot = Snapshot::export(endpoint).await?;
        let lockless = snapshot.another_session().await?;
        let locking = snapshot.session();
        let sessions = catalog::Sessions { locking: locking.client(), lockless: lockless.client() };
        let still = catalog::read_still(lockless.client(), lockless.major(), Side::Target);
        let mut catalog = Box::pin(catalog::read(sessions, locking.major(), Side::Target, still)).await?;
        catalog::read_sizes(locking.client(), Side::Target, &mut catalog).await?;
        lockless.close().await;
        Ok(Self { snapshot, catalog })
    }

    fn side<'a>(&'a self, endpoint: &'a Endpoint) -> verify::Side<'a> {
        side(endpoint, &self.snapshot)
    }
}

/// Compares what a plan would make of either side on the target's server.
fn compare_definitions(
    source: &Catalog,
    target: &Catalog,
    options: &plan::Options,
    accepted: &[&'static str],
) -> Result<verify::Definitions, Error> {
    let ground = definitions::ground(target);
    // Without rows, because how some objects are made depends on how many there are.
    let options = plan::Options { mode: Mode::Schema, ..options.clone() };
    let (ours, theirs) = definitions::in_common_words(source, target);
    let ours = Made::from(plan::build(&ours, &ground, &options)?);
    let theirs = match options.selection.of(target) {
        Some(selection) => plan::build(&theirs, &ground, &plan::Options { selection, ..options })?.into(),
        None => Made::default(),
    };
    let words = if source.major == target.major { Words::Same } else { Words::OtherVersion };
    Ok(definitions::compare(&ours, &theirs, words, accepted))
}

async fn compare_sequences(
    source: (&Hold, &Catalog),
    target: (&Endpoint, &Catalog),
    plan: &Plan,
    known: &BTreeMap<QualifiedName, (i64, bool)>,
) -> Result<Vec<verify::Sequence>, Error> {
    let session = snapshot::reading(target.0).await?;
    let (source, target) = ((source.0.session(), source.1), (&session, target.1));
    let sequences = verify::sequences(source, target, &plan.sequences, known).await;
    session.close().await;
    Ok(sequences)
}

/// What is not compared because it is never copied, or was not asked for.
fn by_design(plan: &Plan, mode: Mode) -> Vec<LeftOut> {
    let is_about_rows = |of: &&LeftOut| of.object.starts_with("rows of ");
    let left_out = plan.left_out.iter().filter(|of| of.kind.is_none());
    left_out.filter(|of| mode == Mode::Full || (mode == Mode::Data) == is_about_rows(of)).cloned().collect()
}
