//! Which chunk is next: the largest table first, within the limits, small tables several at a time, those of a loop at once. Pure.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Limits;
use crate::plan::load::TableLoad;

/// The most tables of a bundle. The target's transaction keeps its locks on all of them, with their TOAST tables and indexes,
/// and has to fit into a lock table of 64 locks a connection beside those of the other workers.
const BUNDLE_TABLES_MAX: usize = 64;

/// The most that the tables of a bundle hold on the source, in bytes: what is repeated when the bundle fails.
const BUNDLE_BYTES_MAX: u64 = 16 << 20;

/// A chunk by its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// Index of the table among the loads.
    pub(crate) load: usize,
    /// Index of the chunk in its table.
    pub(crate) chunk: usize,
}

/// What a worker should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Copy this chunk, or these tables in one transaction; then say [`Queue::finished`] of each in their order, or
    /// [`Queue::put_back`] if they were not begun. Never empty.
    Copy(Vec<Assignment>),
    /// Nothing fits the limits now, or all is handed out but not finished: ask again when some chunk is.
    Wait,
    /// Every chunk is finished.
    Done,
}

#[derive(Debug)]
struct Table {
    bytes_estimate: u64,
    is_small: bool,
    has_turn: bool,
    schema: usize,
    /// Chunks nobody has, in block order.
    pending: VecDeque<usize>,
    running: usize,
}

#[derive(Debug, Default)]
struct Schema {
    /// Tables nobody has begun, largest first.
    waiting: VecDeque<usize>,
    /// Tables that have begun and are not finished, and of a bundle, whose tables go one after the other, the last one. A begun
    /// schema keeps its place until its last table is finished.
    begun: Vec<usize>,
    is_begun: bool,
}

/// The chunks of a run.
///
/// A table that has begun counts as one of its schema's until its last chunk is finished, and a schema as one of the run's
/// until its last table is.
#[derive(Debug)]
pub(crate) struct Queue {
    tables: Vec<Table>,
    schemas: Vec<Schema>,
    limits: Limits,
    schemas_begun: usize,
    unfinished: usize,
}

impl Queue {
    /// All chunks of `loads`, none begun.
    pub(crate) fn new(loads: &[TableLoad], limits: Limits) -> Self {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut tables = Vec::with_capacity(loads.len());
        for load in loads {
            let number = numbers.len();
            let schema = *numbers.entry(&load.table.schema).or_insert(number);
            let pending = (0..load.chunks.len()).collect();
            let (bytes_estimate, is_small, has_turn) = (load.bytes_estimate, load.is_small(), load.turn.is_some());
            tables.push(Table { bytes_estimate, is_small, has_turn, schema, pending, running: 0 });
        }
        let mut order: Vec<usize> = (0..tables.len()).filter(|&table| !tables[table].pending.is_empty()).collect();
        order.sort_by_key(|&table| std::cmp::Reverse(tables[table].bytes_estimate));
        let mut schemas: Vec<Schema> = numbers.iter().map(|_| Schema::default()).collect();
        for table in order {
            schemas[tables[table].schema].waiting.push_back(table);
        }
        let unfinished = loads.iter().map(|load| load.chunks.len()).sum();
        Self { tables, schemas, limits, schemas_begun: 0, unfinished }
    }

    /// Takes the next chunk, or bundle of small tables, out of the queue.
    pub(crate) fn next(&mut self) -> Next {
        if self.unfinished == 0 {
            return Next::Done;
        }
        if self.tables.iter().all(|table| table.has_turn) {
            return self.next_loop();
        }
        // Of the larger table; of the earlier one among equals.
        let best = (0..self.schemas.len())
            .filter_map(|schema| self.candidate(schema))
            .max_by_key(|&table| (self.tables[table].bytes_estimate, std::cmp::Reverse(table)));
        let Some((table, assignment)) = best.and_then(|table| Some((table, self.begin(table)?))) else {
            return Next::Wait;
        };
        let mut bundle = vec![assignment];
        if self.tables[table].is_small {
            self.extend(&mut bundle, table);
        }
        Next::Copy(bundle)
    }

