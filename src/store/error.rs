//! What can go wrong with the store.

use tokio_postgres::error::SqlState;

use crate::connect::server_error::ServerError;
use crate::error::{Explain, Side};

/// The store did not record what it should have.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A statement failed.
    #[error("could not {action} on the {}", Side::Store)]
    Statement {
        /// What the statement was for, in words that follow "could not".
        action: &'static str,
        /// Why.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A row of this run is no longer there.
    #[error("could not {action} on the {}: request {req_id} of schema {schema} is gone", Side::Store)]
    RequestGone {
        /// What the statement was for, in words that follow "could not".
        action: &'static str,
        /// The row's key.
        req_id: i32,
        /// The schema it was for.
        schema: String,
    },
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Statement { source, .. } => Some(match source.as_db_error() {
                Some(error) => ServerError::from(error).to_string(),
                None => source.to_string(),
            }),
            Self::RequestGone { .. } => None,
        }
    }

    fn hint(&self) -> Option<String> {
        let Self::Statement { source, .. } = self else {
            return Some("leave the rows of pgstream.snapshot_requests alone while a run is under way".to_owned());
        };
        let code = source.code()?;
        let hint = if *code == SqlState::INSUFFICIENT_PRIVILEGE {
            "the store's role needs CREATE on the database for the first run, later USAGE on schema pgstream and SELECT, INSERT \
             and UPDATE on its table snapshot_requests with USAGE on the table's sequence"
        } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
            "the store must be a server that can be written, not a standby"
        } else if *code == SqlState::UNIQUE_VIOLATION {
            "another run asked for the same tables at the same moment; wait for it, then run again"
        } else if *code == SqlState::UNDEFINED_COLUMN || *code == SqlState::WRONG_OBJECT_TYPE {
            "pgstream.snapshot_requests is not the table that pgsluice and pgstream keep; move it out of the way"
        } else {
            return None;
        };
        Some(hint.to_owned())
    }
}
