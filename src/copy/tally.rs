//! What has been copied of each table.

use std::time::{Duration, Instant};

use super::pump::Transfer;
use crate::ddl::sql::QualifiedName;
use crate::plan::load::TableLoad;

/// What became of rows that were merged into those that were there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merged {
    /// Rows that were not there.
    pub inserted: u64,
    /// Rows that were there with other values.
    pub updated: u64,
    /// Rows that were there, and stayed as they were.
    pub unchanged: u64,
    /// Rows that a later row of the same batch with the same key came after.
    pub repeated: u64,
    /// Rows that the target refused.
    pub rejected: u64,
}

impl std::ops::AddAssign for Merged {
    fn add_assign(&mut self, more: Self) {
        self.inserted += more.inserted;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.repeated += more.repeated;
        self.rejected += more.rejected;
    }
}

/// What was copied of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOutcome {
    /// The table's OID on the source.
    pub relation: u32,
    /// Its name.
    pub table: QualifiedName,
    /// Rows, by the command tags of both sides.
    pub rows: u64,
    /// Bytes of `CopyData`, message headers included.
    pub bytes: u64,
    /// COPY pairs.
    pub chunks: usize,
    /// From the begin of its first chunk to the end of its last one.
    pub duration: Duration,
    /// How it travelled, from the plan.
    pub route: String,
    /// What became of its rows, where they were merged into those that were there.
    pub merged: Option<Merged>,
}

/// One table's sums while its chunks come in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    rows: u64,
    bytes: u64,
    chunks: usize,
    merged: Option<Merged>,
    begin: Option<Instant>,
    end: Option<Instant>,
}

impl Tally {
    /// A chunk begins.
    pub(super) fn begin(&mut self) {
        self.begin.get_or_insert_with(Instant::now);
    }

    /// A chunk is on the target. Returns the number of chunks that are, and what became of their rows.
    pub(super) fn add(&mut self, transfer: Transfer) -> (usize, Option<Merged>) {
        self.rows += transfer.rows;
        self.bytes += transfer.bytes;
        self.chunks += 1;
        if let Some(merged) = transfer.merged {
            *self.merged.get_or_insert_default() += merged;
        }
        self.end = Some(Instant::now());
        (self.chunks, self.merged)
    }

    /// How many of its chunks are on the target.
    pub(super) fn chunks(&self) -> usize {
        self.chunks
    }

    /// The table's result.
    pub(super) fn outcome(&self, load: &TableLoad) -> TableOutcome {
        let duration = self.begin.zip(self.end).map_or(Duration::ZERO, |(begin, end)| end - begin);
        TableOutcome {
            relation: load.relation,
            table: load.table.clone(),
            rows: self.rows,
            bytes: self.bytes,
            chunks: self.chunks,
            duration,
            route: load.route(),
            merged: self.merged,
        }
    }
}