    /// Takes all tables, which are one transaction whatever the limits are.
    fn next_loop(&mut self) -> Next {
        let loop_of_all: Vec<_> = (0..self.tables.len()).filter_map(|table| self.begin(table)).collect();
        if loop_of_all.is_empty() { Next::Wait } else { Next::Copy(loop_of_all) }
    }

    /// A chunk is done; its table, its schema and the whole run may be with it.
    pub(crate) fn finished(&mut self, assignment: Assignment) {
        let table = &mut self.tables[assignment.load];
        table.running -= 1;
        self.unfinished -= 1;
        if table.running == 0 && table.pending.is_empty() {
            let schema = &mut self.schemas[table.schema];
            schema.begun.retain(|&begun| begun != assignment.load);
            if schema.begun.is_empty() && schema.waiting.is_empty() {
                schema.is_begun = false;
                self.schemas_begun -= 1;
            }
        }
    }

    /// Nobody could begin a chunk: it is the next of its table again.
    pub(crate) fn put_back(&mut self, assignment: Assignment) {
        let table = &mut self.tables[assignment.load];
        table.running -= 1;
        table.pending.push_front(assignment.chunk);
        let schema = &mut self.schemas[table.schema];
        if !schema.begun.contains(&assignment.load) {
            schema.waiting.push_front(assignment.load);
        }
    }

    /// Adds small tables that nobody has begun, the largest first, to a bundle that begins with `first`: a fair share of them,
    /// so that no worker is left without. Where schemas are limited, all are of one schema.
    fn extend(&mut self, bundle: &mut Vec<Assignment>, first: usize) {
        let waiting = self.schemas.iter().flat_map(|schema| &schema.waiting);
        let small = waiting.filter(|&&table| self.tables[table].is_small).count() + 1;
        let tables_max = small.div_ceil(self.limits.jobs.get()).min(BUNDLE_TABLES_MAX);
        let mut bytes_left = BUNDLE_BYTES_MAX.saturating_sub(self.tables[first].bytes_estimate);
        // Where the bundle has its place in each of its schemas.
        let mut places = BTreeMap::from([(self.tables[first].schema, first)]);
        while bundle.len() < tables_max
            && let Some(table) = self.companion(&places.keys().copied().collect())
            && let Some(rest) = bytes_left.checked_sub(self.tables[table].bytes_estimate)
            && let Some(assignment) = self.begin(table)
        {
            bytes_left = rest;
            bundle.push(assignment);
            let schema = self.tables[table].schema;
            if let Some(before) = places.insert(schema, table) {
                self.schemas[schema].begun.retain(|&begun| begun != before);
            }
        }
    }

    /// The largest small table that nobody has begun and that may go with tables of `schemas`.
    fn companion(&self, schemas: &BTreeSet<usize>) -> Option<usize> {
        let is_open = |schema: &usize| {
            schemas.contains(schema) || (self.limits.schemas_at_once.is_none() && self.may_begin_table(*schema))
        };
        (0..self.schemas.len())
            .filter(is_open)
            .filter_map(|schema| self.schemas[schema].waiting.front().copied())
            .filter(|&table| self.tables[table].is_small)
            .max_by_key(|&table| (self.tables[table].bytes_estimate, std::cmp::Reverse(table)))
    }

    fn may_begin_table(&self, schema: usize) -> bool {
        self.limits.tables_at_once.is_none_or(|limit| self.schemas[schema].begun.len() < limit.get())
    }

    /// The largest table of a schema that may take another stream.
    fn candidate(&self, schema: usize) -> Option<usize> {
        let place = &self.schemas[schema];
        let has_place =
            place.is_begun || self.limits.schemas_at_once.is_none_or(|limit| self.schemas_begun < limit.get());
        if !has_place {
            return None;
        }
        let begun = place.begun.iter().copied().filter(|&table| {
            !self.tables[table].pending.is_empty() && self.tables[table].running < self.limits.streams_per_table.get()
        });
        let waiting = place.waiting.front().copied().filter(|_| self.may_begin_table(schema));
        begun.chain(waiting).max_by_key(|&table| (self.tables[table].bytes_estimate, std::cmp::Reverse(table)))
    }

