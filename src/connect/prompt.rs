//! Asks for a password on the terminal, where a server wants one and none was found.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;

use super::login::Password;

/// The terminal of the process, whatever its standard input is.
const TERMINAL: &str = "/dev/tty";

/// How often it is looked whether nobody waits for an answer any more.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// More than any password has.
const BYTES_MAX: usize = 4096;

/// Only one question is on the terminal at a time, whichever server wants to know.
static TERMINAL_IN_USE: Mutex<()> = Mutex::const_new(());

/// Whether a question is on the terminal, so that nothing else should be written there.
#[must_use]
pub fn is_asking() -> bool {
    TERMINAL_IN_USE.try_lock().is_err()
}

/// What was answered once, for every session of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Prompt {
    asked: Mutex<Asked>,
}

#[derive(Debug, Default)]
enum Asked {
    #[default]
    Not,
    /// The answer; `None` where there was no terminal, or nothing was typed.
    Answered(Option<Password>),
}

impl Prompt {
    /// The password that was typed before, if one was.
    pub(super) async fn known(&self) -> Option<Password> {
        match &*self.asked.lock().await {
            Asked::Answered(password) => password.clone(),
            Asked::Not => None,
        }
    }

    /// Asks once; whoever asks meanwhile or later gets the same answer. `None` without a terminal, or where nothing was typed.
    ///
    /// Dropping the future, Ctrl-C and SIGTERM leave the terminal as it was.
    pub(super) async fn ask(&self, question: String) -> Option<Password> {
        let mut asked = self.asked.lock().await;
        if let Asked::Answered(password) = &*asked {
            return password.clone();
        }
        let _alone = TERMINAL_IN_USE.lock().await;
        let password = ask_unless_given_up(question).await;
        *asked = Asked::Answered(password.clone());
        password
    }
}

/// Says that nobody waits any more, also when the future is dropped.
struct GivesUp(Arc<AtomicBool>);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn ask_unless_given_up(question: String) -> Option<Password> {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return None;
    };
    let is_given_up = Arc::new(AtomicBool::new(false));
    let gives_up = GivesUp(Arc::clone(&is_given_up));
    let mut answer = tokio::task::spawn_blocking(move || ask(&question, &is_given_up));
    let answered = tokio::select! {
        answered = &mut answer => answered,
        _ = interrupt.recv() => { drop(gives_up); answer.await }
        _ = terminate.recv() => { drop(gives_up); answer.await }
    };
    answered.ok()?.ok().flatten()
}

/// Asks on the terminal, which shows nothing of what is typed.
fn ask(question: &str, is_given_up: &AtomicBool) -> io::Result<Option<Password>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open(TERMINAL)?;
    let before = tcgetattr(&terminal)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    silent.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON);
    // What was typed before is dropped: nobody answers a question that is not there yet.
    tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
    let line = terminal.write_all(question.as_bytes()).and_then(|()| read_line(&mut terminal, is_given_up));
    restore(&mut terminal, &before, matches!(line, Ok(Some(_))))?;
    let Some(line) = line? else { return Ok(None) };
    let text = std::str::from_utf8(&line).map_err(io::Error::other)?;
    Ok((!text.is_empty()).then(|| Password::new(text)))
}

fn restore(terminal: &mut File, before: &Termios, has_line_break: bool) -> io::Result<()> {
    tcsetattr(&*terminal, OptionalActions::Flush, before)?;
    if has_line_break { Ok(()) } else { terminal.write_all(b"\n") }
}

/// Reads up to the end of a line; `None` when it was given up, or the terminal is gone.
fn read_line(terminal: &mut File, is_given_up: &AtomicBool) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    while !is_given_up.load(Ordering::Relaxed) {
        match poll(&mut [PollFd::new(&*terminal, PollFlags::IN)], Some(&TICK)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let mut byte = [0];
        if terminal.read(&mut byte)? == 0 || line.len() == BYTES_MAX {
            return Ok(None);
        }
        match byte[0] {
            b'\n' => return Ok(Some(line)),
            b'\r' => {}
            other => line.push(other),
        }
    }
    Ok(None)
}
