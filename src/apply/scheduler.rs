//! Which tasks may run next. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::plan::locks::LockMode;
use crate::plan::tasks::{Stage, Task};

/// Tasks that are sent together at most.
const BUNDLE_TASKS_MAX: usize = 32;

/// The heaviest task that others are sent with. It takes about as long as a round trip.
const BUNDLE_BYTES_MAX: u64 = 1 << 20;

/// What is known of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Done,
    Failed,
}

/// The state of all tasks.
///
/// A task is ready when what it waits for is over and its stage has come. Of those that are ready, and that no running
/// task locks out, the heaviest is started first; light ones are started together.
#[derive(Debug)]
pub(super) struct Scheduler<'a> {
    tasks: &'a [Task],
    states: Vec<State>,
    /// For each task, how many tasks and tables it still waits for.
    waits: Vec<usize>,
    /// For each task, those that wait for it.
    waiting: Vec<Vec<usize>>,
    /// The tables whose rows are still to arrive, with the tasks that wait for them.
    arriving: BTreeMap<u32, Vec<usize>>,
    have_all_rows_arrived: bool,
    /// Tasks that are not over, by stage.
    unfinished: BTreeMap<Stage, usize>,
    /// Tasks that wait for nothing but their stage.
    later: BTreeMap<Stage, Vec<usize>>,
    /// Tasks that may be started, the heaviest first.
    ready: BTreeSet<(Reverse<u64>, usize)>,
    /// The locks of running tasks, and how many of them hold each.
    locked: BTreeMap<(u32, LockMode), usize>,
}

impl<'a> Scheduler<'a> {
    /// Nothing begun yet, and no rows there.
    pub(super) fn new(tasks: &'a [Task]) -> Self {
        let mut scheduler = Self {
            tasks,
            states: vec![State::Waiting; tasks.len()],
            waits: Vec::with_capacity(tasks.len()),
            waiting: vec![Vec::new(); tasks.len()],
            arriving: BTreeMap::new(),
            have_all_rows_arrived: false,
            unfinished: BTreeMap::new(),
            later: BTreeMap::new(),
            ready: BTreeSet::new(),
            locked: BTreeMap::new(),
        };
        for (number, task) in tasks.iter().enumerate() {
            scheduler.waits.push(task.needs.len() + task.follows.len() + task.rows.len());
            for earlier in task.needs.iter().chain(&task.follows) {
                scheduler.waiting[*earlier].push(number);
            }
            for table in &task.rows {
                scheduler.arriving.entry(*table).or_default().push(number);
            }
            *scheduler.unfinished.entry(task.stage).or_default() += 1;
        }
        for number in 0..tasks.len() {
            scheduler.make_ready(number);
        }
        scheduler
    }

    /// Whether a task has ended, or will never be started.
    pub(super) fn is_over(&self, task: usize) -> bool {
        matches!(self.states[task], State::Done | State::Failed)
    }

    /// The stage whose tasks run now; `None` when nothing is left, or nothing but what waits for the last row.
    pub(super) fn stage(&self) -> Option<Stage> {
        let stage = self.unfinished.keys().next().copied()?;
        (stage == Stage::Structure || self.have_all_rows_arrived).then_some(stage)
    }

    /// The rows of a table are there.
    pub(super) fn arrived(&mut self, table: u32) {
        for task in self.arriving.remove(&table).unwrap_or_default() {
            self.waits[task] -= 1;
            self.make_ready(task);
        }
    }

    /// All rows are there.
    pub(super) fn all_arrived(&mut self) {
        let tables: Vec<u32> = self.arriving.keys().copied().collect();
        for table in tables {
            self.arrived(table);
        }
        self.have_all_rows_arrived = true;
        self.open_stage();
    }

    /// Starts the heaviest task that can be, with others where they are light, so that `sessions` of them get a share.
    /// Empty when none can.
    pub(super) fn start(&mut self, sessions: usize) -> Vec<usize> {
        let most = (self.ready.len() / sessions.max(1)).clamp(1, BUNDLE_TASKS_MAX);
        let mut bundle = Vec::new();
        for (Reverse(weight), task) in &self.ready {
            if self.is_locked_out(*task) {
                continue;
            }
            bundle.push(*task);
            if *weight > BUNDLE_BYTES_MAX || bundle.len() == most {
                break;
            }
        }
        for task in &bundle {
            self.ready.remove(&(Reverse(self.tasks[*task].weight), *task));
            self.states[*task] = State::Running;
            for lock in &self.tasks[*task].locks {
                *self.locked.entry(*lock).or_default() += 1;
            }
        }
        bundle
    }

    /// Takes back that a task was started.
    pub(super) fn put_back(&mut self, task: usize) {
        self.unlock(task);
        self.states[task] = State::Waiting;
        self.make_ready(task);
    }

