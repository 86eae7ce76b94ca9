//! Help, version and bad usage, in clap's words.

use std::io::Write as _;

use super::stderr;

/// Prints what clap has to say: help and version on stdout, bad usage on stderr. Returns the exit code, 0 or 2.
#[must_use]
pub fn usage(message: &clap::Error) -> u8 {
    let text = message.render().to_string();
    if message.use_stderr() {
        stderr::lines(&text);
        return 2;
    }
    // A reader that left, such as `head`, wanted no more.
    let _ = std::io::stdout().write_all(text.as_bytes());
    0
}
