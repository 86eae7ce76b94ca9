//! Progress while copying: lines that are drawn again in one place on a terminal, a line now and then elsewhere.

mod block;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{quantity, stderr};
use crate::connect;
use crate::ddl::sql::QualifiedName;
use crate::settings::LogFormat;

/// How often the lines on a terminal are drawn.
const IN_PLACE_INTERVAL: Duration = Duration::from_millis(250);

/// How often a line is written elsewhere.
const LINES_INTERVAL: Duration = Duration::from_secs(10);

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// What is being done, such as `copying` or `building indexes`.
    pub phase: &'static str,
    /// Bytes copied so far.
    pub bytes_done: u64,
    /// Bytes expected in all, an estimate; 0 where nobody knows.
    pub bytes_total: u64,
    /// Rows copied so far.
    pub rows_done: u64,
    /// Tables that are complete.
    pub tables_done: u64,
    /// Tables in all.
    pub tables_total: u64,
    /// What is made behind the rows and is over: indexes, constraints and so on.
    pub tasks_done: u64,
    /// What is made behind the rows in all.
    pub tasks_total: u64,
    /// Pieces of tables that were tried more than once.
    pub retried: u64,
    /// How long it still takes, an estimate; None where nobody can say.
    pub time_left: Option<Duration>,
    /// Tables that are copied and objects that are made now.
    pub running: Vec<Running>,
}

/// A table that is copied, or an object that is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Running {
    /// Its name, with its kind where it is no table.
    pub what: String,
    /// How far it is, in words; empty where there are none.
    pub detail: String,
    /// Of `total`, in whatever it is counted.
    pub done: u64,
    /// 0 where nobody knows.
    pub total: u64,
}

/// A table whose rows have all arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its name.
    pub table: QualifiedName,
    /// Its rows.
    pub rows: u64,
    /// Bytes that travelled.
    pub bytes: u64,
    /// How long they took, from its first chunk to its last.
    pub took: Duration,
}

/// Where progress is read from, at any time and from any thread. It must not wait.
pub trait Source: Send + Sync {
    /// How far the run is now.
    fn progress(&self) -> Progress;

    /// The tables that have arrived since the last call.
    fn take_arrived(&self) -> Vec<Finished> {
        Vec::new()
    }
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// Not at all.
    Off,
    /// On the terminal: lines for what is at work, drawn again in one place, above which finished tables scroll by.
    InPlace,
    /// A line every ten seconds.
    Lines,
    /// A log event every ten seconds, so that a JSON log stays JSON.
    Events,
}

impl Display {
    /// What suits the settings and what stderr is.
    #[must_use]
    pub fn choose(progress: bool, format: LogFormat) -> Self {
        match (progress, format) {
            (false, _) => Self::Off,
            (true, LogFormat::Json) => Self::Events,
            (true, LogFormat::Console) if stderr::is_drawable() => Self::InPlace,
            (true, LogFormat::Console) => Self::Lines,
        }
    }
}

/// A task that shows progress until it is stopped. Dropping it stops it as well, but may leave the line on the terminal
/// until something else is written.
#[derive(Debug)]
pub struct Reporter {
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Reporter {
    /// Starts to show progress from now on. Must be called within a tokio runtime.
    #[must_use]
    pub fn start(source: Arc<dyn Source>, display: Display) -> Self {
        match display {
            Display::Off => Self { stop: None, task: None },
            Display::InPlace => Self::start_every(IN_PLACE_INTERVAL, source, display),
            Display::Lines | Display::Events => Self::start_every(LINES_INTERVAL, source, display),
        }
    }

    fn start_every(interval: Duration, source: Arc<dyn Source>, display: Display) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let started = Instant::now();
            loop {
                tokio::select! {
                    _ = &mut stopped => break,
                    () = tokio::time::sleep(interval) => {
                        // A question on the terminal waits for its answer behind it.
                        if connect::is_asking() {
                            stderr::leave_block();
                        } else {
                            show(display, &*source, started.elapsed());
                        }
                    }
                }
            }
            if display == Display::InPlace {
                stderr::end_block();
                stderr::lines(&block::finished(&source.take_arrived()));
            }
        });
        Self { stop: Some(stop), task: Some(task) }
    }

    /// Stops showing progress and wipes the line on the terminal. Not cancel safe in one harmless way: dropped half-way it
    /// has asked the task to end without waiting for it.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(task) = self.task.take() {
            // A task that panicked has nothing left to wipe; the copy itself is not concerned.
            let _ = task.await;
        }
    }
}