    /// Ends a task. When it failed, those that need it, directly or not, are returned with the one they need, in order: they
    /// will never be started.
    pub(super) fn finish(&mut self, task: usize, succeeded: bool) -> Vec<(usize, usize)> {
        if self.states[task] == State::Running {
            self.unlock(task);
        }
        let mut given_up = BTreeMap::new();
        let mut ended = vec![(task, succeeded)];
        while let Some((task, succeeded)) = ended.pop() {
            self.states[task] = if succeeded { State::Done } else { State::Failed };
            self.ready.remove(&(Reverse(self.tasks[task].weight), task));
            self.count_out(self.tasks[task].stage);
            for later in std::mem::take(&mut self.waiting[task]) {
                self.waits[later] -= 1;
                if self.states[later] != State::Waiting {
                    continue;
                }
                if !succeeded && self.tasks[later].needs.contains(&task) {
                    self.states[later] = State::Failed;
                    given_up.insert(later, task);
                    ended.push((later, false));
                } else {
                    self.make_ready(later);
                }
            }
        }
        self.open_stage();
        given_up.into_iter().collect()
    }

    fn count_out(&mut self, stage: Stage) {
        if let Some(left) = self.unfinished.get_mut(&stage) {
            *left -= 1;
            if *left == 0 {
                self.unfinished.remove(&stage);
            }
        }
    }

    fn make_ready(&mut self, task: usize) {
        if self.waits[task] > 0 || self.states[task] != State::Waiting {
            return;
        }
        let Task { stage, weight, .. } = self.tasks[task];
        if self.stage() == Some(stage) {
            self.ready.insert((Reverse(weight), task));
        } else {
            self.later.entry(stage).or_default().push(task);
        }
    }

    fn open_stage(&mut self) {
        let Some(stage) = self.stage() else { return };
        for task in self.later.remove(&stage).unwrap_or_default() {
            self.make_ready(task);
        }
    }

    fn is_locked_out(&self, task: usize) -> bool {
        self.tasks[task].locks.iter().any(|(relation, mode)| {
            let held = self.locked.range((*relation, LockMode::AccessShare)..=(*relation, LockMode::AccessExclusive));
            held.into_iter().any(|((_, held), _)| mode.conflicts_with(*held))
        })
    }

    fn unlock(&mut self, task: usize) {
        for lock in &self.tasks[task].locks {
            if let Some(holders) = self.locked.get_mut(lock) {
                *holders -= 1;
                if *holders == 0 {
                    self.locked.remove(lock);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ddl::Address;

    impl Scheduler<'_> {
        fn is_finished(&self) -> bool {
            (0..self.tasks.len()).all(|task| self.is_over(task)) && self.stage().is_none() && self.locked.is_empty()
        }
    }

    const HEAVY: u64 = BUNDLE_BYTES_MAX + 1;

    fn task(weight: u64) -> Task {
        Task {
            place: None,
            object: Address::in_schema("INDEX", "s", "i"),
            table: 0,
            statements: Vec::new(),
            stage: Stage::Structure,
            rows: BTreeSet::new(),
            needs: Vec::new(),
            follows: Vec::new(),
            rests_on: Vec::new(),
            locks: BTreeSet::new(),
            weight,
        }
    }

    fn locking(weight: u64, locks: &[(u32, LockMode)]) -> Task {
        Task { locks: locks.iter().copied().collect(), ..task(weight) }
    }

    #[test]
    fn the_heaviest_task_starts_first_and_needs_are_kept() {
        let tasks = [task(HEAVY), task(HEAVY + 9), Task { needs: vec![0], ..task(HEAVY + 99) }];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(1), [1]);
        assert_eq!(scheduler.start(1), [0]);
        assert!(scheduler.start(1).is_empty());
        assert_eq!(scheduler.finish(0, true), []);
        assert_eq!(scheduler.start(1), [2]);
        scheduler.finish(1, true);
        scheduler.finish(2, true);
        assert!(scheduler.is_finished());
    }

    #[test]
    fn light_tasks_are_started_together_and_shared_out() {
        let tasks = [task(HEAVY), task(1), task(1), task(1), task(1)];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(2), [0]);
        assert_eq!(scheduler.start(2), [1, 2]);
        assert_eq!(scheduler.start(1), [3, 4]);
    }

    #[test]
    fn tasks_whose_locks_conflict_never_run_together() {
        let share = |relation| (relation, LockMode::Share);
        let tasks = [
            locking(HEAVY + 3, &[share(1)]),
            locking(HEAVY + 2, &[share(1)]),
            locking(HEAVY + 1, &[(1, LockMode::AccessExclusive)]),
            locking(HEAVY, &[share(2)]),
        ];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!([scheduler.start(1), scheduler.start(1), scheduler.start(1)], [[0], [1], [3]]);
        assert!(scheduler.start(1).is_empty());
        scheduler.finish(0, true);
        assert!(scheduler.start(1).is_empty(), "the other index is still built");
        scheduler.finish(1, true);
        assert_eq!(scheduler.start(1), [2]);
    }

    #[test]
    fn a_task_waits_for_its_rows_and_a_stage_for_all_of_them() {
        let later = Task { stage: Stage::Privileges, ..task(1) };
        let tasks = [Task { rows: BTreeSet::from([7, 8]), ..task(1) }, later];
        let mut scheduler = Scheduler::new(&tasks);
        scheduler.arrived(7);
        assert!(scheduler.start(1).is_empty());
        scheduler.arrived(8);
        assert_eq!(scheduler.start(1), [0]);
        scheduler.finish(0, true);
        assert!(scheduler.start(1).is_empty(), "not all rows are there");
        scheduler.all_arrived();
        assert_eq!(scheduler.start(1), [1]);
    }

    #[test]
    fn what_needs_a_failed_task_is_given_up_all_along_the_chain_and_what_follows_it_is_not() {
        let tasks = [
            task(0),
            Task { needs: vec![0], ..task(0) },
            Task { needs: vec![1], ..task(0) },
            Task { follows: vec![1], ..task(0) },
        ];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(1), [0]);
        assert_eq!(scheduler.finish(0, false), [(1, 0), (2, 1)]);
        assert_eq!(scheduler.start(1), [3]);
        scheduler.finish(3, true);
        assert!(scheduler.is_finished());
    }

