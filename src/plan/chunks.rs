//! Decides into how many COPY pairs a table is divided.
//!
//! A whole table in one COPY is the better deal for everything but the clock: the source reads it more cheaply, and the
//! target can load it frozen. So a table is divided only where one stream would keep the run waiting for it.

use std::num::{NonZeroU32, NonZeroU64};

use super::load::{BlockRange, Chunk, KeyRange};

/// The least a table must hold before the planner divides it. A stream moves this much in about a second, so there is
/// nothing to be won below.
const SPLIT_BYTES_MIN: u64 = 128 << 20;

/// The same of rows that are merged into what is there, which takes about ten times as long.
const MERGED_SPLIT_BYTES_MIN: u64 = SPLIT_BYTES_MIN / 10;

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
    /// Whether rows are merged into those that are there.
    pub merges: bool,
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

/// Decides how a table is divided. The chunks cover every row there is and will be, each once.
///
/// `keys` are values of its key column, in order, between which there are about equally many rows; they divide a table that
/// cannot be divided by blocks.
#[must_use]
pub fn chunks(size: TableSize, policy: &ChunkPolicy, keys: Option<&[i64]>) -> Chunking {
    let blocks = size.heap_bytes.div_ceil(policy.block_bytes.get().into()).min(u32::MAX.into());
    if blocks == 0 {
        return Chunking::whole("the table is empty");
    }
    let bytes = size.heap_bytes.saturating_add(size.toast_bytes);
    let division = match policy.forced {
        Some(forced) => forced_division(blocks, bytes, forced),
        None => planned_division(blocks, bytes, policy),
    };
    match (division, by_blocks(size, policy.server_major), keys) {
        (Err(whole), ..) => Chunking::whole(whole),
        (Ok((range_blocks, reason)), Ok(()), _) => ranges(blocks, range_blocks, reason),
        (Ok((range_blocks, reason)), Err(_), Some(keys)) => key_ranges(keys, blocks.div_ceil(range_blocks), reason),
        (Ok(_), Err(no_blocks), None) => Chunking::whole(no_blocks),
    }
}

/// Whether a table can only be divided by its keys, and would be if it is as large a share of the work as can be.
#[must_use]
pub fn may_need_keys(size: TableSize, policy: &ChunkPolicy) -> bool {
    const ANYWHERE: [i64; 2] = [0, i64::MAX];
    let of_all = ChunkPolicy { total_bytes: 0, ..*policy };
    by_blocks(size, policy.server_major).is_err() && chunks(size, &of_all, Some(&ANYWHERE)).chunks != [Chunk::Whole]
}

/// Whether ranges of blocks can be read, each for itself.
fn by_blocks(size: TableSize, server_major: u32) -> Result<(), &'static str> {
    if !size.is_heap {
        Err("its access method is not heap, and it has no key of one integer")
    } else if server_major < TID_RANGE_SCAN_MAJOR {
        Err("the source has no TID range scans, which came with PostgreSQL 14, and the table no key of one integer")
    } else {
        Ok(())
    }
}

