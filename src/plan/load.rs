//! How the rows of each table travel: its route, its chunks and the reason.

use super::merge::Merge;
use crate::ddl::sql::QualifiedName;

/// The COPY format both sessions of a chunk use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    /// `FORMAT binary`: nothing is converted to text and back.
    Binary,
    /// `FORMAT text`: for types whose binary form is missing or means something else on another server.
    Text,
}

/// A half-open range of heap blocks, `first <= block < end`. An open end covers blocks that appear after planning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockRange {
    /// The first block; `None` from the start of the heap.
    pub first: Option<u32>,
    /// The block behind the last; `None` to the end of the heap, whatever that is by then.
    pub end: Option<u32>,
}

/// A half-open range of values of a table's key column, `first <= key < end`. An open end covers whatever there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRange {
    /// The first value; `None` from the smallest.
    pub first: Option<i64>,
    /// The value behind the last; `None` to the largest.
    pub end: Option<i64>,
}

/// One COPY pair's share of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunk {
    /// The whole table in one COPY.
    Whole,
    /// The rows whose ctid lies in a range of blocks.
    Blocks(BlockRange),
    /// The rows whose key lies in a range.
    Keys(KeyRange),
}

/// The least a table must hold to be loaded frozen. The TRUNCATE that this takes gives the table new files and flushes its
/// commit, which makes a tiny table three times as slow to load (3.3 ms instead of 1.1 ms, measured with a thousand of them on
/// a local disk); and what a later vacuum has to rewrite of a small one is nothing.
pub(crate) const FREEZE_BYTES_MIN: u64 = 1 << 20;

/// Which rows of a table travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFilter {
    /// A WHERE clause as the source has it, or nothing for every row.
    pub condition: String,
    /// Whether the rows on the target that it holds for are deleted first.
    pub replaces: bool,
}

/// One table's rows: where they go, how, and in which pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLoad {
    /// The table's OID on the source.
    pub relation: u32,
    /// The table's name, the same on both sides.
    pub table: QualifiedName,
    /// The columns that travel, by name: no generated and no dropped ones. May be empty (a table without columns).
    pub columns: Vec<String>,
    /// How both COPY statements write the rows.
    pub format: CopyFormat,
    /// Whether this run created the target's table, so that it may be truncated and loaded frozen.
    pub created_here: bool,
    /// The chunks, in the order of blocks or keys. Never empty.
    pub chunks: Vec<Chunk>,
    /// The column that ranges of keys are about: of an integer type and never NULL. `None` where there are none.
    pub key_column: Option<String>,
    /// Heap and TOAST of the source's table, in bytes, as of planning.
    pub bytes_estimate: u64,
    /// Why it is divided, or is not.
    pub chunking_reason: &'static str,
    /// Why it travels as text; `None` where it does not.
    pub text_reason: Option<String>,
    /// The partitioned table that the rows are inserted into on the target, where other partitions of it may have to take them
    /// than the one they come from.
    pub through: Option<QualifiedName>,
    /// Which rows travel; `None` for all of them.
    pub filter: Option<RowFilter>,
    /// Expressions of the user's that must hold for a row to travel.
    pub predicates: Vec<String>,
    /// How rows get into a table that holds some; `None` for COPY alone.
    pub merge: Option<Merge>,
    /// How many steps stand between this table and one whose foreign keys lead nowhere: lower levels have to be there first.
    pub level: usize,
    /// Its turn, where the tables of its level refer to each other in a loop, so that all of them are loaded in one transaction;
    /// `None` for a table by itself.
    pub turn: Option<usize>,
}

impl TableLoad {
    /// Whether the target's table is emptied and loaded in one transaction, which lets rows arrive frozen. Only a table that
    /// this run made may be emptied.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.created_here
            && self.through.is_none()
            && self.chunks == [Chunk::Whole]
            && self.bytes_estimate >= FREEZE_BYTES_MIN
    }

    /// Whether the table may share a transaction with others on the target: one COPY pair moves it, and the fewer round trips
    /// matter more than how its rows are stored.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.chunks == [Chunk::Whole]
            && self.filter.is_none()
            && self.merge.is_none()
            && self.bytes_estimate < FREEZE_BYTES_MIN
    }

    /// The route for people: `binary, frozen`, `binary, 17 chunks`, `text (column x: type regclass sends OIDs as binary)`.
    #[must_use]
    pub fn route(&self) -> String {
        let mut route = match &self.text_reason {
            Some(reason) => format!("text ({reason})"),
            None => "binary".to_owned(),
        };
        if let Some(merge) = &self.merge {
            route.push_str(&format!(", {}", merge.words()));
        }
        if self.turn.is_some() {
            route.push_str(", in one transaction with the tables of a loop of foreign keys");
        }
        if !self.predicates.is_empty() {
            route.push_str(", --where");
        }
        if self.is_frozen() {
            route.push_str(", frozen");
        } else if self.chunks.len() > 1 {
            route.push_str(&format!(", {} chunks", self.chunks.len()));
            if let Some(key) = &self.key_column {
                route.push_str(&format!(" by {key}"));
            }
        }
        if let Some(root) = &self.through {
            route.push_str(&format!(", through {root}"));
        }
        route
    }
}
