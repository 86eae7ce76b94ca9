//! What a run would do, without touching the target.

use std::collections::BTreeMap;

use super::error::Error;
use super::request::Request;
use super::source::Source;
use super::stop::{self, Signal};
use crate::connect::snapshot;
use crate::ddl::script;
use crate::plan::load::TableLoad;
use crate::plan::{self, Mode, Plan};
use crate::report::{Connections, PlanReport, PlannedTable};
use crate::settings::PlanSettings;

/// Sessions on the source beside those that copy: two have the snapshot, one the locks, and one looks at what is
/// committed.
const SOURCE_SESSIONS: usize = 4;

/// Sessions on the target beside those that copy and those that build: one makes the schema, and one looks at how far indexes are
/// while a terminal shows it.
const TARGET_SESSIONS: usize = 2;

/// Plans a run. Reads both servers and changes neither; the store is not asked, so what an earlier run did is not taken into
/// account.
///
/// When `interrupted` is ready, what runs on the servers is cancelled. Dropping the future ends every session.
///
/// # Errors
///
/// As a run's until it would change something: a server that cannot be reached or read, what cannot be copied, what is in
/// the way.
pub async fn plan(settings: &PlanSettings, interrupted: impl Future<Output = Signal>) -> Result<PlanReport, Error> {
    let request = Request::new(&settings.run)?;
    let mut work = Box::pin(read(&request, settings.ddl));
    let signal = tokio::select! {
        // A signal comes before what it has caused.
        biased;
        signal = interrupted => signal,
        report = &mut work => return report,
    };
    stop::stop(work, &[&request.target, &request.source]).await;
    Err(Error::Interrupted { signal, left_behind: "nothing was printed".to_owned(), is_recorded: None })
}

async fn read(request: &Request, with_ddl: bool) -> Result<PlanReport, Error> {
    let options = &request.plan;
    let target = async {
        let session = snapshot::writing(&request.target).await?;
        let catalog = super::read_target_catalog(&session, options).await?;
        Ok((session, catalog))
    };
    let (mut source, (session, target)) = tokio::try_join!(Source::hold(&request.source, options), target)?;
    source.read_for_rows(options).await?;
    let unknown_locales = super::unknown_locales(&session, options, &source.catalog).await?;
    session.close().await;
    let plan = plan::build(&source.catalog, &target, &plan::Options { unknown_locales, ..options.clone() })?;
    let estimates = source.catalog.table_sizes.iter().map(|of| (of.oid, of.rows_estimate)).collect();
    let unknown_below = i64::from(source.catalog.major < NO_ROWS_KNOWN_MAJOR);
    source.hold.close().await;
    source.snapshot.close().await;
    let estimate = RowEstimates { estimates, unknown_below };
    Ok(report(&plan, request, &estimate, with_ddl))
}

/// From here on `reltuples` tells a table without rows (0) from one that nobody looked at (-1).
const NO_ROWS_KNOWN_MAJOR: u32 = 14;

struct RowEstimates {
    estimates: BTreeMap<u32, i64>,
    unknown_below: i64,
}

impl RowEstimates {
    fn of(&self, load: &TableLoad) -> Option<u64> {
        let rows = self.estimates.get(&load.relation).filter(|rows| **rows >= self.unknown_below)?;
        u64::try_from(*rows).ok()
    }
}

/// The most sessions that a run opens.
pub(super) fn connections(mode: Mode, jobs: usize, builders: usize, with_store: bool) -> Connections {
    let jobs = if mode == Mode::Schema { 0 } else { jobs };
    let builders = if mode == Mode::Data { 1 } else { builders };
    Connections {
        source: SOURCE_SESSIONS + jobs,
        target: jobs + builders + TARGET_SESSIONS,
        store: usize::from(with_store),
    }
}

/// The fewest that it can do with.
pub(super) fn fewest_connections(mode: Mode, with_store: bool) -> Connections {
    let all = connections(mode, 1, 1, with_store);
    // The second session that has the snapshot gives way, and so does the one that looks at indexes.
    Connections { source: all.source - 1, target: all.target - 1, ..all }
}

fn report(plan: &Plan, request: &Request, estimates: &RowEstimates, with_ddl: bool) -> PlanReport {
    let mut post_data: Vec<(&'static str, usize)> = Vec::new();
    for task in &plan.post_data {
        let name = task.stage.name();
        match post_data.last_mut() {
            Some((last, tasks)) if *last == name => *tasks += 1,
            _ => post_data.push((name, 1)),
        }
    }
    let table = |load: &TableLoad| PlannedTable {
        table: load.table.clone(),
        rows_estimate: estimates.of(load),
        bytes: load.bytes_estimate,
        chunks: load.chunks.len(),
        route: load.route(),
        reason: load.chunking_reason.to_owned(),
    };
    let statements = plan.pre_data.iter().map(|step| step.statements.len()).sum();
    PlanReport {
        drops: plan.clean.len(),
        pre_data: statements,
        tables: plan.configuration.iter().flatten().chain(&plan.loads).map(table).collect(),
        sequences: plan.sequences.len(),
        post_data,
        connections: connections(
            request.plan.mode,
            request.copy.limits.jobs.get(),
            request.build.sessions,
            request.store.is_some(),
        ),
        left_out: plan.left_out.iter().map(|of| (of.object.clone(), of.reason.clone(), of.kind.is_none())).collect(),
        ddl: with_ddl.then(|| script::script(plan.clean.iter().chain(plan.statements(true, true)))),
    }
}
