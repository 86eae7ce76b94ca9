//! The pgsluice command: parse, start logging, run, map the outcome to an exit code.

use std::process::ExitCode;
use std::time::Duration;

use pgsluice::cli::{self, Invocation};
use pgsluice::error::Explain;
use pgsluice::settings::table::Command;
use pgsluice::settings::{self, File, LogFormat, Logging, Settings};
use pgsluice::{report, run};
use tokio::signal::unix::{SignalKind, signal};

/// Exit codes.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const UNUSABLE_SETTINGS: u8 = 2;
const INTERRUPTED: u8 = 130;

/// How long tasks may take to end once the outcome is known.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(message) => return report::usage(&message).into(),
    };
    let (logging, settings) = resolve(&invocation);
    report::start_log(logging);
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => return failed(&error, logging.format, UNUSABLE_SETTINGS),
    };
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    match invocation.command {
        Command::Snapshot => snapshot(&settings),
    }
}

/// The settings, and how to log even where they are unusable.
fn resolve(invocation: &Invocation) -> (Logging, Result<Settings, settings::Error>) {
    let inputs = || {
        let environment = settings::environment(std::env::vars_os())?;
        let file = invocation.config().map(File::read).transpose()?.unwrap_or_default();
        let logging = settings::logging(&invocation.matches, &environment, &file)?;
        Ok((environment, file, logging))
    };
    match inputs() {
        Ok((environment, file, logging)) => {
            let processors = std::thread::available_parallelism().map_or(1, usize::from);
            (logging, settings::resolve(&invocation.matches, &environment, &file, processors))
        }
        Err(error) => (Logging::default(), Err(error)),
    }
}

/// Copies until it is done or the user ends it.
fn snapshot(settings: &Settings) -> ExitCode {
    let format = settings.logging.format;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(source) => return failed(&StartError { source }, format, FAILED),
    };
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = run::run(settings) => Some(outcome),
            () = interruption() => None,
        }
    });
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    match outcome {
        Some(Ok(summary)) => {
            summary.print();
            match summary.completeness() {
                Ok(()) => DONE.into(),
                Err(incomplete) => failed(&incomplete, format, FAILED),
            }
        }
        Some(Err(error)) => failed(&error, format, if error.is_settings() { UNUSABLE_SETTINGS } else { FAILED }),
        None => {
            report::interrupted(format);
            INTERRUPTED.into()
        }
    }
}

/// Waits for Ctrl-C or SIGTERM. Cancel safe. Where a signal cannot be listened for, it ends the process as it always does.
async fn interruption() {
    let wait_for = async |kind| match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait_for(SignalKind::interrupt()) => {}
        () = wait_for(SignalKind::terminate()) => {}
    }
}

fn failed(error: &dyn Explain, format: LogFormat, exit_code: u8) -> ExitCode {
    report::failure(error, format);
    exit_code.into()
}

/// The operating system gave no threads or no event queue.
#[derive(Debug, thiserror::Error)]
#[error("could not start the runtime")]
struct StartError {
    #[source]
    source: std::io::Error,
}

impl Explain for StartError {
    fn hint(&self) -> Option<String> {
        Some("look at the limits on processes and open files: ulimit -a".to_owned())
    }
}
