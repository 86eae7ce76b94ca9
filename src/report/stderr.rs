//! The standard error stream, shared by log lines, errors and the lines that are drawn again in one place.

use std::io::{self, IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::settings::Color;

/// How many lines of the terminal are drawn in one place, the last of them without a line break. They are wiped before anything
/// else is written.
static DRAWN: AtomicUsize = AtomicUsize::new(0);

/// Carriage return, then "erase the line".
const WIPE: &str = "\r\x1b[2K";

/// One line up, then "erase the line".
const WIPE_ABOVE: &str = "\x1b[1A\x1b[2K";

/// Cuts off what does not fit the line, and wraps it again: a wrapped line could not be wiped.
const WRAP_OFF: &str = "\x1b[?7l";
const WRAP_ON: &str = "\x1b[?7h";

/// The height of a terminal that does not tell it.
const HEIGHT_USUAL: usize = 24;

/// What wipes so many lines, the last of them being the one the cursor is in.
fn wipe(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("{WIPE}{}", WIPE_ABOVE.repeat(lines - 1)) }
}

/// Whether what is written is coloured.
static COLORED: AtomicBool = AtomicBool::new(false);

/// Decides whether what is written from now on is coloured.
pub(super) fn choose_color(color: Color) -> bool {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colored = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_drawable() && !is_plain,
    };
    COLORED.store(colored, Ordering::Relaxed);
    colored
}

/// A word in a colour, where words are coloured: the number of the color's escape sequence.
pub(super) fn colored(word: &str, color: u8) -> String {
    if COLORED.load(Ordering::Relaxed) { format!("\x1b[{color}m{word}\x1b[0m") } else { word.to_owned() }
}

/// Whether stderr is a terminal in which lines can be drawn again.
pub(super) fn is_drawable() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|kind| kind != "dumb")
}

/// How many lines the terminal has.
pub(super) fn height() -> usize {
    let rows = rustix::termios::tcgetwinsize(io::stderr()).map_or(0, |size| usize::from(size.ws_row));
    if rows == 0 { HEIGHT_USUAL } else { rows }
}

/// A writer to stderr that wipes the drawn lines first. Errors are not reported: there is nowhere left to say so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = io::stderr().lock();
        stream.write_all(wipe(DRAWN.swap(0, Ordering::SeqCst)).as_bytes())?;
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

/// Puts lines in the place of those that were drawn last, below `above`, which scrolls by.
pub(super) fn block(above: &str, lines: &[String]) {
    let mut stream = io::stderr().lock();
    let before = wipe(DRAWN.swap(lines.len(), Ordering::SeqCst));
    // In one piece, so that nobody sees half of it.
    let _ = stream.write_all(format!("{before}{above}{WRAP_OFF}{}{WRAP_ON}", lines.join("\n")).as_bytes());
    let _ = stream.flush();
}

/// Wipes the lines that were drawn last, where there are any.
pub(super) fn end_block() {
    let _ = Stderr.write_all(b"");
    let _ = Stderr.flush();
}
