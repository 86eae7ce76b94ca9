//! Batches on the target: one is open at most, and each is one transaction.

use tokio::time::Instant;

use super::literals::Literals;
use super::rejects::{self, Rejects};
use super::rows::{self, Room};
use super::statements::{Range, Staging, Statements};
use super::{BatchLimits, Job};
use crate::connect::server_error::ServerError;
use crate::connect::wire::Answered;
use crate::connect::{CommandTag, Wire, WireError};
use crate::copy::Error;
use crate::copy::tally::Merged;
use crate::error::Side;
use crate::plan::merge::Action;

/// The savepoint of a range.
const SAVEPOINT: &str = "pgsluice_part";

/// SQLSTATE `cardinality_violation`: ON CONFLICT DO UPDATE met one key twice.
const CARDINALITY_VIOLATION: &str = "21000";

/// Which transactions batches are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Each batch is one, and ends with it.
    Batches,
    /// All rows are one batch of a transaction that others began and will end.
    Later,
}

/// The batches of one chunk.
pub(super) struct Batches<'a> {
    job: &'a Job<'a>,
    statements: Statements<'a>,
    ends: Ends,
    target: &'a mut Wire,
    /// The open batch.
    open: Option<Open>,
    /// Its rows, where no temporary table takes them.
    literals: Literals,
    /// Rows of closed batches.
    pub(super) rows: u64,
    /// What became of them.
    pub(super) merged: Merged,
    has_begun: bool,
}

struct Open {
    rows: u64,
    bytes: u64,
    begin: Instant,
}

impl<'a> Batches<'a> {
    /// None is open.
    pub(super) fn new(job: &'a Job<'a>, statements: Statements<'a>, ends: Ends, target: &'a mut Wire) -> Self {
        let literals = Literals::new(job.load.columns.len());
        Self {
            job,
            statements,
            ends,
            target,
            open: None,
            literals,
            rows: 0,
            merged: Merged::default(),
            has_begun: false,
        }
    }

    /// When batches are closed; never where all rows have to be one.
    fn limits(&self) -> Option<&BatchLimits> {
        Some(&self.job.options.batch).filter(|_| self.ends == Ends::Batches && !self.job.merge.one_batch)
    }

    /// How much the open batch, or the next one, takes. Nothing more once it has been open for too long.
    pub(super) fn room(&self) -> Room {
        let Some(limits) = self.limits() else { return Room { rows: u64::MAX, bytes: u64::MAX } };
        let Some(open) = &self.open else { return Room { rows: limits.rows, bytes: limits.bytes } };
        let is_late = open.begin.elapsed() >= limits.timeout;
        let rows = if is_late { 0 } else { limits.rows.saturating_sub(open.rows) };
        Room { rows, bytes: limits.bytes.saturating_sub(open.bytes) }
    }

    /// When the open batch is to be closed.
    pub(super) fn deadline(&self) -> Option<Instant> {
        Some(self.open.as_ref()?.begin + self.limits()?.timeout)
    }

    /// Opens a batch, where none is open.
    pub(super) async fn begin(&mut self) -> Result<(), Error> {
        if self.open.is_some() {
            return Ok(());
        }
        if self.statements.staging == Staging::Table {
            let begin = self.begin_copy();
            self.target.copy_in(&begin).await.map_err(|error| self.unwritten(&begin, error))?;
            if self.has_begun {
                self.send(&rows::header(self.statements.format()), 0).await?;
            }
        }
        self.has_begun = true;
        self.open = Some(Open { rows: 0, bytes: 0, begin: Instant::now() });
        Ok(())
    }

    /// Counts rows and bytes of the open batch.
    pub(super) fn add(&mut self, rows: u64, bytes: u64) {
        if let Some(open) = &mut self.open {
            open.rows += rows;
            open.bytes += bytes;
        }
    }

    /// Writes bytes of `CopyData` messages into the open batch; of the last message `row_bytes_left` are still to come.
    pub(super) async fn write(&mut self, bytes: &[u8], row_bytes_left: usize) -> Result<(), Error> {
        match self.statements.staging {
            Staging::Table => self.send(bytes, row_bytes_left).await,
            Staging::Parameters => self
                .literals
                .feed(bytes)
                .map_err(|what| self.job.failure(Side::Source, "COPY", WireError::Protocol(what.to_owned()))),
        }
    }

    async fn send(&mut self, bytes: &[u8], row_bytes_left: usize) -> Result<(), Error> {
        let Err(error) = self.target.write_copy_data(bytes).await else { return Ok(()) };
        self.target.end_rejected_copy(row_bytes_left).await;
        Err(self.unwritten(&self.begin_copy(), error))
    }

    fn begin_copy(&self) -> String {
        let copy = self.statements.copy();
        match self.ends {
            Ends::Batches => format!("{}; {copy}", self.statements.begin()),
            Ends::Later => copy,
        }
    }

