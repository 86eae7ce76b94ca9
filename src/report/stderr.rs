//! The standard error stream, shared by log lines, errors and the progress line that is rewritten in place.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal's last line is a progress line, to be wiped before anything else is written.
static PROGRESS_SHOWN: AtomicBool = AtomicBool::new(false);

/// Carriage return, then "erase the line".
const WIPE: &str = "\r\x1b[2K";

/// Cuts off what does not fit the line, and wraps it again: a wrapped line could not be wiped.
const WRAP_OFF: &str = "\x1b[?7l";
const WRAP_ON: &str = "\x1b[?7h";

/// A writer to stderr that wipes the progress line first. Errors are not reported: there is nowhere left to say so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = io::stderr().lock();
        if PROGRESS_SHOWN.swap(false, Ordering::SeqCst) {
            stream.write_all(WIPE.as_bytes())?;
        }
        stream.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Writes whole lines.
pub(super) fn lines(text: &str) {
    let _ = Stderr.write_all(text.as_bytes());
}

/// Puts a line in the place of the progress line, without a line break.
pub(super) fn progress_line(text: &str) {
    let mut stream = io::stderr().lock();
    PROGRESS_SHOWN.store(true, Ordering::SeqCst);
    let _ = write!(stream, "{WIPE}{WRAP_OFF}{text}{WRAP_ON}");
    let _ = stream.flush();
}

/// Wipes the progress line where there is one.
pub(super) fn end_progress_line() {
    let _ = Stderr.write_all(b"");
    let _ = Stderr.flush();
}
