//! Tells the store what was asked for, what is done and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::error::Error;
use super::outcome::Outcome;
use super::progress::Counters;
use super::request::Request;
use super::resume::Resume;
use crate::connect::{Control, SnapshotError};
use crate::ddl::QualifiedName;
use crate::error::{Explain as _, Side};
use crate::plan::load::Chunk;
use crate::plan::select::Selection;
use crate::report;
use crate::store::ledger::{self, Known, LoadedChunk, Runner, Standing, TableProgress, TargetIdentity};
use crate::store::{self, Ledger, RequestError, SchemaRequest, Store};
use crate::verify::Verification;

/// How often what is done is recorded.
const SAVE_INTERVAL: Duration = Duration::from_secs(1);

/// How often the store hears of the run where nothing is done.
const SIGN_OF_LIFE_INTERVAL: Duration = Duration::from_secs(10);

/// How long the store may take to answer. After that the connection counts as lost, and the lock with it.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How long sessions of an earlier run may take to leave the target.
const TARGET_LOCK_LIMIT: Duration = Duration::from_secs(30);

/// How often the target is asked whether they have.
const TARGET_LOCK_INTERVAL: Duration = Duration::from_millis(250);

/// The run's requests in the store; nothing where there is no store.
pub(super) struct Record<'a> {
    recording: Option<Recording<'a>>,
}

/// Whether there is something to do.
pub(super) enum Begun<'a> {
    /// There is.
    Now(Box<Record<'a>>),
    /// The request is completed, and was not to be repeated.
    Completed {
        /// When it was completed.
        at: String,
    },
}

/// A run with a store.
pub(super) struct Recording<'a> {
    pub(super) ledger: Ledger<'a>,
    session: &'a Control,
    store: Store<'a>,
    identity: &'a store::Identity,
    /// What an earlier run left that was not completed.
    known: Option<Known>,
    done: Mutex<Done>,
}

/// What was done and may not be recorded yet.
#[derive(Default)]
struct Done {
    tables: BTreeMap<QualifiedName, TableProgress>,
    /// Tables that were changed since they were recorded.
    changed: BTreeSet<QualifiedName>,
    chunks: Vec<LoadedChunk>,
}

