//! How far the copying is: counters that anybody may read at any time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Stands for "no table" among indexes.
const NONE: usize = usize::MAX;

/// Shared counters of a run; clones count together.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    tables: Vec<TableCounters>,
    /// For each worker, the index of the table it copies.
    current: Vec<AtomicUsize>,
    bytes: AtomicU64,
    rows: AtomicU64,
    tables_finished: AtomicUsize,
}

#[derive(Debug, Default)]
struct TableCounters {
    bytes: AtomicU64,
    rows: AtomicU64,
    chunks_finished: AtomicUsize,
}

/// How far one table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableProgress {
    /// Bytes written to the target.
    pub bytes: u64,
    /// Rows of finished chunks.
    pub rows: u64,
    /// Chunks that are on the target.
    pub chunks_finished: usize,
}

// The counters stand for themselves; nothing is read on the strength of another one.
const ORDER: Ordering = Ordering::Relaxed;

impl Progress {
    /// Counters at zero, for so many tables and workers.
    #[must_use]
    pub fn new(tables: usize, workers: usize) -> Self {
        Self(Arc::new(Counters {
            tables: (0..tables).map(|_| TableCounters::default()).collect(),
            current: (0..workers).map(|_| AtomicUsize::new(NONE)).collect(),
            bytes: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            tables_finished: AtomicUsize::new(0),
        }))
    }

    /// Bytes written to the target, of all tables.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(ORDER)
    }

    /// Rows of finished chunks, of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.0.rows.load(ORDER)
    }

    /// Tables whose last chunk is finished.
    #[must_use]
    pub fn tables_finished(&self) -> usize {
        self.0.tables_finished.load(ORDER)
    }

    /// One table's counters, by its index among the loads.
    #[must_use]
    pub fn table(&self, index: usize) -> Option<TableProgress> {
        self.0.tables.get(index).map(|table| TableProgress {
            bytes: table.bytes.load(ORDER),
            rows: table.rows.load(ORDER),
            chunks_finished: table.chunks_finished.load(ORDER),
        })
    }

    /// For each worker, the index of the table it copies now.
    pub fn current(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        self.0.current.iter().map(|table| Some(table.load(ORDER)).filter(|&table| table != NONE))
    }

    pub(crate) fn set_current(&self, worker: usize, table: Option<usize>) {
        if let Some(current) = self.0.current.get(worker) {
            current.store(table.unwrap_or(NONE), ORDER);
        }
    }

    pub(crate) fn moved(&self, table: usize, bytes: u64) {
        self.0.bytes.fetch_add(bytes, ORDER);
        if let Some(table) = self.0.tables.get(table) {
            table.bytes.fetch_add(bytes, ORDER);
        }
    }

    /// Bytes that had moved were rolled back.
    pub(crate) fn taken_back(&self, table: usize, bytes: u64) {
        self.0.bytes.fetch_sub(bytes, ORDER);
        if let Some(table) = self.0.tables.get(table) {
            table.bytes.fetch_sub(bytes, ORDER);
        }
    }

    pub(crate) fn chunk_finished(&self, table: usize, rows: u64, is_last: bool) {
        self.0.rows.fetch_add(rows, ORDER);
        if is_last {
            self.0.tables_finished.fetch_add(1, ORDER);
        }
        if let Some(table) = self.0.tables.get(table) {
            table.rows.fetch_add(rows, ORDER);
            table.chunks_finished.fetch_add(1, ORDER);
        }
    }
}
