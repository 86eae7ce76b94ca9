//! Decides into how many COPY pairs a table is divided.
//!
//! A whole table in one COPY is the better deal for everything but the clock: the source reads it more cheaply, and the
//! target can load it frozen. So a table is divided only where one stream would keep the run waiting for it.

use std::num::{NonZeroU32, NonZeroU64};

use super::load::{BlockRange, Chunk};

/// The least a table must hold before the planner divides it. A stream moves this much in about a second, so there is
/// nothing to be won below.
const SPLIT_BYTES_MIN: u64 = 128 << 20;

/// Ranges for each stream: the last one to finish leaves the others idle for no longer than one range takes.
const RANGES_PER_STREAM: u64 = 4;

/// The most a range should hold, because a range is what is repeated when a connection is lost.
const RANGE_BYTES_MAX: u64 = 4 << 30;

/// The most ranges of a table, also where the user asks for tiny ones: the plan is held in memory.
const RANGES_MAX: u64 = 65_536;

/// TID range scans exist from here on; before, every range would read the whole table.
const TID_RANGE_SCAN_MAJOR: u32 = 14;

/// What a table takes up on the source (`pg_relation_size` of the heap and of its TOAST table).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSize {
    /// The main fork of the heap, in bytes.
    pub heap_bytes: u64,
    /// The main fork of its TOAST table, in bytes; 0 without one.
    pub toast_bytes: u64,
    /// Whether the access method is `heap`: of others nothing is known about their ctids.
    pub is_heap: bool,
}

/// A chunk size that the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForcedChunk {
    /// So many heap blocks.
    Pages(NonZeroU32),
    /// So many bytes of heap and TOAST, on the average.
    Bytes(NonZeroU64),
}

/// What the decision depends on beside the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPolicy {
    /// The source's major version.
    pub server_major: u32,
    /// The source's `block_size`, in bytes.
    pub block_bytes: NonZeroU32,
    /// COPY streams in all.
    pub jobs: u32,
    /// COPY streams on one table.
    pub streams_per_table: u32,
    /// Heap and TOAST of every table of the run, in bytes.
    pub total_bytes: u64,
    /// The user's chunk size; `None` leaves it to the planner.
    pub forced: Option<ForcedChunk>,
}

/// A table's chunks, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunking {
    /// In block order, never empty.
    pub chunks: Vec<Chunk>,
    /// For the plan and the report.
    pub reason: &'static str,
}

impl Chunking {
    fn whole(reason: &'static str) -> Self {
        Self { chunks: vec![Chunk::Whole], reason }
    }
}

/// Decides how a table is divided. The chunks cover every block there is and will be, each once.
#[must_use]
pub fn chunks(size: TableSize, policy: &ChunkPolicy) -> Chunking {
    let blocks = size.heap_bytes.div_ceil(policy.block_bytes.get().into()).min(u32::MAX.into());
    if blocks == 0 {
        return Chunking::whole("the table is empty");
    }
    if !size.is_heap {
        return Chunking::whole("its access method is not heap");
    }
    if policy.server_major < TID_RANGE_SCAN_MAJOR {
        return Chunking::whole("the source has no TID range scans, which came with PostgreSQL 14");
    }
    let bytes = size.heap_bytes.saturating_add(size.toast_bytes);
    match policy.forced {
        Some(forced) => forced_ranges(blocks, bytes, forced),
        None => planned_ranges(blocks, bytes, policy),
    }
}

fn forced_ranges(blocks: u64, bytes: u64, forced: ForcedChunk) -> Chunking {
    let range_blocks = match forced {
        ForcedChunk::Pages(pages) => pages.get().into(),
        ForcedChunk::Bytes(chunk_bytes) => share(blocks, chunk_bytes.get(), bytes).max(1),
    };
    if blocks <= range_blocks {
        return Chunking::whole("the table is no larger than one chunk of the size asked for");
    }
    ranges(blocks, range_blocks, "chunks of the size asked for")
}

fn planned_ranges(blocks: u64, bytes: u64, policy: &ChunkPolicy) -> Chunking {
    let streams = u64::from(policy.jobs.min(policy.streams_per_table));
    if streams < 2 {
        return Chunking::whole("one stream per table");
    }
    // Half of a fair share: a whole table at the end of the run then keeps one stream busy, and the others idle, for half of
    // the run at the very most.
    if bytes < SPLIT_BYTES_MIN || bytes < policy.total_bytes / u64::from(policy.jobs) / 2 {
        return Chunking::whole("small beside the rest of the work");
    }
    let count = (streams * RANGES_PER_STREAM).max(bytes.div_ceil(RANGE_BYTES_MAX));
    ranges(blocks, blocks.div_ceil(count), "a large share of the work")
}

/// Cuts `blocks` into ranges of `range_blocks`, or larger ones where those would be too many.
fn ranges(blocks: u64, range_blocks: u64, reason: &'static str) -> Chunking {
    let range_blocks = range_blocks.max(blocks.div_ceil(RANGES_MAX)).max(1);
    let mut chunks = Vec::new();
    let mut first = None;
    let mut end = range_blocks;
    while let (true, Ok(bound)) = (end < blocks, u32::try_from(end)) {
        chunks.push(Chunk::Blocks(BlockRange { first, end: Some(bound) }));
        first = Some(bound);
        end += range_blocks;
    }
    if first.is_none() {
        return Chunking::whole("too few blocks to divide");
    }
    chunks.push(Chunk::Blocks(BlockRange { first, end: None }));
    Chunking { chunks, reason }
}