impl<'a> Record<'a> {
    /// Takes the request's lock and records that work has begun, before any other server is asked for anything.
    pub(super) async fn begin(session: Option<&'a Control>, request: &'a Request) -> Result<Begun<'a>, Error> {
        let Some(session) = session else { return Ok(Begun::Now(Box::new(Self { recording: None }))) };
        let mut store = Store::open(session.client()).await?;
        let ledger = Ledger::lock(session.client(), request.identity.clone()).await?;
        let known = ledger.known().await?;
        if let Some(known) = &known {
            if known.standing == Standing::Completed && !request.repeat {
                let at = known.ended_at.clone().unwrap_or_default();
                return Ok(Begun::Completed { at });
            }
            tell(known);
        }
        let known = known.filter(|known| known.standing != Standing::Completed);
        let runner =
            Runner { host: whoami::hostname().ok(), application_name: request.target.application_name().to_owned() };
        // A row of the snapshot requests is nobody's until the request is recorded that has it.
        store::alone(session.client(), async || {
            store.request(&request.identity.key(), &asked_for(&request.plan.selection)).await?;
            store.begin().await?;
            ledger.take(&store.req_ids(), &runner, known.is_none()).await
        })
        .await?;
        let done = Mutex::default();
        let recording = Recording { ledger, session, store, identity: &request.identity, known, done };
        Ok(Begun::Now(Box::new(Self { recording: Some(recording) })))
    }

    /// Makes sure that no other run of the request works on the target, and finds out what an earlier one left there.
    pub(super) async fn resume(&self, target: &Control, request: &Request) -> Result<Resume<'_>, Error> {
        let Some(recording) = &self.recording else { return Ok(Resume::default()) };
        recording.lock_target(target).await?;
        let identity = ledger::target_identity(target).await.map_err(asked("identify the database"))?;
        let known = recording.known.as_ref().filter(|known| recording.is_same(known, &identity));
        Resume::new(recording, known, identity, request).await
    }

    /// Lets a session keep other runs of the request away from the target, in place of one that was lost.
    pub(super) async fn lock_target(&self, target: &Control) -> Result<(), Error> {
        match &self.recording {
            Some(recording) => recording.lock_target(target).await,
            None => Ok(()),
        }
    }

    /// Whether anything is recorded.
    pub(super) fn is_kept(&self) -> bool {
        self.recording.is_some()
    }

    /// Records what is done for as long as it is waited for, and returns only when it cannot: nothing may be written to the target
    /// any more then.
    ///
    /// Cancel safe: what is dropped half-way is recorded by [`Record::finish`].
    pub(super) async fn watch(&self, counters: &Counters) -> Error {
        let Some(recording) = &self.recording else { return std::future::pending().await };
        let mut recorded_at = Instant::now();
        loop {
            tokio::select! {
                () = recording.session.ended() => return store::Error::Lost.into(),
                () = sleep(SAVE_INTERVAL) => {}
            }
            let is_due = recorded_at.elapsed() >= SIGN_OF_LIFE_INTERVAL;
            match timeout(ANSWER_LIMIT, recording.save(counters, is_due)).await {
                Ok(Ok(true)) => recorded_at = Instant::now(),
                Ok(Ok(false)) => {}
                Ok(Err(_)) if recording.session.client().is_closed() => return store::Error::Lost.into(),
                Ok(Err(error)) => return error.into(),
                Err(_) => return store::Error::Lost.into(),
            }
        }
    }

    /// Records what came of it: `completed` only where everything that was asked for is on the target. A run that cannot
    /// be recorded has failed, but what failed before goes first.
    pub(super) async fn finish(self, outcome: Result<Outcome, Error>, counters: &Counters) -> Result<Outcome, Error> {
        let Some(recording) = self.recording else { return outcome };
        let recorded = timeout(ANSWER_LIMIT, recording.end(&outcome, counters)).await;
        match (recorded.unwrap_or(Err(store::Error::Lost)), outcome) {
            (Ok(()), outcome) => outcome,
            (Err(unrecorded), Ok(_)) => Err(unrecorded.into()),
            (Err(_), Err(Error::Store(lost))) => Err(lost.into()),
            (Err(unrecorded), Err(error)) => {
                tracing::error!(detail = unrecorded.detail(), "{unrecorded}");
                Err(error)
            }
        }
    }
}

impl Recording<'_> {
    /// A run that lost its store stops, but may need a moment: the target's own lock says when it has.
    async fn lock_target(&self, target: &Control) -> Result<(), Error> {
        let begin = Instant::now();
        let mut is_told = false;
        loop {
            let is_free = ledger::lock_target(target, self.identity).await;
            if is_free.map_err(asked("see whether another run works on the database"))? {
                return Ok(());
            }
            if begin.elapsed() > TARGET_LOCK_LIMIT {
                return Err(Error::TargetBusy);
            }
            if !is_told {
                tracing::info!("waiting for the sessions of another run of this request to leave the target");
                is_told = true;
            }
            sleep(TARGET_LOCK_INTERVAL).await;
        }
    }

    fn is_same(&self, known: &Known, target: &TargetIdentity) -> bool {
        let is_other = known.target.as_ref().is_some_and(|before| before != target);
        if is_other {
            tracing::warn!(
                target = self.identity.target,
                "the target is another database than the earlier run's, though its name is the same: nothing in it is taken for that \
                 run's"
            );
        }
        !is_other
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records what was done since the last time; whether there was anything, or the store was to hear of the run anyway.
    async fn save(&self, counters: &Counters, is_due: bool) -> Result<bool, store::Error> {
        let (tables, chunks) = {
            let mut done = self.done();
            for chunk in counters.take_finished() {
                done.add(chunk);
            }
            let changed = done.changed.iter().filter_map(|table| done.tables.get(table).cloned());
            (changed.collect::<Vec<_>>(), done.chunks.clone())
        };
        if tables.is_empty() && !is_due {
            return Ok(false);
        }
        self.ledger.loaded(&tables, &chunks).await?;
        // Only this function changes them, and never twice at once.
        let mut done = self.done();
        done.changed.clear();
        done.chunks.clear();
        Ok(true)
    }

    async fn end(&self, outcome: &Result<Outcome, Error>, counters: &Counters) -> Result<(), store::Error> {
        self.save(counters, false).await?;
        let errors = errors(outcome);
        let standing = match outcome {
            _ if errors.is_empty() => Standing::Completed,
            Err(Error::Interrupted { .. }) => Standing::Interrupted,
            _ => Standing::Failed,
        };
        self.store.finish(&errors).await?;
        let messages: Vec<Value> = errors.into_iter().map(|error| error.to_json()).collect();
        let messages = (!messages.is_empty()).then_some(Value::Array(messages));
        self.ledger.ended(standing, messages.as_ref()).await
    }
}