    /// Merges the open batch, where one is open, and commits it, where it is a transaction.
    pub(super) async fn close(&mut self) -> Result<(), Error> {
        let Some(Open { rows, .. }) = self.open.take() else { return Ok(()) };
        let parameters = match self.statements.staging {
            Staging::Table => {
                self.send(&rows::trailer(self.statements.format()), 0).await?;
                let ended = self.target.end_copy().await;
                let tags = ended.map_err(|error| self.unwritten(&self.begin_copy(), error))?;
                match tags.last().and_then(CommandTag::rows) {
                    Some(taken) if taken == rows => Vec::new(),
                    taken => return Err(self.job.unequal(rows, taken.unwrap_or_default())),
                }
            }
            Staging::Parameters => {
                if self.ends == Ends::Batches {
                    self.execute(self.statements.begin()).await?;
                }
                self.literals.take()
            }
        };
        let mut lines = String::new();
        let merged = if self.job.merge.rejects || self.job.merge.halved {
            self.merge_what_goes(rows, &parameters, &mut lines).await?
        } else {
            let statement = self.statements.merge(None);
            let answered = self.target.answered(&statement, &parameters).await;
            let answered = answered.map_err(|error| self.unwritten(&statement, error))?;
            self.merged_of(rows, &answered)?
        };
        if self.ends == Ends::Batches {
            self.commit(merged, &lines).await?;
        }
        self.rows += rows;
        self.merged += merged;
        tracing::trace!(table = %self.job.load.table, rows, ?merged, "batch merged");
        Ok(())
    }

    /// Ends a batch's transaction.
    async fn commit(&mut self, merged: Merged, rejected_lines: &str) -> Result<(), Error> {
        if let Some(hold) = self.job.hold {
            hold.confirm(&[self.job.load.relation]).await.map_err(Error::Changed)?;
        }
        if let Some(rejects) = self.rejects().filter(|_| !rejected_lines.is_empty()) {
            rejects.write(rejected_lines).await.map_err(Error::Rejects)?;
        }
        self.job.committed.begin();
        self.execute("COMMIT").await?;
        self.job.committed.add(merged);
        Ok(())
    }

    fn rejects(&self) -> Option<&'a Rejects> {
        self.job.options.rejects.as_ref()
    }

    /// Merges what the target takes, and gathers the rows it refuses as lines of JSON: a range that fails is halved until it goes
    /// or one row is left of it. Ranges go in their order, as the rows would.
    async fn merge_what_goes(
        &mut self,
        rows: u64,
        parameters: &[Vec<u8>],
        lines: &mut String,
    ) -> Result<Merged, Error> {
        // The numbers of a temporary table go on from batch to batch.
        let before = if self.statements.staging == Staging::Table { self.rows } else { 0 };
        let mut merged = Merged::default();
        let mut ranges = vec![(before + 1, before + rows)];
        while let Some(range @ (first, last)) = ranges.pop() {
            let Some(error) = self.try_range(range, parameters, &mut merged).await? else { continue };
            if first == last {
                let statement = self.statements.row_as_json(first);
                let answered = self.target.answered(&statement, parameters).await;
                let answered = answered.map_err(|error| self.unwritten(&statement, error))?;
                let row = answered.first_row.into_iter().next().flatten().unwrap_or_else(|| "null".to_owned());
                lines.push_str(&rejects::line(&self.job.load.table, &error, &row));
                merged.rejected += 1;
            } else {
                let middle = first + (last - first) / 2;
                ranges.extend([(middle + 1, last), (first, middle)]);
            }
        }
        Ok(merged)
    }

    /// Merges a range of the batch, or undoes what was done of it and returns why.
    async fn try_range(
        &mut self,
        range: Range,
        parameters: &[Vec<u8>],
        merged: &mut Merged,
    ) -> Result<Option<Box<ServerError>>, Error> {
        let statement = self.statements.merge(Some(range));
        self.execute(&format!("SAVEPOINT {SAVEPOINT}")).await?;
        match self.target.answered(&statement, parameters).await {
            Ok(answered) => {
                *merged += self.merged_of(range.1 - range.0 + 1, &answered)?;
                self.execute(&format!("RELEASE SAVEPOINT {SAVEPOINT}")).await?;
                Ok(None)
            }
            Err(WireError::Server(error)) if self.is_about_rows(&error, range) => {
                self.execute(&format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}; RELEASE SAVEPOINT {SAVEPOINT}")).await?;
                Ok(Some(error))
            }
            Err(error) => Err(self.unwritten(&statement, error)),
        }
    }

    /// Whether a range failed because of some row of it, and others may go.
    fn is_about_rows(&self, error: &ServerError, (first, last): Range) -> bool {
        let repeats = error.code == CARDINALITY_VIOLATION && first < last;
        repeats || self.job.merge.rejects && rejects::is_about_the_row(error)
    }

    /// What a merging statement says it did with so many rows.
    fn merged_of(&self, rows: u64, answered: &Answered) -> Result<Merged, Error> {
        let counted = |number: usize| answered.first_row.get(number)?.as_deref()?.parse::<u64>().ok();
        let merged = match &self.job.merge.action {
            Action::Insert | Action::Nothing => Merged {
                inserted: answered.tags.last().and_then(CommandTag::rows).unwrap_or_default(),
                ..Merged::default()
            },
            Action::Update { .. } => Merged {
                inserted: counted(0).unwrap_or_default(),
                updated: counted(1).unwrap_or_default(),
                repeated: counted(2).map_or(0, |keys| rows.saturating_sub(keys)),
                ..Merged::default()
            },
        };
        match rows.checked_sub(merged.inserted + merged.updated + merged.repeated) {
            Some(0) => Ok(merged),
            Some(unchanged) if self.job.merge.action != Action::Insert => Ok(Merged { unchanged, ..merged }),
            _ => Err(self.job.unequal(rows, merged.inserted + merged.updated + merged.repeated)),
        }
    }

    async fn execute(&mut self, statement: &str) -> Result<(), Error> {
        match self.target.execute(statement).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.unwritten(statement, error)),
        }
    }

    fn unwritten(&self, statement: &str, error: WireError) -> Error {
        self.job.failure(Side::Target, statement, error)
    }
}
