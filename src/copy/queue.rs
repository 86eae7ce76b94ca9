//! Which chunk is next: the largest table first, within the limits. Pure.

use std::collections::{BTreeMap, VecDeque};

use super::Limits;
use crate::plan::load::TableLoad;

/// A chunk by its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// Index of the table among the loads.
    pub(crate) load: usize,
    /// Index of the chunk in its table.
    pub(crate) chunk: usize,
}

/// What a worker should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Copy this chunk, then say [`Queue::finished`], or [`Queue::put_back`] if it was not begun.
    Copy(Assignment),
    /// Nothing fits the limits now, or all is handed out but not finished: ask again when some chunk is.
    Wait,
    /// Every chunk is finished.
    Done,
}

#[derive(Debug)]
struct Table {
    bytes_estimate: u64,
    schema: usize,
    /// Chunks nobody has, in block order.
    pending: VecDeque<usize>,
    running: usize,
}

#[derive(Debug, Default)]
struct Schema {
    /// Tables nobody has begun, largest first.
    waiting: VecDeque<usize>,
    /// Tables that have begun and are not finished. A begun schema keeps its place until its last table is finished.
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
            tables.push(Table { bytes_estimate: load.bytes_estimate, schema, pending, running: 0 });
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

    /// Takes the next chunk out of the queue.
    pub(crate) fn next(&mut self) -> Next {
        if self.unfinished == 0 {
            return Next::Done;
        }
        // Of the larger table; of the earlier one among equals.
        let best = (0..self.schemas.len())
            .filter_map(|schema| self.candidate(schema))
            .max_by_key(|&table| (self.tables[table].bytes_estimate, std::cmp::Reverse(table)));
        match best.and_then(|table| self.begin(table)) {
            Some(assignment) => Next::Copy(assignment),
            None => Next::Wait,
        }
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
        let may_begin = self.limits.tables_at_once.is_none_or(|limit| place.begun.len() < limit.get());
        let waiting = place.waiting.front().copied().filter(|_| may_begin);
        begun.chain(waiting).max_by_key(|&table| (self.tables[table].bytes_estimate, std::cmp::Reverse(table)))
    }

    fn begin(&mut self, table: usize) -> Option<Assignment> {
        let state = &mut self.tables[table];
        let chunk = state.pending.pop_front()?;
        state.running += 1;
        let schema = &mut self.schemas[state.schema];
        if schema.waiting.front() == Some(&table) {
            schema.waiting.pop_front();
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
    use crate::plan::load::{Chunk, CopyFormat};

    fn load(schema: &str, bytes_estimate: u64, chunks: usize) -> TableLoad {
        TableLoad {
            relation: 1,
            table: QualifiedName::new(schema, "t"),
            columns: Vec::new(),
            format: CopyFormat::Binary,
            created_here: true,
            chunks: vec![Chunk::Whole; chunks],
            bytes_estimate,
            chunking_reason: "",
            text_reason: None,
            filter: None,
            predicates: Vec::new(),
            merge: None,
            level: 0,
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

    fn take(queue: &mut Queue) -> Vec<Assignment> {
        let mut taken = Vec::new();
        while let Next::Copy(assignment) = queue.next() {
            taken.push(assignment);
        }
        taken
    }

    fn places(assignments: &[Assignment]) -> Vec<(usize, usize)> {
        assignments.iter().map(|assignment| (assignment.load, assignment.chunk)).collect()
    }

    #[test]
    fn the_largest_table_goes_first_and_equals_keep_their_order() {
        let loads = [load("a", 1, 1), load("a", 9, 2), load("b", 5, 1), load("a", 5, 1)];
        let mut queue = Queue::new(&loads, limits(0, 0, 4));
        assert_eq!(places(&take(&mut queue)), [(1, 0), (1, 1), (2, 0), (3, 0), (0, 0)]);
        assert_eq!(queue.next(), Next::Wait);
    }

    #[test]
    fn a_table_has_no_more_streams_than_allowed() {
        let loads = [load("a", 9, 5), load("a", 1, 1)];
        let mut queue = Queue::new(&loads, limits(0, 0, 2));
        let taken = take(&mut queue);
        assert_eq!(places(&taken), [(0, 0), (0, 1), (1, 0)]);
        queue.finished(taken[1]);
        assert_eq!(places(&take(&mut queue)), [(0, 2)]);
    }

    #[test]
    fn a_schema_keeps_its_place_until_its_last_table_is_finished() {
        let loads = [load("a", 9, 1), load("b", 8, 1), load("a", 1, 1)];
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
        let loads = [load("a", 9, 2)];
        let mut queue = Queue::new(&loads, limits(0, 0, 1));
        let taken = take(&mut queue);
        queue.put_back(taken[0]);
        assert_eq!(take(&mut queue), taken);
    }

    #[test]
    fn nothing_to_do_is_done() {
        assert_eq!(Queue::new(&[], limits(0, 0, 1)).next(), Next::Done);
    }

    proptest! {
        #[test]
        fn every_chunk_is_copied_once_and_the_limits_hold(
            shape in prop::collection::vec((0_u8..4, 0_u64..9, 1_usize..5), 0..20),
            (schemas, tables, streams) in (0_usize..3, 0_usize..3, 1_usize..3),
            order in prop::collection::vec(any::<prop::sample::Index>(), 100),
        ) {
            let loads: Vec<TableLoad> =
                shape.iter().map(|&(schema, bytes, chunks)| load(&schema.to_string(), bytes, chunks)).collect();
            let mut queue = Queue::new(&loads, limits(schemas, tables, streams));
            let (mut running, mut seen) = (Vec::<Assignment>::new(), Vec::new());
            for index in order {
                for assignment in take(&mut queue) {
                    running.push(assignment);
                    seen.push((assignment.load, assignment.chunk));
                }
                for (table, load) in loads.iter().enumerate() {
                    prop_assert!(running.iter().filter(|running| running.load == table).count() <= streams);
                    let mut of_schema: Vec<usize> = running.iter().map(|running| running.load)
                        .filter(|&other| loads[other].table.schema == load.table.schema).collect();
                    of_schema.sort_unstable();
                    of_schema.dedup();
                    prop_assert!(tables == 0 || of_schema.len() <= tables);
                }
                let mut at_once: Vec<&str> =
                    running.iter().map(|running| loads[running.load].table.schema.as_str()).collect();
                at_once.sort_unstable();
                at_once.dedup();
                prop_assert!(schemas == 0 || at_once.len() <= schemas);
                if running.is_empty() {
                    break;
                }
                queue.finished(running.swap_remove(index.index(running.len())));
            }
            prop_assert_eq!(queue.next(), Next::Done);
            seen.sort_unstable();
            let all: Vec<(usize, usize)> = loads.iter().enumerate()
                .flat_map(|(table, load)| (0..load.chunks.len()).map(move |chunk| (table, chunk))).collect();
            prop_assert_eq!(seen, all);
        }
    }
}
