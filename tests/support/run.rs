//! The shipped binary, run from outside.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a run may take; a run that hangs is a failure, not a test suite that never ends.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// A run of pgsluice to be. Its environment is empty but for what [`Run::env`] adds: no `PG*` variable and no password
/// file of the tester's reaches it, and without `PATH` it cannot call another program. It never asks on the tester's terminal.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
}

/// A run under way.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: thread::JoinHandle<String>,
    stderr: thread::JoinHandle<String>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code; None where a signal ended the run.
    pub(crate) exit_code: Option<i32>,
    /// What it wrote to standard output.
    pub(crate) stdout: String,
    /// What it wrote to standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// pgsluice with these arguments.
    pub(crate) fn new(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgsluice"));
        command.args(arguments).env_clear().env("HOME", "/nonexistent").env("PGSLUICE_NO_PASSWORD", "true");
        Self { command }
    }

    /// `pgsluice snapshot` of one database into another.
    pub(crate) fn snapshot(source_url: &str, target_url: &str) -> Self {
        Self::new(["snapshot", "--source", source_url, "--target", target_url])
    }

    /// One more argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments.
    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// An environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The directory to run in.
    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Runs it and waits for its end. Panics where it takes longer than five minutes, with what it wrote until then.
    pub(crate) fn outcome(self) -> Outcome {
        self.start().outcome()
    }

    /// Starts it, and reads what it writes.
    pub(crate) fn start(self) -> Running {
        let mut child = self.spawn();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        Running { child, stdout, stderr }
    }

    /// Starts it and leaves it to the caller, for tests that interrupt or kill it.
    pub(crate) fn spawn(mut self) -> Child {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().expect("the binary under test starts")
    }
}

impl Running {
    /// Sends it a signal: `INT`, `TERM`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Waits for its end. Panics where it takes longer than five minutes, with what it wrote until then.
    pub(crate) fn outcome(self) -> Outcome {
        let Self { mut child, stdout, stderr } = self;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if start.elapsed() > TIME_LIMIT {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            thread::sleep(Duration::from_millis(5));
        };
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
        let Some(status) = status else {
            panic!("pgsluice ran longer than {TIME_LIMIT:?}; it wrote:\n{stdout}{stderr}")
        };
        Outcome { exit_code: status.code(), stdout, stderr }
    }
}

/// Sends a process a signal.
pub(crate) fn signal(process: u32, name: &str) {
    let status = Command::new("bash").args(["-c", &format!("kill -s {name} {process}")]).status().unwrap();
    assert!(status.success(), "kill -s {name} {process}");
}

impl Outcome {
    /// Panics with everything the run wrote unless it exited with 0.
    pub(crate) fn expect_done(self) -> Self {
        assert_eq!(self.exit_code, Some(0), "pgsluice failed\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The exit code and stderr, with ports and the numbers of databases made the same in every run.
    pub(crate) fn failure(&self) -> String {
        let code = self.exit_code.map_or_else(|| "none".to_owned(), |code| code.to_string());
        let stderr = without_digits_after(&without_digits_after(&self.stderr, "127.0.0.1:", "PORT"), "test_", "N");
        format!("exit code: {code}\n{stderr}")
    }
}

/// Puts a word in the place of the digits behind every mark.
fn without_digits_after(text: &str, mark: &str, word: &str) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let word = if rest.len() < part.len() { word } else { "" };
        done + mark + word + rest
    })
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
