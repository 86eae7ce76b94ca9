//! What went wrong, on which side, and what to do about it.
//!
//! Every layer has an error enum of its own; `run::Error` gathers them. A message says what could not be done to which object
//! on which side; the server's own words are the [`Explain::detail`], our advice the [`Explain::hint`]. `report` prints the
//! three lines; nothing else turns an error into text for a person.

use std::fmt;

/// One of the servers a run talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The server that is read.
    Source,
    /// The server that is written.
    Target,
    /// The server that remembers snapshot requests.
    Store,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Target => "target",
            Self::Store => "store",
        })
    }
}

/// What an error can say beyond its message.
pub trait Explain: std::error::Error {
    /// The cause in the words of whoever reported it, such as `ERROR 42883: function to_eur(numeric) does not exist`.
    fn detail(&self) -> Option<String> {
        None
    }

    /// What the user can do about it.
    fn hint(&self) -> Option<String> {
        None
    }
}
