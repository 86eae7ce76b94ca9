//! How far the copying is: counters that anybody may read at any time.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::ddl::sql::QualifiedName;
use crate::plan::load::Chunk;

/// Stands for "no table" among indexes.
const NONE: usize = usize::MAX;

/// Shared counters of a run; clones count together.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    since: Instant,
    tables: Vec<TableCounters>,
    /// For each worker, the index of the table it copies.
    current: Vec<AtomicUsize>,
    bytes: AtomicU64,
    rows: AtomicU64,
    tables_finished: AtomicUsize,
    retried: AtomicUsize,
    /// Chunks that are on the target and were not taken; None where nobody takes them.
    finished: Option<Mutex<Vec<Finished>>>,
}

/// A chunk that is on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its table.
    pub table: QualifiedName,
    /// Its number in the table's plan.
    pub number: usize,
    /// What of the table it is.
    pub chunk: Chunk,
    /// Rows, by the command tags of both sides.
    pub rows: u64,
    /// Bytes of `CopyData`, message headers included.
    pub bytes: u64,
}

#[derive(Debug, Default)]
struct TableCounters {
    bytes: AtomicU64,
    rows: AtomicU64,
    chunks_finished: AtomicUsize,
    /// When it began and when its last chunk was finished, in microseconds since the counters were made; 0 before that.
    begun: AtomicU64,
    ended: AtomicU64,
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
    /// From its first chunk to the end of its last one; `None` before that.
    pub took: Option<Duration>,
}

// The counters stand for themselves; nothing is read on the strength of another one.
const ORDER: Ordering = Ordering::Relaxed;

impl Progress {
    /// Counters at zero, for so many tables and workers.
    #[must_use]
    pub fn new(tables: usize, workers: usize) -> Self {
        Self::counting(tables, workers, None)
    }

    /// The same, which also keeps every finished chunk until somebody takes it.
    #[must_use]
    pub fn recorded(tables: usize, workers: usize) -> Self {
        Self::counting(tables, workers, Some(Mutex::default()))
    }

    fn counting(tables: usize, workers: usize, finished: Option<Mutex<Vec<Finished>>>) -> Self {
        Self(Arc::new(Counters {
            since: Instant::now(),
            tables: (0..tables).map(|_| TableCounters::default()).collect(),
            current: (0..workers).map(|_| AtomicUsize::new(NONE)).collect(),
            bytes: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            tables_finished: AtomicUsize::new(0),
            retried: AtomicUsize::new(0),
            finished,
        }))
    }

    /// Takes the chunks that were finished since the last call; none where they are not kept.
    #[must_use]
    pub fn take_finished(&self) -> Vec<Finished> {
        let finished = self.0.finished.as_ref();
        finished.map_or_else(Vec::new, |all| std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Keeps a finished chunk, where chunks are kept.
    pub(crate) fn keep_finished(&self, chunk: impl FnOnce() -> Finished) {
        if let Some(finished) = &self.0.finished {
            finished.lock().unwrap_or_else(PoisonError::into_inner).push(chunk());
        }
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

    /// Chunks that were tried more than once.
    #[must_use]
    pub fn retried(&self) -> usize {
        self.0.retried.load(ORDER)
    }

    pub(crate) fn retry(&self, chunks: usize) {
        self.0.retried.fetch_add(chunks, ORDER);
    }

    /// Tables of which something was written, finished or not.
    #[must_use]
    pub fn tables_begun(&self) -> usize {
        let is_begun = |table: &&TableCounters| table.chunks_finished.load(ORDER) > 0;
        self.0.tables.iter().filter(is_begun).count()
    }

    /// One table's counters, by its index among the loads.
    #[must_use]
    pub fn table(&self, index: usize) -> Option<TableProgress> {
        self.0.tables.get(index).map(|table| TableProgress {
            bytes: table.bytes.load(ORDER),
            rows: table.rows.load(ORDER),
            chunks_finished: table.chunks_finished.load(ORDER),
            took: match (table.begun.load(ORDER), table.ended.load(ORDER)) {
                (_, 0) => None,
                (begun, ended) => Some(Duration::from_micros(ended.saturating_sub(begun))),
            },
        })
    }

    /// Microseconds since the counters were made; never 0.
    fn now(&self) -> u64 {
        u64::try_from(self.0.since.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }

    /// For each worker, the index of the table it copies now.
    pub fn current(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        self.0.current.iter().map(|table| Some(table.load(ORDER)).filter(|&table| table != NONE))
    }

    pub(crate) fn set_current(&self, worker: usize, table: Option<usize>) {
        if let Some(current) = self.0.current.get(worker) {
            current.store(table.unwrap_or(NONE), ORDER);
        }
        if let Some(table) = table.and_then(|table| self.0.tables.get(table)) {
            // Another worker may have begun it before.
            let _ = table.begun.compare_exchange(0, self.now(), ORDER, ORDER);
        }
    }

    pub(crate) fn moved(&self, table: usize, bytes: u64) {
        self.0.bytes.fetch_add(bytes, ORDER);
        if let Some(table) = self.0.tables.get(table) {
            table.bytes.fetch_add(bytes, ORDER);
        }
    }

    /// Counts bytes on their way, until it is known whether they arrive.
    pub(crate) fn moving(&self) -> Moving {
        Moving { progress: self.clone(), bytes: AtomicU64::new(0), of: Mutex::default() }
    }

    /// Bytes that had moved were rolled back.
    fn taken_back(&self, table: usize, bytes: u64) {
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
            if is_last {
                table.ended.store(self.now(), ORDER);
            }
            table.chunks_finished.fetch_add(1, ORDER);
        }
    }
}

/// Bytes on their way, of one table or of several one after the other. They are taken back where this is dropped before they have
/// arrived.
#[derive(Debug)]
pub(crate) struct Moving {
    progress: Progress,
    bytes: AtomicU64,
    /// Of each table, by its index.
    of: Mutex<Vec<(usize, u64)>>,
}

impl Moving {
    /// Bytes of a table were written.
    pub(crate) fn moved(&self, table: usize, bytes: u64) {
        self.progress.moved(table, bytes);
        self.bytes.fetch_add(bytes, ORDER);
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        match of.last_mut() {
            Some((last, moved)) if *last == table => *moved += bytes,
            _ => of.push((table, bytes)),
        }
    }

    /// Bytes of all tables so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(ORDER)
    }

    /// They have arrived.
    pub(crate) fn arrived(&self) {
        self.of.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Moving {
    fn drop(&mut self) {
        for (table, bytes) in std::mem::take(&mut *self.of.lock().unwrap_or_else(PoisonError::into_inner)) {
            self.progress.taken_back(table, bytes);
        }
    }
}
