//! How long a run still takes. Pure.

use std::time::Duration;

use crate::apply::TasksNow;

/// How soon anything is said: before, rates mean nothing.
const SILENCE: Duration = Duration::from_secs(2);

/// What an index takes for each byte of its table beside what copying the byte takes, until the first ones have told.
const INDEX_SHARE: f64 = 0.4;

/// How much of a task is taken to be done at most, however long it has run: nobody knows.
const RUNNING_SHARE_MAX: f64 = 0.95;

/// What is known while a run goes on.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    /// Since copying began; None where it has not.
    pub(super) elapsed: Option<Duration>,
    /// How long of it rows have travelled.
    pub(super) copying: Duration,
    /// Bytes copied.
    pub(super) bytes_done: u64,
    /// Bytes that are still to be copied, an estimate.
    pub(super) bytes_left: u64,
    /// Sessions that copy.
    pub(super) jobs: usize,
    /// What is made behind the rows.
    pub(super) tasks: &'a TasksNow,
    /// Sessions that make it.
    pub(super) builders: usize,
}

/// How long it still takes: the rest of the rows at the rate so far, and then indexes and constraints by the bytes of their tables, as
/// fast as those that are done, on all sessions at once. While rows travel some of that is done beside them, so this is more
/// likely too long than too short. `None` where nobody can say yet; never zero.
pub(super) fn time_left(of: &Known<'_>) -> Option<Duration> {
    of.elapsed.filter(|elapsed| *elapsed >= SILENCE)?;
    let byte_seconds = of.copying.as_secs_f64() / as_f64(of.bytes_done.max(1));
    let rows = as_f64(of.bytes_left) * byte_seconds;
    if of.bytes_done == 0 && of.bytes_left > 0 {
        return None;
    }
    let seconds = rows + tasks_left(of, byte_seconds);
    Duration::try_from_secs_f64(seconds).ok().map(|left| left.max(Duration::from_secs(1)))
}

fn tasks_left(of: &Known<'_>, byte_seconds: f64) -> f64 {
    let TasksNow { all, done, spent, running } = of.tasks;
    let seconds = if done.bytes > 0 {
        spent.as_secs_f64() / as_f64(done.bytes)
    } else {
        byte_seconds * as_f64(u64::try_from(of.jobs).unwrap_or(1)) * INDEX_SHARE
    };
    let left = |bytes: u64, running_for: Duration| {
        let all = as_f64(bytes) * seconds;
        (all - running_for.as_secs_f64()).max(all * (1.0 - RUNNING_SHARE_MAX))
    };
    let under_way: Vec<f64> = running.iter().map(|task| left(task.bytes, task.since.elapsed())).collect();
    let begun: u64 = running.iter().map(|task| task.bytes).sum();
    let waiting = as_f64(all.bytes.saturating_sub(done.bytes).saturating_sub(begun)) * seconds;
    let together = waiting + under_way.iter().sum::<f64>();
    let longest = under_way.iter().copied().fold(0.0, f64::max);
    (together / as_f64(u64::try_from(of.builders.max(1)).unwrap_or(1))).max(longest)
}

/// Precise to the byte up to 9 PB.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::apply::{Running, Work};

    const SECOND: Duration = Duration::from_secs(1);

    fn known(tasks: &TasksNow) -> Known<'_> {
        Known {
            elapsed: Some(20 * SECOND),
            copying: 10 * SECOND,
            bytes_done: 1000,
            bytes_left: 500,
            jobs: 2,
            tasks,
            builders: 4,
        }
    }

    fn tasks(all: u64, done: u64, spent: u64) -> TasksNow {
        let work = |bytes| Work { tasks: bytes / 100, bytes };
        TasksNow { all: work(all), done: work(done), spent: Duration::from_secs(spent), running: Vec::new() }
    }

    #[test]
    fn rows_take_what_rows_took() {
        let none = TasksNow::default();
        assert_eq!(time_left(&known(&none)), Some(5 * SECOND));
        assert_eq!(time_left(&Known { elapsed: Some(SECOND), ..known(&none) }), None, "it is too soon");
        assert_eq!(time_left(&Known { elapsed: None, ..known(&none) }), None);
        assert_eq!(time_left(&Known { bytes_done: 0, ..known(&none) }), None, "nothing has moved");
    }

    #[test]
    fn indexes_count_before_and_after_the_rows() {
        // 10 s for 1,000 bytes on two sessions; an index takes 0.4 of that for each byte, and four are made at once.
        assert_eq!(time_left(&known(&tasks(1000, 0, 0))), Some(7 * SECOND));
        // Those that are done took 3 s for 100 bytes.
        let after = tasks(900, 100, 3);
        assert_eq!(time_left(&Known { bytes_left: 0, ..known(&after) }), Some(6 * SECOND));
    }

    #[test]
    fn one_that_runs_is_never_taken_for_done() {
        let since = Instant::now().checked_sub(100 * SECOND).unwrap();
        let running = Running { object: String::new(), bytes: 100, since, process_id: 1 };
        let last = TasksNow { running: vec![running], ..tasks(200, 100, 3) };
        let left = time_left(&Known { bytes_left: 0, ..known(&last) }).unwrap();
        assert!(left > Duration::ZERO && left <= SECOND, "{left:?}");
    }
}