fn show(display: Display, source: &dyn Source, elapsed: Duration) {
    let progress = &source.progress();
    match display {
        Display::Off => {}
        Display::InPlace => {
            let lines = block::block(progress, elapsed, stderr::height());
            stderr::block(&block::finished(&source.take_arrived()), &lines);
        }
        Display::Lines => stderr::lines(&format!("{}\n", line(progress, elapsed))),
        Display::Events => tracing::info!(
            phase = progress.phase,
            bytes_done = progress.bytes_done,
            bytes_total = progress.bytes_total,
            rows_done = progress.rows_done,
            tables_done = progress.tables_done,
            tables_total = progress.tables_total,
            tasks_done = progress.tasks_done,
            tasks_total = progress.tasks_total,
            retried_chunks = progress.retried,
            time_left_ms = progress.time_left.map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX)),
            elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            "progress"
        ),
    }
}

/// `copying: about 4 min left, 3 of 12 tables, 4 of 30 tasks, 1,234 rows, 1.2 GB of about 4.0 GB (30 %), 240 MB/s, 12.3 s`.
fn line(progress: &Progress, elapsed: Duration) -> String {
    let Progress { phase, bytes_done, bytes_total, rows_done, tables_done, tables_total, .. } = *progress;
    let of = |done, total, noun| format!("{} of {}", quantity::count(done), quantity::counted(total, noun));
    // What a narrow terminal must not cut off comes first.
    let left = progress.time_left.map(|left| format!("about {} left", quantity::roughly(left)));
    let mut parts: Vec<String> = left.into_iter().collect();
    parts.push(of(tables_done, tables_total, "table"));
    if progress.tasks_total > 0 {
        parts.push(of(progress.tasks_done, progress.tasks_total, "task"));
    }
    parts.push(quantity::counted(rows_done, "row"));
    let are_all_there = tables_done > 0 && tables_done == tables_total;
    // The total is an estimate of another thing, blocks on the source's disk; what is done may go beyond it.
    match (u128::from(bytes_done) * 100).checked_div(u128::from(bytes_total)) {
        Some(percent) if percent <= 100 && !are_all_there => parts.push(format!(
            "{} of about {} ({percent} %)",
            quantity::bytes(bytes_done),
            quantity::bytes(bytes_total)
        )),
        _ => parts.push(quantity::bytes(bytes_done)),
    }
    // Of no interest any more when all are there.
    if tables_done < tables_total {
        parts.extend(quantity::rate(bytes_done, elapsed));
    }
    parts.push(quantity::duration(elapsed));
    format!("{phase}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_the_run_is() {
        let mut progress = Progress {
            phase: "copying",
            bytes_done: 300 << 20,
            bytes_total: 1 << 30,
            rows_done: 1234,
            tables_done: 3,
            tables_total: 12,
            ..Progress::default()
        };
        let elapsed = Duration::from_secs(12);
        assert_eq!(
            line(&progress, elapsed),
            "copying: 3 of 12 tables, 1,234 rows, 300 MB of about 1.0 GB (29 %), 25.0 MB/s, 12.0 s"
        );
        progress.bytes_total = 0;
        assert_eq!(line(&progress, elapsed), "copying: 3 of 12 tables, 1,234 rows, 300 MB, 25.0 MB/s, 12.0 s");
        progress.bytes_total = 1;
        assert!(!line(&progress, elapsed).contains('%'));
        progress = Progress { tasks_done: 4, tasks_total: 30, time_left: Some(Duration::from_secs(191)), ..progress };
        assert!(line(&progress, elapsed).starts_with("copying: about 4 min left, 3 of 12 tables, 4 of 30 tasks, "));
        progress = Progress { bytes_total: 1 << 30, tables_done: 12, ..progress };
        assert!(!line(&progress, elapsed).contains('%'), "an estimate of what is there already says nothing");
    }

    #[test]
    fn only_a_console_log_shares_stderr_with_progress_lines() {
        assert_eq!(Display::choose(false, LogFormat::Console), Display::Off);
        assert_eq!(Display::choose(true, LogFormat::Json), Display::Events);
    }

    struct Calls(std::sync::atomic::AtomicUsize);

    impl Source for Calls {
        fn progress(&self) -> Progress {
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Progress::default()
        }
    }

    #[test]
    fn the_reporter_looks_until_it_is_stopped() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let calls = Arc::new(Calls(0.into()));
        let source = Arc::clone(&calls);
        runtime.block_on(async move {
            let reporter = Reporter::start_every(Duration::from_millis(10), source, Display::Events);
            tokio::time::sleep(Duration::from_millis(300)).await;
            reporter.stop().await;
        });
        let looked = calls.0.load(std::sync::atomic::Ordering::SeqCst);
        assert!(looked >= 1, "it never looked");
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(calls.0.load(std::sync::atomic::Ordering::SeqCst), looked);
    }
}
