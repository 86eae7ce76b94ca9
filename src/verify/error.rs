//! How a comparison can end without a result.

use crate::connect::server_error::ServerError;
use crate::connect::{self, SnapshotError};
use crate::error::{Explain, Side};

/// Why nothing came of a comparison.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No session, or none inside the snapshot.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A session was lost.
    #[error("lost a session on the {side} while comparing")]
    Lost {
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A statement failed that is the same for every database.
    #[error("could not {act} on the {side}")]
    Statement {
        /// What was tried.
        act: &'static str,
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The servers' hashes are not the same.
    #[error("the two servers compute different hashes of the same text, so that digests of rows cannot be compared")]
    Hashes,
}

impl From<connect::Error> for Error {
    fn from(error: connect::Error) -> Self {
        Self::Snapshot(error.into())
    }
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Snapshot(error) => error.detail(),
            Self::Lost { source, .. } | Self::Statement { source, .. } => Some(said(source)),
            Self::Hashes => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Snapshot(error) => error.hint(),
            Self::Hashes => {
                Some("one of them is on a machine of another byte order; --counts compares numbers of rows".to_owned())
            }
            Self::Lost { .. } => Some("run again; nothing was changed on either side".to_owned()),
            Self::Statement { .. } => None,
        }
    }
}

/// What a server said, without anything that may be the content of a cell.
pub(super) fn said(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => ServerError::from(error).without_values().to_string(),
        None => error.to_string(),
    }
}
