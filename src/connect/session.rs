//! What the dialler must know about a kind of session.

use std::sync::Arc;

use super::conninfo::TargetSessionAttrs;
use super::live::Live;
use super::login::{Login, LoginError};
use super::stream::Stream;

/// A kind of session: how it logs in, and how it tells what it is good for. The host list is walked the same way for all.
pub(super) trait Session: Sized + Send {
    /// Logs in on a stream that is open and, if it is to be, encrypted. The session is one of the `live` ones until its
    /// connection ends.
    fn start(stream: Stream, login: &Login, live: &Arc<Live>) -> impl Future<Output = Result<Self, LoginError>> + Send;

    /// Asks the server with [`SESSION_STATE`](super::query::SESSION_STATE); only done where `target_session_attrs` wants
    /// to know.
    fn state(&mut self) -> impl Future<Output = Result<SessionState, LoginError>> + Send;
}

/// What a session is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SessionState {
    /// Whether the server is a standby.
    pub(super) is_in_recovery: bool,
    /// Whether transactions cannot write; true on a standby.
    pub(super) is_read_only: bool,
}

impl SessionState {
    /// Whether such a session is wanted; if not, why.
    pub(super) fn check(self, wanted: TargetSessionAttrs) -> Result<(), &'static str> {
        match wanted {
            TargetSessionAttrs::ReadWrite if self.is_read_only => Err("the session is read-only"),
            TargetSessionAttrs::ReadOnly if !self.is_read_only => Err("the session is not read-only"),
            TargetSessionAttrs::Primary if self.is_in_recovery => Err("the server is a standby"),
            TargetSessionAttrs::Standby | TargetSessionAttrs::PreferStandby if !self.is_in_recovery => {
                Err("the server is not a standby")
            }
            _ => Ok(()),
        }
    }
}