/// `blocks * part / whole` without overflow.
fn share(blocks: u64, part: u64, whole: u64) -> u64 {
    let blocks = u128::from(blocks) * u128::from(part) / u128::from(whole.max(1));
    u64::try_from(blocks).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GB: u64 = 1 << 30;

    fn heap(heap_bytes: u64, toast_bytes: u64) -> TableSize {
        TableSize { heap_bytes, toast_bytes, is_heap: true }
    }

    fn policy(total_bytes: u64) -> ChunkPolicy {
        ChunkPolicy {
            server_major: 15,
            block_bytes: NonZeroU32::new(8192).unwrap(),
            jobs: 4,
            streams_per_table: 4,
            total_bytes,
            forced: None,
        }
    }

    fn forced(forced: ForcedChunk) -> ChunkPolicy {
        ChunkPolicy { forced: Some(forced), ..policy(0) }
    }

    fn pages(pages: u32) -> ChunkPolicy {
        forced(ForcedChunk::Pages(NonZeroU32::new(pages).unwrap()))
    }

    fn is_whole(chunking: &Chunking) -> bool {
        chunking.chunks == [Chunk::Whole]
    }

    #[test]
    fn a_dominant_table_gets_several_ranges_for_each_stream() {
        let chunking = chunks(heap(GB, 0), &policy(GB));
        assert_eq!(chunking.chunks.len(), 16);
        assert_eq!(chunking.chunks[0], Chunk::Blocks(BlockRange { first: None, end: Some(8192) }));
        assert_eq!(chunking.chunks[15], Chunk::Blocks(BlockRange { first: Some(8192 * 15), end: None }));
    }

    #[test]
    fn a_small_table_stays_whole_however_large_its_share() {
        assert!(is_whole(&chunks(heap(100 << 20, 0), &policy(100 << 20))));
        assert!(is_whole(&chunks(heap(0, 0), &policy(0))));
    }

    #[test]
    fn a_large_table_among_many_stays_whole() {
        assert!(is_whole(&chunks(heap(10 * GB, 0), &policy(100 * GB))));
        assert!(!is_whole(&chunks(heap(13 * GB, 0), &policy(100 * GB))));
    }

    #[test]
    fn toast_counts_as_much_as_the_heap() {
        let chunking = chunks(heap(3 * GB, 900 * GB), &policy(903 * GB));
        assert!(chunking.chunks.len() > 200, "{}", chunking.chunks.len());
        assert!(!is_whole(&chunks(heap(1 << 20, GB), &policy(GB))));
    }

    #[test]
    fn what_cannot_be_read_by_ranges_stays_whole() {
        assert!(is_whole(&chunks(heap(GB, 0), &ChunkPolicy { server_major: 13, ..policy(GB) })));
        assert!(is_whole(&chunks(TableSize { is_heap: false, ..heap(GB, 0) }, &policy(GB))));
        assert!(is_whole(&chunks(heap(GB, 0), &ChunkPolicy { streams_per_table: 1, ..policy(GB) })));
        assert!(is_whole(&chunks(heap(GB, 0), &ChunkPolicy { jobs: 1, ..policy(GB) })));
        assert!(is_whole(&chunks(heap(8192, GB), &policy(GB))), "one block cannot be divided");
    }

    #[test]
    fn a_forced_size_divides_only_what_is_larger() {
        assert!(is_whole(&chunks(heap(8192 * 1000, GB), &pages(1000))));
        assert_eq!(chunks(heap(8192 * 1001, 0), &pages(1000)).chunks.len(), 2);
        let bytes = forced(ForcedChunk::Bytes(NonZeroU64::new(GB).unwrap()));
        assert!(is_whole(&chunks(heap(GB, 0), &bytes)));
        assert_eq!(chunks(heap(GB, 9 * GB), &bytes).chunks.len(), 11);
    }

    #[test]
    fn the_number_of_ranges_is_bounded() {
        let most = chunks(heap(u64::from(u32::MAX) * 8192, 0), &pages(1));
        assert!(most.chunks.len() <= 65_536);
    }

    proptest! {
        #[test]
        fn ranges_cover_every_block_once_and_in_order(
            heap_bytes in 0..(1_u64 << 45),
            toast_bytes in 0..(1_u64 << 45),
            forced_pages in prop::option::of(1_u32..5_000_000),
            forced_bytes in prop::option::of(1_u64..(1 << 40)),
            jobs in 1_u32..64,
            streams_per_table in 1_u32..64,
        ) {
            let forced = forced_pages.and_then(NonZeroU32::new).map(ForcedChunk::Pages)
                .or(forced_bytes.and_then(NonZeroU64::new).map(ForcedChunk::Bytes));
            let total_bytes = heap_bytes + toast_bytes;
            let policy = ChunkPolicy { jobs, streams_per_table, forced, ..policy(total_bytes) };
            let chunks = chunks(heap(heap_bytes, toast_bytes), &policy).chunks;
            prop_assert!(chunks.len() <= 65_536);
            if chunks == [Chunk::Whole] {
                return Ok(());
            }
            let mut next = None;
            for (index, chunk) in chunks.iter().enumerate() {
                let Chunk::Blocks(range) = chunk else { panic!("a whole chunk among ranges") };
                prop_assert_eq!(range.first, next, "starts where the last one ended");
                prop_assert!(range.end.is_none_or(|end| end > range.first.unwrap_or(0)), "is not empty");
                prop_assert_eq!(range.end.is_none(), index + 1 == chunks.len(), "only the last one is open");
                next = range.end;
            }
            prop_assert!(chunks.len() > 1);
            prop_assert!(u64::from(next.unwrap_or(0)) * 8192 < heap_bytes.max(1), "the last one starts inside the heap");
        }
    }
}