    fn begin(&mut self, table: usize) -> Option<Assignment> {
        let state = &mut self.tables[table];
        let chunk = state.pending.pop_front()?;
        state.running += 1;
        let schema = &mut self.schemas[state.schema];
        // Only tables of a loop begin out of their order.
        let looked_at = if state.has_turn { schema.waiting.len() } else { 1 };
        if let Some(place) = schema.waiting.iter().take(looked_at).position(|&waiting| waiting == table) {
            schema.waiting.remove(place);
            schema.begun.push(table);
        }
        if !schema.is_begun {
            schema.is_begun = true;
            self.schemas_begun += 1;
        }
        Some(Assignment { load: table, chunk })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;

    use super::*;
    use crate::ddl::sql::QualifiedName;
    use crate::plan::load::{Chunk, CopyFormat, FREEZE_BYTES_MIN, RowFilter};

    fn load(schema: &str, bytes_estimate: u64, chunks: usize) -> TableLoad {
        TableLoad {
            relation: 1,
            table: QualifiedName::new(schema, "t"),
            columns: Vec::new(),
            format: CopyFormat::Binary,
            created_here: true,
            chunks: vec![Chunk::Whole; chunks],
            key_column: None,
            bytes_estimate,
            chunking_reason: "",
            text_reason: None,
            through: None,
            filter: None,
            predicates: Vec::new(),
            merge: None,
            level: 0,
            turn: None,
        }
    }

    fn limits(schemas: usize, tables: usize, streams: usize) -> Limits {
        Limits {
            jobs: NonZeroUsize::new(64).unwrap(),
            schemas_at_once: NonZeroUsize::new(schemas),
            tables_at_once: NonZeroUsize::new(tables),
            streams_per_table: NonZeroUsize::new(streams).unwrap(),
        }
    }

    /// A table that shares no transaction.
    fn alone(schema: &str, bytes_estimate: u64, chunks: usize) -> TableLoad {
        load(schema, FREEZE_BYTES_MIN + bytes_estimate, chunks)
    }

    fn take(queue: &mut Queue) -> Vec<Assignment> {
        bundles(queue).into_iter().flatten().collect()
    }

    fn bundles(queue: &mut Queue) -> Vec<Vec<Assignment>> {
        let mut taken = Vec::new();
        while let Next::Copy(bundle) = queue.next() {
            taken.push(bundle);
        }
        taken
    }

    fn sizes(bundles: &[Vec<Assignment>]) -> Vec<usize> {
        bundles.iter().map(Vec::len).collect()
    }

    fn small(schema: &str, count: usize) -> Vec<TableLoad> {
        vec![load(schema, 1, 1); count]
    }

    fn places(assignments: &[Assignment]) -> Vec<(usize, usize)> {
        assignments.iter().map(|assignment| (assignment.load, assignment.chunk)).collect()
    }

    #[test]
    fn the_largest_table_goes_first_and_equals_keep_their_order() {
        let loads = [alone("a", 1, 1), alone("a", 9, 2), alone("b", 5, 1), alone("a", 5, 1)];
        let mut queue = Queue::new(&loads, limits(0, 0, 4));
        assert_eq!(places(&take(&mut queue)), [(1, 0), (1, 1), (2, 0), (3, 0), (0, 0)]);
        assert_eq!(queue.next(), Next::Wait);
    }

    #[test]
    fn a_table_has_no_more_streams_than_allowed() {
        let loads = [alone("a", 9, 5), alone("a", 1, 1)];
        let mut queue = Queue::new(&loads, limits(0, 0, 2));
        let taken = take(&mut queue);
        assert_eq!(places(&taken), [(0, 0), (0, 1), (1, 0)]);
        queue.finished(taken[1]);
        assert_eq!(places(&take(&mut queue)), [(0, 2)]);
    }

    #[test]
    fn a_schema_keeps_its_place_until_its_last_table_is_finished() {
        let loads = [alone("a", 9, 1), alone("b", 8, 1), alone("a", 1, 1)];
        let mut queue = Queue::new(&loads, limits(1, 1, 4));
        let first = take(&mut queue);
        assert_eq!(places(&first), [(0, 0)]);
        queue.finished(first[0]);
        let second = take(&mut queue);
        assert_eq!(places(&second), [(2, 0)]);
        queue.finished(second[0]);
        let third = take(&mut queue);
        assert_eq!(places(&third), [(1, 0)]);
        queue.finished(third[0]);
        assert_eq!(queue.next(), Next::Done);
    }

    #[test]
    fn a_chunk_put_back_is_handed_out_again() {
        let loads = [alone("a", 9, 2)];
        let mut queue = Queue::new(&loads, limits(0, 0, 1));
        let taken = take(&mut queue);
        queue.put_back(taken[0]);
        assert_eq!(take(&mut queue), taken);
    }

    #[test]
    fn tables_with_turns_are_one_transaction_in_their_order_whatever_the_limits() {
        let turn = |schema, bytes, turn| TableLoad { turn: Some(turn), ..load(schema, bytes, 1) };
        let loads = [turn("a", 1, 0), turn("b", 1 << 30, 1), turn("a", 5, 2)];
        let mut queue = Queue::new(&loads, limits(1, 1, 1));
        let first = bundles(&mut queue);
        assert_eq!(first.iter().map(|bundle| places(bundle)).collect::<Vec<_>>(), [[(0, 0), (1, 0), (2, 0)]]);
        first[0].iter().rev().for_each(|&place| queue.put_back(place));
        assert_eq!(bundles(&mut queue), first);
        first[0].iter().for_each(|&place| queue.finished(place));
        assert_eq!(queue.next(), Next::Done);
    }

    #[test]
    fn small_tables_are_handed_out_in_fair_shares_and_bounded_bundles() {
        let few = Limits { jobs: NonZeroUsize::new(4).unwrap(), ..limits(0, 0, 4) };
        let mut queue = Queue::new(&small("a", 20), few);
        assert_eq!(sizes(&bundles(&mut queue)), [5, 4, 3, 2, 2, 1, 1, 1, 1]);
        let mut queue = Queue::new(&small("a", 1000), few);
        assert_eq!(bundles(&mut queue)[0].len(), BUNDLE_TABLES_MAX);
        let one = Limits { jobs: NonZeroUsize::MIN, ..few };
        let mut queue = Queue::new(&vec![load("a", FREEZE_BYTES_MIN - 1, 1); 20], one);
        assert_eq!(sizes(&bundles(&mut queue)), [16, 4], "no more than 16 MiB");
    }

    #[test]
    fn what_is_no_small_whole_table_goes_alone() {
        let one = Limits { jobs: NonZeroUsize::MIN, ..limits(0, 0, 1) };
        let filtered = TableLoad {
            filter: Some(RowFilter { condition: "WHERE true".to_owned(), replaces: true }),
            ..load("a", 1, 1)
        };
        let loads = [alone("a", 1, 1), load("a", 2, 2), filtered, load("a", 0, 1), load("a", 0, 1)];
        let mut queue = Queue::new(&loads, one);
        let taken = bundles(&mut queue);
        assert_eq!(
            taken.iter().map(|bundle| places(bundle)).collect::<Vec<_>>(),
            [vec![(0, 0)], vec![(1, 0)], vec![(2, 0)], vec![(3, 0), (4, 0)],]
        );
    }

    #[test]
    fn a_bundle_takes_tables_of_several_schemas_unless_schemas_are_limited() {
        let one = Limits { jobs: NonZeroUsize::MIN, ..limits(0, 0, 1) };
        let loads = [small("a", 2), small("b", 3)].concat();
        assert_eq!(sizes(&bundles(&mut Queue::new(&loads, one))), [5]);
        let limited = Limits { schemas_at_once: NonZeroUsize::new(2), ..one };
        assert_eq!(sizes(&bundles(&mut Queue::new(&loads, limited))), [2, 3]);
    }

    #[test]
    fn a_bundle_has_one_place_among_the_tables_of_its_schema_until_its_last_table_is_finished() {
        let limited = Limits { jobs: NonZeroUsize::new(2).unwrap(), ..limits(1, 1, 1) };
        let mut queue = Queue::new(&[small("a", 4), small("b", 1)].concat(), limited);
        let first = bundles(&mut queue);
        assert_eq!(sizes(&first), [3], "half of five tables");
        for assignment in &first[0] {
            assert_eq!(queue.next(), Next::Wait);
            queue.finished(*assignment);
        }
        let second = bundles(&mut queue);
        assert_eq!(second.iter().map(|bundle| places(bundle)).collect::<Vec<_>>(), [vec![(3, 0)]]);
        queue.finished(second[0][0]);
        assert_eq!(places(&take(&mut queue)), [(4, 0)]);
    }

    #[test]
    fn a_bundle_put_back_is_handed_out_again() {
        let one = Limits { jobs: NonZeroUsize::MIN, ..limits(0, 0, 1) };
        let mut queue = Queue::new(&small("a", 3), one);
        let Next::Copy(bundle) = queue.next() else { panic!("nothing to copy") };
        bundle.iter().rev().for_each(|assignment| queue.put_back(*assignment));
        let mut again = take(&mut queue);
        again.sort_unstable_by_key(|assignment| assignment.load);
        assert_eq!(again, bundle);
    }

    #[test]
    fn nothing_to_do_is_done() {
        assert_eq!(Queue::new(&[], limits(0, 0, 1)).next(), Next::Done);
    }

    proptest! {
        #[test]
        fn every_chunk_is_copied_once_and_the_limits_hold(
            shape in prop::collection::vec((0_u8..4, 0_u64..9, 1_usize..5), 0..20),
            (schemas, tables, streams, jobs) in (0_usize..3, 0_usize..3, 1_usize..3, 1_usize..5),
            order in prop::collection::vec(any::<prop::sample::Index>(), 100),
        ) {
            // Every second one is small.
            let bytes = |bytes: u64| (bytes % 2) * FREEZE_BYTES_MIN + bytes;
            let loads: Vec<TableLoad> =
                shape.iter().map(|&(schema, of, chunks)| load(&schema.to_string(), bytes(of), chunks)).collect();
            let jobs = NonZeroUsize::new(jobs).unwrap();
            let mut queue = Queue::new(&loads, Limits { jobs, ..limits(schemas, tables, streams) });
            let (mut running, mut seen) = (Vec::<Vec<Assignment>>::new(), Vec::new());
            for index in order {
                for bundle in bundles(&mut queue) {
                    seen.extend(places(&bundle));
                    running.push(bundle);
                }
                for (table, load) in loads.iter().enumerate() {
                    prop_assert!(running.iter().flatten().filter(|running| running.load == table).count() <= streams);
                    // A bundle counts once in each of its schemas.
                    let of_schema: BTreeSet<usize> = running.iter().filter_map(|bundle| {
                        let of_schema = |place: &&Assignment| loads[place.load].table.schema == load.table.schema;
                        bundle.iter().find(of_schema).map(|place| place.load)
                    }).collect();
                    prop_assert!(tables == 0 || of_schema.len() <= tables);
                }
                let at_once: BTreeSet<&str> =
                    running.iter().flatten().map(|running| loads[running.load].table.schema.as_str()).collect();
                prop_assert!(schemas == 0 || at_once.len() <= schemas);
                if running.is_empty() {
                    break;
                }
                running.swap_remove(index.index(running.len())).into_iter().for_each(|place| queue.finished(place));
            }
            prop_assert_eq!(queue.next(), Next::Done);
            seen.sort_unstable();
            let all: Vec<(usize, usize)> = loads.iter().enumerate()
                .flat_map(|(table, load)| (0..load.chunks.len()).map(move |chunk| (table, chunk))).collect();
            prop_assert_eq!(seen, all);
        }
    }
}