    #[test]
    fn what_was_put_back_is_started_again() {
        let tasks = [locking(HEAVY, &[(1, LockMode::Share)])];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(1), [0]);
        scheduler.put_back(0);
        assert_eq!(scheduler.start(1), [0]);
    }

    /// Tasks that need and follow earlier ones, at random.
    fn tasks() -> impl Strategy<Value = Vec<Task>> {
        let one = (
            prop::sample::select(vec![Stage::Structure, Stage::Behaviour, Stage::Refresh]),
            prop::collection::vec((0_u32..4, prop::sample::select(LockMode::ALL.to_vec())), 0..3),
            prop::collection::btree_set(0_u32..3, 0..2),
            prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            prop::collection::vec(any::<prop::sample::Index>(), 0..2),
            prop::sample::select(vec![0, 5, HEAVY]),
        );
        prop::collection::vec(one, 0..24).prop_map(|list| {
            let mut tasks: Vec<Task> = Vec::new();
            for (stage, locks, rows, needs, follows, weight) in list {
                // As in a plan, nothing needs what belongs to a later stage.
                let earlier = |chosen: Vec<prop::sample::Index>| -> Vec<usize> {
                    if tasks.is_empty() {
                        return Vec::new();
                    }
                    let places: BTreeSet<usize> = chosen.iter().map(|index| index.index(tasks.len())).collect();
                    places.into_iter().filter(|place| tasks[*place].stage <= stage).collect()
                };
                let (needs, follows) = (earlier(needs), earlier(follows));
                tasks.push(Task { stage, rows, needs, follows, locks: locks.into_iter().collect(), ..task(weight) });
            }
            tasks
        })
    }

    proptest! {
        #[test]
        fn every_task_ends_and_no_two_that_run_exclude_each_other(
            tasks in tasks(),
            failing in prop::collection::vec(any::<bool>(), 24),
            order in prop::collection::vec(any::<prop::sample::Index>(), 100),
        ) {
            let mut scheduler = Scheduler::new(&tasks);
            let (mut running, mut over) = (Vec::<Vec<usize>>::new(), BTreeMap::new());
            let mut tables: Vec<u32> = (0..4).collect();
            for choice in order {
                while let bundle @ [_, ..] = scheduler.start(2).as_slice() {
                    running.push(bundle.to_vec());
                }
                for (place, bundle) in running.iter().enumerate() {
                    for other in running[place + 1..].iter().flatten() {
                        for lock in bundle.iter().flat_map(|task| &tasks[*task].locks) {
                            let conflicts = |held: &&(u32, LockMode)| held.0 == lock.0 && held.1.conflicts_with(lock.1);
                            prop_assert!(!tasks[*other].locks.iter().any(|held| conflicts(&held)));
                        }
                    }
                    for task in bundle {
                        prop_assert!(tasks[*task].rows.iter().all(|table| !tables.contains(table)));
                        prop_assert!(tasks[*task].needs.iter().all(|need| over.get(need) == Some(&true)));
                        prop_assert!(tasks[*task].follows.iter().all(|need| over.contains_key(need)));
                    }
                }
                let choices = running.len() + tables.len();
                if choices == 0 {
                    break;
                }
                match choice.index(choices) {
                    place if place < running.len() => {
                        for task in running.swap_remove(place) {
                            over.insert(task, !failing[task]);
                            for (given_up, _) in scheduler.finish(task, !failing[task]) {
                                prop_assert!(over.insert(given_up, false).is_none());
                            }
                        }
                    }
                    _ => {
                        if let Some(table) = tables.pop() {
                            scheduler.arrived(table);
                        }
                        if tables.is_empty() {
                            scheduler.all_arrived();
                        }
                    }
                }
            }
            prop_assert!(scheduler.is_finished());
            prop_assert_eq!(over.len(), tasks.len());
        }
    }
}
