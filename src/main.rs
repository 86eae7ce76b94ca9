//! The pgsluice command: parse, start logging, run, map the outcome to an exit code.

use std::process::ExitCode;
use std::time::Duration;

use clap::ArgMatches;
use pgsluice::cli::{self, Invocation};
use pgsluice::error::Explain;
use pgsluice::run::{Ran, Reported, Signal};
use pgsluice::settings::table::Command;
use pgsluice::settings::{self, Environment, File, LogFormat, Logging};
use pgsluice::verify::{Disagreement, Verification};
use pgsluice::{report, run};
use tokio::signal::unix::{SignalKind, signal};

/// Exit codes.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const UNUSABLE_SETTINGS: u8 = 2;
const DIFFERENT: u8 = 3;

/// How long tasks may take to end once the outcome is known.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(message) => return report::usage(&message).into(),
    };
    match invocation.command {
        Command::Snapshot => with_settings(&invocation, settings::resolve, |settings| {
            start(
                settings.logging,
                &settings.warnings,
                async || run::reported(settings, interruption()).await,
                |reported| copied(reported, settings.logging),
            )
        }),
        Command::Plan => with_settings(&invocation, settings::resolve_plan, |settings| {
            start(
                settings.run.logging,
                &settings.run.warnings,
                async || run::plan(settings, interruption()).await,
                |plan| {
                    plan.print(settings.json);
                    DONE
                },
            )
        }),
        Command::Check => with_settings(&invocation, settings::resolve_check, |settings| {
            start(
                settings.run.logging,
                &settings.run.warnings,
                async || run::check(settings, interruption()).await,
                |findings| done(report::check(findings, settings.json)),
            )
        }),
        Command::Schema => with_settings(&invocation, settings::resolve_schema, |settings| {
            start(
                settings.logging,
                &settings.warnings,
                async || run::schema(settings, interruption()).await,
                |schema| {
                    report::script(&schema.script);
                    done(report::left_out(&schema.left_out, settings.logging.format))
                },
            )
        }),
        Command::Completions => {
            report::script(&cli::completions(&invocation.matches));
            DONE.into()
        }
        Command::Man => {
            report::script(&cli::manual());
            DONE.into()
        }
        Command::Status => with_settings(&invocation, settings::resolve_status, |settings| {
            start(
                settings.logging,
                &settings.warnings,
                async || run::status(settings, interruption()).await,
                |requests| {
                    report::status(requests, settings.json);
                    DONE
                },
            )
        }),
        Command::Verify => with_settings(&invocation, settings::resolve_verify, |settings| {
            start(
                settings.run.logging,
                &settings.run.warnings,
                async || run::verify(settings, interruption()).await,
                |verification| {
                    report::verification(verification, settings.json);
                    agreed(verification.agreement(), settings.run.logging)
                },
            )
        }),
    }
}

/// Resolves a command's settings and goes on with them. The log is started in any case, so that unusable settings are told
/// in the form that was asked for.
fn with_settings<S>(
    invocation: &Invocation,
    resolve: impl FnOnce(&ArgMatches, &Environment, &File) -> Result<S, settings::Error>,
    go_on: impl FnOnce(&S) -> ExitCode,
) -> ExitCode {
    let inputs = || {
        let environment = settings::environment(std::env::vars_os())?;
        let file = invocation.config().map(File::read).transpose()?.unwrap_or_default();
        let logging = settings::logging(&invocation.matches, &environment, &file)?;
        Ok((environment, file, logging))
    };
    let (logging, settings) = match inputs() {
        Ok((environment, file, logging)) => (logging, resolve(&invocation.matches, &environment, &file)),
        Err(error) => (Logging::default(), Err(error)),
    };
    report::start_log(logging);
    match settings {
        Ok(settings) => go_on(&settings),
        Err(error) => failed(&error, logging.format, UNUSABLE_SETTINGS),
    }
}

/// The exit code of a command that did all it was asked for, or not.
fn done(is_everything: bool) -> u8 {
    if is_everything { DONE } else { FAILED }
}

/// Shows what came of a run, and returns the exit code.
fn copied(of: &Reported, logging: Logging) -> u8 {
    let code = match &of.ran {
        Ran::NotRepeated { completed_at } => {
            report::not_repeated(completed_at, logging.format);
            DONE
        }
        Ran::Copied(summary) => {
            summary.print();
            let complete = summary.completeness();
            if let Err(incomplete) = &complete {
                report::failure(incomplete, logging.format);
            }
            let agreement = summary.verification.as_ref().map_or(Ok(()), Verification::agreement);
            agreed(agreement, logging).max(done(complete.is_ok()))
        }
    };
    if let Some(unwritten) = &of.unwritten {
        report::failure(unwritten, logging.format);
    }
    code.max(done(of.unwritten.is_none()))
}

/// Says that a comparison found a difference, or could not find out, and returns the exit code.
fn agreed(agreement: Result<(), Disagreement>, logging: Logging) -> u8 {
    let Err(disagreement) = agreement else { return DONE };
    report::failure(&disagreement, logging.format);
    match disagreement {
        Disagreement::Different(_) => DIFFERENT,
        Disagreement::NotVerified(_) => FAILED,
    }
}

/// Runs a command. `show` prints what came of it and returns the exit code.
fn start<T>(
    logging: Logging,
    warnings: &[String],
    command: impl AsyncFnOnce() -> Result<T, run::Error>,
    show: impl FnOnce(&T) -> u8,
) -> ExitCode {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(source) => return failed(&StartError { source }, logging.format, FAILED),
    };
    let outcome = runtime.block_on(async { command().await });
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    match outcome {
        Ok(outcome) => show(&outcome).into(),
        Err(error) => {
            let exit_code = error.signal().map(Signal::exit_code);
            let otherwise = if error.is_settings() { UNUSABLE_SETTINGS } else { FAILED };
            failed(&error, logging.format, exit_code.unwrap_or(otherwise))
        }
    }
}

/// Waits for Ctrl-C or SIGTERM. The second one ends the process at once. Where a signal cannot be listened for, it ends the
/// process as it always does.
async fn interruption() -> Signal {
    let (mut interrupts, mut terminations) =
        (signal(SignalKind::interrupt()).ok(), signal(SignalKind::terminate()).ok());
    let mut next = async move || {
        tokio::select! {
            () = received(interrupts.as_mut()) => Signal::Interrupt,
            () = received(terminations.as_mut()) => Signal::Terminate,
        }
    };
    let first = next().await;
    tokio::spawn(async move { std::process::exit(next().await.exit_code().into()) });
    first
}

async fn received(signal: Option<&mut tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
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