impl Done {
    fn add(&mut self, chunk: crate::copy::Finished) {
        let table = chunk.table;
        let progress = self.tables.entry(table.clone()).or_insert_with(|| TableProgress {
            table: table.clone(),
            chunks: 0,
            rows: 0,
            bytes: 0,
        });
        progress.chunks += 1;
        progress.rows += chunk.rows;
        progress.bytes += chunk.bytes;
        let range = match chunk.chunk {
            Chunk::Whole => None,
            Chunk::Blocks(range) => Some(("blocks", range.first.map(i64::from), range.end.map(i64::from))),
            Chunk::Keys(range) => Some(("keys", range.first, range.end)),
        };
        self.chunks.extend(range.map(|(divided_by, range_first, range_end)| LoadedChunk {
            table: table.clone(),
            chunk: chunk.number,
            divided_by,
            range_first,
            range_end,
            rows: chunk.rows,
            bytes: chunk.bytes,
        }));
        self.changed.insert(table);
    }
}

/// Says what becomes of what an earlier run left.
fn tell(known: &Known) {
    let Known { started_at, ended_at, host, .. } = known;
    let host = host.as_deref().unwrap_or("an unknown host");
    let ended_at = ended_at.as_deref().unwrap_or_default();
    match known.standing {
        Standing::InProgress => {
            tracing::warn!("taking over from the run that began at {started_at} on {host} and is gone");
        }
        Standing::Completed => tracing::info!("repeating the request that was completed at {ended_at}"),
        Standing::Failed | Standing::Interrupted => {
            tracing::warn!(
                "going on with the request whose last run ended at {ended_at} on {host} without completing it"
            );
        }
    }
}

pub(super) fn asked(act: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Error {
    move |source| SnapshotError::failed(act, Side::Target)(source).into()
}

/// One request per schema that is named; `*` is every schema.
fn asked_for(selection: &Selection) -> Vec<SchemaRequest> {
    let mut schemas: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pattern in &selection.tables {
        let (schema, table) = pattern.halves();
        let tables = schemas.entry(schema).or_default();
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    if schemas.is_empty() {
        schemas.insert("*".to_owned(), vec!["*".to_owned()]);
    }
    schemas.into_iter().map(|(schema, tables)| SchemaRequest { schema, tables }).collect()
}

fn errors(outcome: &Result<Outcome, Error>) -> Vec<RequestError> {
    match outcome {
        Err(error) => {
            let table = error.table();
            let message = match error.detail() {
                Some(detail) => format!("{error}: {detail}"),
                None => error.to_string(),
            };
            vec![RequestError {
                schema: table.map(|table| table.schema.clone()),
                table: table.map(|table| table.name.clone()),
                message,
            }]
        }
        Ok(outcome) => {
            let failed = outcome.missing.failures.iter().map(|failure| format!("{failure}: {}", failure.words));
            let missing = outcome.missing.omissions.iter().filter(|item| item.standing == report::Standing::Missing);
            let missing = missing.map(|item| format!("{} was left out: {}", item.object, item.reason));
            let rejected = outcome.rejected().map(|(table, rows)| RequestError {
                schema: Some(table.schema.clone()),
                table: Some(table.name.clone()),
                message: format!("{rows} rows were rejected"),
            });
            let found = outcome.verification.iter().flat_map(Verification::findings);
            let found = found.map(|(table, message)| RequestError {
                schema: table.map(|table| table.schema.clone()),
                table: table.map(|table| table.name.clone()),
                message,
            });
            let other = failed.chain(missing).map(|message| RequestError { schema: None, table: None, message });
            other.chain(rejected).chain(found).collect()
        }
    }
}
