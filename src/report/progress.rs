//! Progress while copying: one line that is rewritten in place on a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{quantity, stderr};
use crate::connect;
use crate::settings::LogFormat;

/// How often the line on a terminal is rewritten.
const IN_PLACE_INTERVAL: Duration = Duration::from_millis(250);

/// How often a line is written elsewhere.
const LINES_INTERVAL: Duration = Duration::from_secs(10);

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
}

/// Where progress is read from, at any time and from any thread. It must not wait.
pub trait Source: Send + Sync {
    /// How far the run is now.
    fn progress(&self) -> Progress;
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// Not at all.
    Off,
    /// One line on the terminal, rewritten in place.
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
            (true, LogFormat::Console) if std::io::stderr().is_terminal() => Self::InPlace,
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
                        if !connect::is_asking() {
                            show(display, &source.progress(), started.elapsed());
                        }
                    }
                }
            }
            if display == Display::InPlace {
                stderr::end_progress_line();
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

fn show(display: Display, progress: &Progress, elapsed: Duration) {
    match display {
        Display::Off => {}
        Display::InPlace => stderr::progress_line(&line(progress, elapsed)),
        Display::Lines => stderr::lines(&format!("{}\n", line(progress, elapsed))),
        Display::Events => tracing::info!(
            phase = progress.phase,
            bytes_done = progress.bytes_done,
            bytes_total = progress.bytes_total,
            rows_done = progress.rows_done,
            tables_done = progress.tables_done,
            tables_total = progress.tables_total,
            elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            "progress"
        ),
    }
}

/// `copying: 3 of 12 tables, 1,234 rows, 1.2 GB of about 4.0 GB (30 %), 240 MB/s, 12.3 s`.
fn line(progress: &Progress, elapsed: Duration) -> String {
    let Progress { phase, bytes_done, bytes_total, rows_done, tables_done, tables_total } = *progress;
    let mut parts = vec![
        format!("{} of {}", quantity::count(tables_done), quantity::counted(tables_total, "table")),
        quantity::counted(rows_done, "row"),
    ];
    // The total is an estimate of another thing, blocks on the source's disk; what is done may go beyond it.
    match (u128::from(bytes_done) * 100).checked_div(u128::from(bytes_total)) {
        Some(percent) if percent <= 100 => parts.push(format!(
            "{} of about {} ({percent} %)",
            quantity::bytes(bytes_done),
            quantity::bytes(bytes_total)
        )),
        _ => parts.push(quantity::bytes(bytes_done)),
    }
    parts.extend(quantity::rate(bytes_done, elapsed));
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
