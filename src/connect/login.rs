//! What a session needs to log in on an open stream, and how that can fail.

use std::fmt;
use std::io;

use super::require_auth::{Refused, RequireAuth};
use super::server_error::ServerError;

/// A password, which never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Wraps a password as it is sent: by then every kind of quoting is resolved.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// The password's bytes, for the authentication exchange only.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

/// Whether SCRAM is bound to the TLS connection (libpq's `channel_binding`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelBindingMode {
    /// Never.
    Disable,
    /// Where the connection is encrypted and the server offers it.
    #[default]
    Prefer,
    /// Always; a server that lets us in any other way is refused.
    Require,
}

/// Who logs in, where, and with which session parameters.
#[derive(Debug, Clone)]
pub struct Login {
    /// The role.
    pub user: String,
    /// The database.
    pub database: String,
    /// The password, where one is known. Which host it is for is decided before.
    pub password: Option<Password>,
    /// Everything else the start-up message carries: `client_encoding`, `application_name`, `options` and settings, each
    /// name once.
    pub parameters: Vec<(String, String)>,
    /// Whether SCRAM must be, may be or must not be bound to TLS.
    pub channel_binding: ChannelBindingMode,
    /// The ways of logging in that the server may ask for; `None` for all.
    pub require_auth: Option<RequireAuth>,
}

/// Why a session could not log in on an open stream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The server said no.
    #[error("the server refused the login")]
    Server(#[source] Box<ServerError>),
    /// The server asked for a password and none is known.
    #[error("the server asked for a password and none was given")]
    PasswordMissing,
    /// `channel_binding=require`, and the server's way in does not bind the channel.
    #[error("channel binding is required, but the server did not use it")]
    ChannelBinding,
    /// `require_auth`, and the server asks for another method.
    #[error(transparent)]
    Method(#[from] Refused),
    /// An authentication method other than SCRAM-SHA-256, md5, cleartext and trust.
    #[error("authentication failed: {0}")]
    Authentication(String),
    /// The connection broke.
    #[error("the connection broke during the login")]
    Io(#[source] io::Error),
    /// The server closed the connection without a word.
    #[error("the server closed the connection during the login")]
    Closed,
    /// Something that is not PostgreSQL's protocol.
    #[error("the server does not speak PostgreSQL's protocol: {0}")]
    Protocol(String),
}

impl From<ServerError> for LoginError {
    fn from(error: ServerError) -> Self {
        Self::Server(Box::new(error))
    }
}
