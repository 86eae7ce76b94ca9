//! Everything that is data: rows, large objects, the values of sequences.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::error::Error;
use super::progress::Counters;
use super::request::Request;
use crate::apply::{self, Arrival, Ends, Failure, SequenceValue};
use crate::connect::{Control, Endpoint, Hold, Snapshot};
use crate::copy::{self, TableOutcome};
use crate::ddl::Statement;
use crate::plan::Plan;

/// Where data is read and written. Owns the source's sessions, which are closed when everything is copied.
pub(super) struct Data<'a> {
    /// What is asked for.
    pub(super) request: &'a Request,
    /// What is to be done.
    pub(super) plan: &'a Plan,
    /// How rows are copied.
    pub(super) copy: copy::Options,
    /// The source.
    pub(super) source: &'a Endpoint,
    /// The moment that is copied.
    pub(super) snapshot: Snapshot,
    /// What holds the source's tables still.
    pub(super) hold: Hold,
    /// The target, in the source's encoding.
    pub(super) target: &'a Endpoint,
    /// A session on the target.
    pub(super) target_session: &'a Control,
    /// What sequences are set to.
    pub(super) sequence_values: &'a [SequenceValue],
}

impl Data<'_> {
    /// Copies it, tells `arrivals` of each table, and in the end that everything is there. Returns what was copied of each table,
    /// what could not be set about large objects, and where the run is to compare them, what still holds the source.
    ///
    /// Dropping the future closes every session of its own; the servers roll back what is under way.
    ///
    /// # Errors
    ///
    /// The first failure. `arrivals` is dropped without the last word then.
    pub(super) async fn copy(
        self,
        counters: &Counters,
        arrivals: UnboundedSender<Arrival>,
    ) -> Result<(Vec<TableOutcome>, Vec<Failure>, Option<(Snapshot, Hold)>), Error> {
        let Self { request, plan, copy, source, snapshot, hold, target, target_session, sequence_values } = self;
        let hold = Arc::new(hold);
        let reading = copy::Reading { source, snapshot_id: snapshot.id(), hold: Some(Arc::clone(&hold)) };
        let mut tables = Vec::new();
        let by_level = plan.loads.chunk_by(|load, next| load.level == next.level);
        counters.announce(plan.configuration.iter().flatten().chain(&plan.loads));
        for loads in plan.configuration.iter().map(Vec::as_slice).chain(by_level) {
            let copied = counters.copying(loads.len(), copy.limits.jobs.get());
            let arrivals = arrivals.clone();
            // Nobody may be listening any more: that ends the run elsewhere.
            let arrived = move |table| {
                let _ = arrivals.send(Arrival::Table(table));
            };
            tables.extend(copy::run(&reading, target, loads, copy.clone(), &copied, arrived).await?);
        }
        let mut failures = Vec::new();
        if request.plan.with_large_objects() {
            let ends = Ends { source, snapshot: &snapshot, target, target_session };
            failures = large_objects(ends, request).await?;
        }
        apply::set_sequences(target_session, sequence_values).await?;
        drop(reading);
        let kept = match Arc::into_inner(hold) {
            Some(hold) if request.verify => Some((snapshot, hold)),
            hold => {
                if let Some(hold) = hold {
                    hold.close().await;
                }
                snapshot.close().await;
                None
            }
        };
        let _ = arrivals.send(Arrival::All);
        counters.enter("building indexes and constraints");
        Ok((tables, failures, kept))
    }
}

async fn large_objects(ends: Ends<'_>, request: &Request) -> Result<Vec<Failure>, apply::Error> {
    let options = &request.plan;
    let wants = |statement: &Statement| options.wants(statement);
    let wants_labels_of = |provider: &str| options.wants_labels_of(provider);
    let jobs = request.copy.limits.jobs.get();
    let copied = apply::copy_large_objects(ends, jobs, options.clean, wants, wants_labels_of).await?;
    let apply::LargeObjects { count, bytes, failures } = copied;
    if count > 0 {
        tracing::info!(count, bytes, "large objects copied");
    }
    Ok(failures)
}
