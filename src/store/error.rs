//! What can go wrong with the store.

use std::fmt;

use tokio_postgres::error::SqlState;

use super::ledger::Holder;
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
    /// What this run recorded of itself is no longer there.
    #[error("could not {action} on the {}: the run's row in pgsluice.request is gone", Side::Store)]
    Gone {
        /// What the statement was for, in words that follow "could not".
        action: &'static str,
    },
    /// Nothing can be recorded there.
    #[error("the {} is a standby, where nothing can be recorded", Side::Store)]
    Standby,
    /// Another run works on the same request.
    #[error("another run works on this request{}", Since(holder.as_ref()))]
    Busy {
        /// The other run, where it is known.
        holder: Option<Holder>,
    },
    /// The connection is gone, and with it the lock: another run may take over.
    #[error("lost the connection to the {}, and with it the request's lock", Side::Store)]
    Lost,
    /// There is nothing to show.
    #[error("the {} holds no requests of pgsluice", Side::Store)]
    Empty,
}

/// ` since TIME`, or nothing.
struct Since<'a>(Option<&'a Holder>);

impl fmt::Display for Since<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.and_then(|holder| holder.since.as_ref()) {
            Some(since) => write!(f, " since {since}"),
            None => Ok(()),
        }
    }
}

/// Who it is, as far as that is known.
fn described(holder: &Holder) -> String {
    let host = holder.host.as_ref().map(|host| format!("host {host}"));
    let name = holder.application_name.as_ref().filter(|name| !name.is_empty());
    let name = name.map(|name| format!("application_name {name}"));
    let process = Some(format!("process {} of the store's server", holder.process_id));
    host.into_iter().chain(name).chain(process).collect::<Vec<_>>().join(", ")
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Statement { source, .. } => Some(match source.as_db_error() {
                Some(error) => ServerError::from(error).to_string(),
                None => source.to_string(),
            }),
            Self::Busy { holder } => holder.as_ref().map(described),
            Self::RequestGone { .. } | Self::Gone { .. } | Self::Standby | Self::Lost | Self::Empty => None,
        }
    }

    fn hint(&self) -> Option<String> {
        let own = match self {
            Self::Statement { .. } => None,
            Self::RequestGone { .. } | Self::Gone { .. } => {
                Some("leave the tables of schemas pgstream and pgsluice alone while a run is under way")
            }
            Self::Standby => Some("name the primary, with target_session_attrs=primary where several hosts are given"),
            Self::Busy { .. } => Some("wait for it, or end it; pgsluice status --store URL shows how far it is"),
            Self::Lost => {
                Some("the target may be in part as this run left it; run again when the store can be reached")
            }
            Self::Empty => Some("it is filled by pgsluice snapshot --store URL"),
        };
        let Self::Statement { source, .. } = self else { return own.map(str::to_owned) };
        let code = source.code()?;
        let hint = if *code == SqlState::INSUFFICIENT_PRIVILEGE {
            "the store's role needs CREATE on the database for the first run, later USAGE on the schemas pgstream and pgsluice, \
             SELECT, INSERT, UPDATE and DELETE on their tables, and USAGE on the sequence of pgstream.snapshot_requests"
        } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
            "the store must be a server that can be written, not a standby"
        } else if *code == SqlState::UNIQUE_VIOLATION {
            "pgstream's index allows one unfinished request for the same tables, whatever their source and target: wait for the \
             other one, or use another store"
        } else if *code == SqlState::UNDEFINED_COLUMN || *code == SqlState::WRONG_OBJECT_TYPE {
            "a table of schema pgstream or pgsluice is not the one that pgsluice and pgstream keep; move it out of the way"
        } else {
            return None;
        };
        Some(hint.to_owned())
    }
}
