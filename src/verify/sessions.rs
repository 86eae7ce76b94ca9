//! Sessions that read, each inside its side's snapshot, and the work they share.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::error::Error;
use crate::connect::{Control, Endpoint, Snapshot, SnapshotError, query, snapshot};
use crate::error;

/// One of the two databases.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Where its sessions come from.
    pub endpoint: &'a Endpoint,
    /// The moment that is compared.
    pub snapshot: &'a Snapshot,
}

/// Both.
#[derive(Debug, Clone, Copy)]
pub struct Ends<'a> {
    /// The source.
    pub source: Side<'a>,
    /// The target.
    pub target: Side<'a>,
}

/// What a server answers: rows, or what is wrong with the query.
pub(super) type Answer = Result<Vec<Row>, tokio_postgres::Error>;

/// A query's parameters with their types.
pub(super) type Parameters<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

/// A session that reads rows.
struct Reader {
    control: Control,
    begin: String,
    side: error::Side,
}

impl Reader {
    async fn open(side: Side<'_>) -> Result<Self, Error> {
        let control = side.endpoint.control().await?;
        let failed = SnapshotError::failed("prepare a session", side.endpoint.side());
        control.client().batch_execute(query::COPY_SOURCE).await.map_err(failed)?;
        let begin = snapshot::begin_in(&side.snapshot.living_id().await?);
        let reader = Self { control, begin, side: side.endpoint.side() };
        reader.begin().await?;
        Ok(reader)
    }

    async fn begin(&self) -> Result<(), Error> {
        let failed = SnapshotError::failed("import the snapshot", self.side);
        Ok(self.control.client().batch_execute(&self.begin).await.map_err(failed)?)
    }

    /// The rows of a query, or what is wrong with it. The session is ready for the next one in either case.
    async fn read(&self, sql: &str, parameters: Parameters<'_>) -> Result<Answer, Error> {
        match self.control.client().query_typed(sql, parameters).await {
            Ok(rows) => Ok(Ok(rows)),
            Err(source) if self.control.client().is_closed() => Err(Error::Lost { side: self.side, source }),
            Err(error) => {
                let over = self.control.client().batch_execute("ROLLBACK").await;
                over.map_err(|source| Error::Lost { side: self.side, source })?;
                self.begin().await?;
                Ok(Err(error))
            }
        }
    }
}

/// The sessions of one side.
pub(super) struct Pool<'a> {
    side: Side<'a>,
    sessions_max: usize,
    readers: Vec<Reader>,
}

impl<'a> Pool<'a> {
    /// No session yet, and `sessions_max` in the end.
    pub(super) fn new(side: Side<'a>, sessions_max: usize) -> Self {
        Self { side, sessions_max: sessions_max.max(1), readers: Vec::new() }
    }

    /// Runs queries, the first ones first, and gives each answer to `take` with the query's place. Answers do not pile up.
    ///
    /// # Errors
    ///
    /// When a session cannot be opened or is lost; what is wrong with a query `take` is told.
    pub(super) async fn run(&mut self, queries: &[String], take: impl Fn(usize, Answer)) -> Result<(), Error> {
        self.grow(queries.len()).await?;
        let waiting: Mutex<VecDeque<usize>> = Mutex::new((0..queries.len()).collect());
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let (next, take) = (&next, &take);
        let reading = self.readers.iter().map(|reader| async move {
            while let Some(place) = next() {
                let Some(sql) = queries.get(place) else { continue };
                take(place, reader.read(sql, &[]).await?);
            }
            Ok(())
        });
        try_join_all(reading).await.map(drop)
    }

    /// Runs one query with parameters.
    ///
    /// # Errors
    ///
    /// When no session can be opened, or it is lost.
    pub(super) async fn ask(&mut self, sql: &str, parameters: Parameters<'_>) -> Result<Answer, Error> {
        if self.readers.is_empty() {
            self.readers.push(Reader::open(self.side).await?);
        }
        match self.readers.first() {
            Some(reader) => reader.read(sql, parameters).await,
            None => Ok(Ok(Vec::new())),
        }
    }

    /// Opens as many sessions as there is work for, or as the server has place for.
    async fn grow(&mut self, queries: usize) -> Result<(), Error> {
        let missing = self.sessions_max.min(queries).saturating_sub(self.readers.len());
        for opened in try_opening(self.side, missing).await {
            match opened {
                Ok(reader) => self.readers.push(reader),
                Err(Error::Snapshot(SnapshotError::Connect(error))) if !self.readers.is_empty() => {
                    tracing::warn!(%error, "no more connections: comparing with fewer sessions");
                    self.sessions_max = self.readers.len();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Closes every session.
    pub(super) async fn close(self) {
        for reader in self.readers {
            reader.control.close().await;
        }
    }
}

/// Opens sessions at once; those that were opened come first.
async fn try_opening(side: Side<'_>, count: usize) -> Vec<Result<Reader, Error>> {
    let mut opened = futures_util::future::join_all((0..count).map(|_| Reader::open(side))).await;
    opened.sort_by_key(Result::is_err);
    opened
}
