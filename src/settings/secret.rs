//! Text that may hold a password.

use std::fmt;

/// A connection string as the user gave it. Neither `Debug` nor anything else shows it; [`Secret::expose`] is for
/// `connect`, which takes it apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    may_ask: bool,
}

impl Secret {
    /// Wraps a connection string.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), may_ask: true }
    }

    /// The same, for which nobody is asked on the terminal.
    #[must_use]
    pub fn without_asking(self) -> Self {
        Self { may_ask: false, ..self }
    }

    /// Whether what is missing in it to log in may be asked for on the terminal.
    #[must_use]
    pub fn may_ask(&self) -> bool {
        self.may_ask
    }

    /// The text itself. It must not reach a log, an error or a report.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", Secret::new("postgres://u:hunter2@h")), "Secret(redacted)");
    }
}
