//! A schema: the script on stdout, what is missing from it on stderr.

use std::io::Write as _;

use super::stderr;
use crate::plan::LeftOut;
use crate::settings::LogFormat;

/// Prints a script on stdout. A reader that left, such as `head`, wanted no more, so errors of writing are not reported.
pub fn script(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

/// Names what is not in the script, and says whether it is everything that was asked for.
#[must_use]
pub fn left_out(items: &[LeftOut], format: LogFormat) -> bool {
    for LeftOut { object, reason, kind } in items {
        match format {
            LogFormat::Console => {
                let whose = if kind.is_none() { "left out by request" } else { "left out" };
                stderr::lines(&format!("{whose}: {object}: {reason}\n"));
            }
            LogFormat::Json => tracing::warn!(object, reason, by_request = kind.is_none(), "left out"),
        }
    }
    items.iter().all(|item| item.kind.is_none())
}