/// The blocks of a range and why the table is divided, or why it is not.
type Division = Result<(u64, &'static str), &'static str>;

fn forced_division(blocks: u64, bytes: u64, forced: ForcedChunk) -> Division {
    let range_blocks = match forced {
        ForcedChunk::Pages(pages) => pages.get().into(),
        ForcedChunk::Bytes(chunk_bytes) => share(blocks, chunk_bytes.get(), bytes).max(1),
    };
    if blocks <= range_blocks {
        return Err("the table is no larger than one chunk of the size asked for");
    }
    Ok((range_blocks, "chunks of the size asked for"))
}

fn planned_division(blocks: u64, bytes: u64, policy: &ChunkPolicy) -> Division {
    let streams = u64::from(policy.jobs.min(policy.streams_per_table));
    if streams < 2 {
        return Err("one stream per table");
    }
    // Half of a fair share: a whole table at the end of the run then keeps one stream busy, and the others idle, for half of
    // the run at the very most.
    let least = if policy.merges { MERGED_SPLIT_BYTES_MIN } else { SPLIT_BYTES_MIN };
    if bytes < least || bytes < policy.total_bytes / u64::from(policy.jobs) / 2 {
        return Err("small beside the rest of the work");
    }
    let count = (streams * RANGES_PER_STREAM).max(bytes.div_ceil(RANGE_BYTES_MAX));
    Ok((blocks.div_ceil(count), "a large share of the work"))
}

/// Cuts the keys into about `count` ranges with equally many of the samples. The first and the last range are open, so that it
/// does not matter how right the samples are.
fn key_ranges(samples: &[i64], count: u64, reason: &'static str) -> Chunking {
    let count = count.clamp(1, RANGES_MAX);
    let mut cuts: Vec<i64> = (1..count).filter_map(|number| between(samples, number, count)).collect();
    cuts.sort_unstable();
    cuts.dedup();
    if cuts.is_empty() {
        return Chunking::whole("too few keys to divide");
    }
    let firsts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let ends = cuts.iter().copied().map(Some).chain([None]);
    let chunks = firsts.zip(ends).map(|(first, end)| Chunk::Keys(KeyRange { first, end })).collect();
    Chunking { chunks, reason }
}

/// The value that `number / count` of the samples are below, somewhere between two of them.
fn between(samples: &[i64], number: u64, count: u64) -> Option<i64> {
    let steps = u128::try_from(samples.len().checked_sub(1)?).ok()? * u128::from(number);
    let (at, rest) = (usize::try_from(steps / u128::from(count)).ok()?, steps % u128::from(count));
    let low = i128::from(*samples.get(at)?);
    let high = i128::from(*samples.get(at + 1).unwrap_or(samples.get(at)?));
    i64::try_from(low + (high - low) * i128::try_from(rest).ok()? / i128::from(count)).ok()
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
            merges: false,
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
        let chunking = chunks(heap(GB, 0), &policy(GB), None);
        assert_eq!(chunking.chunks.len(), 16);
        assert_eq!(chunking.chunks[0], Chunk::Blocks(BlockRange { first: None, end: Some(8192) }));
        assert_eq!(chunking.chunks[15], Chunk::Blocks(BlockRange { first: Some(8192 * 15), end: None }));
    }

    #[test]
    fn a_small_table_stays_whole_however_large_its_share() {
        assert!(is_whole(&chunks(heap(100 << 20, 0), &policy(100 << 20), None)));
        assert!(is_whole(&chunks(heap(0, 0), &policy(0), None)));
    }

    #[test]
    fn merging_is_divided_sooner() {
        let merging = |bytes| chunks(heap(bytes, 0), &ChunkPolicy { merges: true, ..policy(bytes) }, None);
        assert_eq!(merging(100 << 20).chunks.len(), 16);
        assert!(is_whole(&merging(10 << 20)));
    }

    #[test]
    fn a_large_table_among_many_stays_whole() {
        assert!(is_whole(&chunks(heap(10 * GB, 0), &policy(100 * GB), None)));
        assert!(!is_whole(&chunks(heap(13 * GB, 0), &policy(100 * GB), None)));
    }

    #[test]
    fn toast_counts_as_much_as_the_heap() {
        let chunking = chunks(heap(3 * GB, 900 * GB), &policy(903 * GB), None);
        assert!(chunking.chunks.len() > 200, "{}", chunking.chunks.len());
        assert!(!is_whole(&chunks(heap(1 << 20, GB), &policy(GB), None)));
    }

    #[test]
    fn what_cannot_be_read_by_ranges_stays_whole() {
        assert!(is_whole(&chunks(heap(GB, 0), &ChunkPolicy { server_major: 13, ..policy(GB) }, None)));
        assert!(is_whole(&chunks(TableSize { is_heap: false, ..heap(GB, 0) }, &policy(GB), None)));
        assert!(is_whole(&chunks(heap(GB, 0), &ChunkPolicy { streams_per_table: 1, ..policy(GB) }, None)));
        assert!(is_whole(&chunks(heap(GB, 0), &ChunkPolicy { jobs: 1, ..policy(GB) }, None)));
        assert!(is_whole(&chunks(heap(8192, GB), &policy(GB), None)), "one block cannot be divided");
    }

    #[test]
    fn a_forced_size_divides_only_what_is_larger() {
        assert!(is_whole(&chunks(heap(8192 * 1000, GB), &pages(1000), None)));
        assert_eq!(chunks(heap(8192 * 1001, 0), &pages(1000), None).chunks.len(), 2);
        let bytes = forced(ForcedChunk::Bytes(NonZeroU64::new(GB).unwrap()));
        assert!(is_whole(&chunks(heap(GB, 0), &bytes, None)));
        assert_eq!(chunks(heap(GB, 9 * GB), &bytes, None).chunks.len(), 11);
    }

    #[test]
    fn the_number_of_ranges_is_bounded() {
        let most = chunks(heap(u64::from(u32::MAX) * 8192, 0), &pages(1), None);
        assert!(most.chunks.len() <= 65_536);
    }

    fn keys(samples: &[i64], count: u64) -> Vec<(Option<i64>, Option<i64>)> {
        let range = |chunk: &Chunk| match chunk {
            Chunk::Keys(range) => (range.first, range.end),
            _ => panic!("no range of keys: {chunk:?}"),
        };
        key_ranges(samples, count, "").chunks.iter().map(range).collect()
    }

    #[test]
    fn keys_divide_what_blocks_cannot() {
        let old = ChunkPolicy { server_major: 13, ..policy(GB) };
        let other = TableSize { is_heap: false, ..heap(GB, 0) };
        for (size, policy) in [(heap(GB, 0), &old), (other, &policy(GB))] {
            assert!(may_need_keys(size, policy));
            let chunks = chunks(size, policy, Some(&[1, 1_600_000])).chunks;
            assert_eq!(chunks.len(), 16);
            assert_eq!(chunks[0], Chunk::Keys(KeyRange { first: None, end: Some(100_000) }));
            assert_eq!(chunks[15], Chunk::Keys(KeyRange { first: Some(1_500_000), end: None }));
        }
        assert!(!may_need_keys(heap(GB, 0), &policy(GB)));
        assert!(!may_need_keys(heap(1 << 20, 0), &old));
        let by_blocks = chunks(heap(GB, 0), &policy(GB), Some(&[1, 9])).chunks;
        assert!(matches!(by_blocks[0], Chunk::Blocks(_)));
    }

    #[test]
    fn cuts_lie_where_the_samples_are_dense() {
        assert_eq!(keys(&[0, 10, 20, 1000], 3), [(None, Some(10)), (Some(10), Some(20)), (Some(20), None)]);
        assert_eq!(keys(&[i64::MIN, i64::MAX], 2), [(None, Some(-1)), (Some(-1), None)]);
        assert_eq!(key_ranges(&[], 5, "").chunks, [Chunk::Whole]);
        assert_eq!(keys(&[7, 7], 5), [(None, Some(7)), (Some(7), None)]);
    }

    proptest! {
        #[test]
        fn every_key_is_in_one_range(
            samples in prop::collection::vec(any::<i64>(), 0..20),
            count in 0_u64..100,
            near in prop::collection::vec((any::<prop::sample::Index>(), -2_i64..3), 20),
            anywhere in any::<i64>(),
        ) {
            let mut samples = samples;
            samples.sort_unstable();
            let chunks = key_ranges(&samples, count, "").chunks;
            let ends = chunks.iter().filter_map(|chunk| match chunk { Chunk::Keys(range) => range.end, _ => None });
            let ends: Vec<i64> = ends.collect();
            let near = near.iter().filter(|_| !ends.is_empty())
                .map(|(index, distance)| ends[index.index(ends.len())].saturating_add(*distance));
            for key in near.chain([anywhere, i64::MIN, i64::MAX, 0]) {
                let holders = chunks.iter().filter(|chunk| match chunk {
                    Chunk::Whole => true,
                    Chunk::Keys(KeyRange { first, end }) => {
                        first.is_none_or(|first| key >= first) && end.is_none_or(|end| key < end)
                    }
                    Chunk::Blocks(_) => false,
                });
                prop_assert_eq!(holders.count(), 1, "{} in {:?}", key, &chunks);
            }
            prop_assert!(chunks.len() <= usize::try_from(count.max(1)).unwrap());
        }

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
            let chunks = chunks(heap(heap_bytes, toast_bytes), &policy, None).chunks;
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
