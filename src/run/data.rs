//! Everything that is data: rows, large objects, the values of sequences.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::error::Error;
use super::progress::Counters;
use super::record::Record;
use super::request::Request;
use super::target;
use crate::apply::{self, Arrival, Ends, Failure, SequenceValue};
use crate::connect::retry::persistently;
use crate::connect::{Control, Endpoint, Hold, Snapshot, snapshot};
use crate::copy::{self, TableOutcome};
use crate::ddl::Statement;
use crate::error::Side;
use crate::plan::Plan;
use crate::plan::load::TableLoad;

/// What data is copied, and where it is read and written.
pub(super) struct Data<'a> {
    /// What is asked for.
    pub(super) request: &'a Request,
    /// What is told of it.
    pub(super) record: &'a Record<'a>,
    /// What is to be done.
    pub(super) plan: &'a Plan,
    /// How rows are copied.
    pub(super) copy: copy::Options,
    /// The source.
    pub(super) source: &'a Endpoint,
    /// The target, in the source's encoding.
    pub(super) target: &'a Endpoint,
    /// A session on the target.
    pub(super) target_session: &'a Control,
    /// What sequences are set to.
    pub(super) sequence_values: &'a [SequenceValue],
}

impl Data<'_> {
    /// Copies it, tells `arrivals` of each table, and in the end that everything is there. Returns what was copied of each table,
    /// what could not be set about large objects, and what still holds the source where the run is to compare it; otherwise its
    /// sessions are closed when everything is copied.
    ///
    /// Dropping the future closes every session of its own; the servers roll back what is under way.
    ///
    /// # Errors
    ///
    /// The first failure that lasts. `arrivals` is dropped without the last word then.
    pub(super) async fn copy(
        self,
        snapshot: Snapshot,
        hold: Hold,
        counters: &Counters,
        arrivals: UnboundedSender<Arrival>,
    ) -> Result<(Vec<TableOutcome>, Vec<Failure>, Option<(Snapshot, Hold)>), Error> {
        let (snapshot, hold) = (Arc::new(snapshot), Arc::new(hold));
        let reading =
            copy::Reading { source: self.source, snapshot: Arc::clone(&snapshot), hold: Some(Arc::clone(&hold)) };
        let everything = async {
            let tables = self.rows(&reading, counters, &arrivals).await?;
            Ok::<_, Error>((tables, self.large_objects(&snapshot).await?))
        };
        let (tables, failures) = tokio::select! {
            copied = everything => copied?,
            never = snapshot.upkeep() => match never {},
        };
        self.set_sequences().await?;
        drop(reading);
        let mut still_open = Arc::into_inner(snapshot).zip(Arc::into_inner(hold));
        if let Some((snapshot, hold)) = still_open.take_if(|_| !self.request.verify) {
            hold.close().await;
            snapshot.close().await;
        }
        let _ = arrivals.send(Arrival::All);
        counters.enter("building indexes and constraints");
        Ok((tables, failures, still_open))
    }

    /// Copies every table, and makes sure that its rows are on the target's disk.
    async fn rows(
        &self,
        reading: &copy::Reading<'_>,
        counters: &Counters,
        arrivals: &UnboundedSender<Arrival>,
    ) -> Result<Vec<TableOutcome>, Error> {
        let Self { plan, copy, target, .. } = self;
        let mut tables = Vec::new();
        let by_level = plan.loads.chunk_by(|load, next| load.level == next.level);
        counters.announce(plan.configuration.iter().flatten().chain(&plan.loads));
        let all: Vec<&[TableLoad]> = plan.configuration.iter().map(Vec::as_slice).chain(by_level).collect();
        for &loads in &all {
            let copied = counters.copying(loads, copy.limits.jobs.get());
            let arrivals = arrivals.clone();
            // Nobody may be listening any more: that ends the run elsewhere.
            let arrived = move |table| {
                let _ = arrivals.send(Arrival::Table(table));
            };
            tables.extend(copy::run(reading, target, loads, copy.clone(), &copied, arrived).await?);
        }
        copy::confirm(reading, target, &all, copy, self.target_session).await?;
        Ok(tables)
    }

    async fn large_objects(&self, snapshot: &Snapshot) -> Result<Vec<Failure>, Error> {
        let options = &self.request.plan;
        if !options.with_large_objects() {
            return Ok(Vec::new());
        }
        let wants = |statement: &Statement| options.wants(statement);
        let wants_labels_of = |provider: &str| options.wants_labels_of(provider);
        let other = self.living_session().await?;
        let target_session = other.as_ref().unwrap_or(self.target_session);
        let ends = Ends { snapshot, target: self.target, target_session, retry: self.copy.retry };
        let jobs = self.copy.limits.jobs.get();
        let copied = apply::copy_large_objects(ends, jobs, options.clean, wants, wants_labels_of).await?;
        let apply::LargeObjects { count, bytes, failures } = copied;
        if count > 0 {
            tracing::info!(count, bytes, "large objects copied");
        }
        Ok(failures)
    }

    /// Sets sequences, which does no harm when it is done twice, and lets everything so far come to the target's disk.
    async fn set_sequences(&self) -> Result<(), Error> {
        persistently(self.copy.retry, Error::is_passing, async || {
            let other = self.living_session().await?;
            let session = other.as_ref().unwrap_or(self.target_session);
            apply::set_sequences(session, self.sequence_values).await?;
            Ok(snapshot::flush(session, Side::Target).await?)
        })
        .await
    }

    async fn living_session(&self) -> Result<Option<Control>, Error> {
        target::instead_of(self.target_session, self.request, self.record, self.copy.ledger).await
    }
}
