//! Which task may run next. Pure.

use std::collections::BTreeSet;

use crate::plan::tasks::Task;

/// What is known of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Done,
    Failed,
}

/// The state of a phase's tasks. A task is started when what it needs is done and no running task holds one of its locks;
/// among those the heaviest comes first.
#[derive(Debug)]
pub(super) struct Scheduler<'a> {
    tasks: &'a [Task],
    states: Vec<State>,
    /// Tasks that wait, heaviest first.
    waiting: Vec<usize>,
    locked: BTreeSet<u32>,
}

impl<'a> Scheduler<'a> {
    /// Nothing begun yet.
    pub(super) fn new(tasks: &'a [Task]) -> Self {
        let mut waiting: Vec<_> = (0..tasks.len()).collect();
        waiting.sort_by_key(|task| (std::cmp::Reverse(tasks[*task].weight), *task));
        Self { tasks, states: vec![State::Waiting; tasks.len()], waiting, locked: BTreeSet::new() }
    }

    /// Starts a task, if one can be.
    pub(super) fn start(&mut self) -> Option<usize> {
        let place = self.waiting.iter().position(|task| self.is_ready(*task))?;
        let task = self.waiting.remove(place);
        self.states[task] = State::Running;
        self.locked.extend(&self.tasks[task].locks);
        Some(task)
    }

    fn is_ready(&self, task: usize) -> bool {
        let task = &self.tasks[task];
        task.needs.iter().all(|need| self.states[*need] == State::Done) && task.locks.is_disjoint(&self.locked)
    }

    /// Ends a task. When it failed, those that need it, directly or not, are returned with the one they need: they will
    /// never be started.
    pub(super) fn finish(&mut self, task: usize, succeeded: bool) -> Vec<(usize, usize)> {
        for relation in &self.tasks[task].locks {
            self.locked.remove(relation);
        }
        self.states[task] = if succeeded { State::Done } else { State::Failed };
        let mut given_up = Vec::new();
        if !succeeded {
            // Tasks need only earlier ones, so one pass over them in order finds all.
            for later in task + 1..self.tasks.len() {
                let failed = |need: &&usize| self.states[**need] == State::Failed;
                if let Some(need) = self.tasks[later].needs.iter().find(failed).copied()
                    && self.states[later] == State::Waiting
                {
                    self.states[later] = State::Failed;
                    given_up.push((later, need));
                }
            }
            self.waiting.retain(|waiting| self.states[*waiting] == State::Waiting);
        }
        given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::Address;

    fn task(locks: &[u32], needs: &[usize], weight: u64) -> Task {
        Task {
            place: None,
            object: Address::in_schema("INDEX", "s", "i"),
            statements: Vec::new(),
            locks: locks.iter().copied().collect(),
            needs: needs.to_vec(),
            rests_on: Vec::new(),
            weight,
        }
    }

    #[test]
    fn the_heaviest_task_starts_first_and_needs_are_kept() {
        let tasks = [task(&[], &[], 1), task(&[], &[], 9), task(&[], &[0], 99)];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(), Some(1));
        assert_eq!(scheduler.start(), Some(0));
        assert_eq!(scheduler.start(), None);
        assert_eq!(scheduler.finish(0, true), []);
        assert_eq!(scheduler.start(), Some(2));
    }

    #[test]
    fn tasks_that_share_a_lock_never_run_together() {
        let tasks = [task(&[1, 2], &[], 3), task(&[2, 3], &[], 2), task(&[4], &[], 1)];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(), Some(0));
        assert_eq!(scheduler.start(), Some(2));
        assert_eq!(scheduler.start(), None);
        scheduler.finish(0, true);
        assert_eq!(scheduler.start(), Some(1));
    }

    #[test]
    fn what_needs_a_failed_task_is_given_up_all_along_the_chain() {
        let tasks = [task(&[], &[], 0), task(&[], &[0], 0), task(&[], &[1], 0), task(&[], &[], 0)];
        let mut scheduler = Scheduler::new(&tasks);
        assert_eq!(scheduler.start(), Some(0));
        assert_eq!(scheduler.finish(0, false), [(1, 0), (2, 1)]);
        assert_eq!(scheduler.start(), Some(3));
        assert_eq!(scheduler.start(), None);
    }
}
