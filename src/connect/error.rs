//! Why there is no connection.

use std::io;
use std::time::Duration;

use super::conninfo_error::ConninfoError;
use super::hint;
use super::login::LoginError;
use super::tls::CertificateError;
use crate::error::{Explain, Side};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The connection string, its service or the environment.
    #[error(transparent)]
    Conninfo(#[from] ConninfoError),
    /// The certificates and keys to connect with.
    #[error("could not prepare TLS for the {side}")]
    Certificate {
        /// Which server they are for.
        side: Side,
        /// What is wrong with them.
        #[source]
        cause: CertificateError,
    },
    /// No host let us in.
    #[error("could not connect to the {side} at {place}")]
    Connect {
        /// Which server.
        side: Side,
        /// `user@host:port/database`.
        place: String,
        /// The database, for advice.
        database: String,
        /// The role that sessions act as, where it is not the user.
        role: Option<String>,
        /// What each host answered, in order. Never empty.
        attempts: Vec<Attempt>,
    },
}

/// One try to get in.
#[derive(Debug)]
pub struct Attempt {
    /// `host:port`, with the address if the host has several and the encryption if both were tried.
    pub place: String,
    /// Why it failed.
    pub error: HostError,
}

/// Why one host did not let us in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The name has no address.
    #[error("the host name could not be resolved")]
    Lookup(#[source] io::Error),
    /// The network, or the socket's file.
    #[error("the connection failed")]
    Socket(#[source] io::Error),
    /// `connect_timeout`.
    #[error("no connection within {} s", .0.as_secs())]
    Timeout(Duration),
    /// `requirepeer`, and somebody else listens at the socket.
    #[error("the server at the socket runs as {user}, which is not the user that requirepeer names")]
    Peer {
        /// The operating system's user.
        user: String,
    },
    /// The TLS handshake.
    #[error("TLS could not be established")]
    Tls(#[source] io::Error),
    /// `sslmode` insists and the server declines.
    #[error("the server does not support TLS, and sslmode requires it")]
    NoTls,
    /// The server has TLS, but not at once.
    #[error("the server did not agree to sslnegotiation=direct")]
    NoDirectTls,
    /// `verify-full` without a name.
    #[error("there is no valid host name to check the server's certificate against")]
    NoServerName,
    /// The server sent an error where it should say whether it does TLS.
    #[error("the server answered the request for TLS with an error")]
    ErrorBeforeTls,
    /// The server hung up where it should say whether it does TLS.
    #[error("the server closed the connection when it was asked for TLS")]
    ClosedBeforeTls,
    /// Somebody else listens there.
    #[error("the answer is not PostgreSQL's")]
    NotPostgres,
    /// The login.
    #[error(transparent)]
    Login(LoginError),
    /// `target_session_attrs`.
    #[error("{0}, which target_session_attrs does not want")]
    SessionAttrs(&'static str),
}

/// With TLS 1.3 a server rejects our certificate only after the handshake, where it looks like a broken login.
impl From<LoginError> for HostError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Io(cause) if is_tls_error(&cause) => Self::Tls(cause),
            error => Self::Login(error),
        }
    }
}

/// Whether TLS failed, and not the connection below it.
pub(super) fn is_tls_error(error: &io::Error) -> bool {
    error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>()).is_some()
}

impl Error {
    /// Whether the server let us in and has no database of that name (SQLSTATE 3D000).
    #[must_use]
    pub fn is_missing_database(&self) -> bool {
        let Self::Connect { attempts, .. } = self else { return false };
        let last = attempts.last().map(|attempt| &attempt.error);
        matches!(last, Some(HostError::Login(LoginError::Server(error))) if error.code == hint::NO_SUCH_DATABASE)
    }

    /// Whether the last server asked is there, and starts or stops (SQLSTATE 57P03).
    #[must_use]
    pub fn is_starting(&self) -> bool {
        let Self::Connect { attempts, .. } = self else { return false };
        let last = attempts.last().map(|attempt| &attempt.error);
        matches!(last, Some(HostError::Login(LoginError::Server(error))) if error.code == hint::CANNOT_CONNECT_NOW)
    }

    /// Whether the last server asked had no place for one more session (SQLSTATE 53300).
    #[must_use]
    pub fn is_too_many_connections(&self) -> bool {
        let Self::Connect { attempts, .. } = self else { return false };
        let last = attempts.last().map(|attempt| &attempt.error);
        matches!(last, Some(HostError::Login(LoginError::Server(error))) if error.code == hint::TOO_MANY_CONNECTIONS)
    }
}

impl Error {
    /// Whether a server let us talk, and wants a password that is not known.
    pub(super) fn wants_password(&self) -> bool {
        let Self::Connect { attempts, .. } = self else { return false };
        matches!(attempts.last(), Some(Attempt { error: HostError::Login(LoginError::PasswordMissing), .. }))
    }
}

impl HostError {
    /// Whether the next host is worth a try. As in libpq, one that lets us talk but not in ends the search, unless it only
    /// is not ready.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Lookup(_)
            | Self::Socket(_)
            | Self::Timeout(_)
            | Self::ClosedBeforeTls
            | Self::SessionAttrs(_)
            | Self::Login(LoginError::Io(_) | LoginError::Closed) => false,
            Self::Login(LoginError::Server(error)) => error.code != hint::CANNOT_CONNECT_NOW,
            _ => true,
        }
    }

    /// Whether the same host may answer differently with encryption switched on or off: TLS itself failed, or `pg_hba.conf`
    /// refused. A wrong password is not tried again in clear.
    pub(super) fn may_depend_on_encryption(&self) -> bool {
        match self {
            Self::Tls(_) | Self::ErrorBeforeTls | Self::ClosedBeforeTls => true,
            Self::Login(LoginError::Server(error)) => error.code == hint::INVALID_AUTHORIZATION,
            _ => false,
        }
    }

    /// The server's or the operating system's words where there are any, else our own.
    fn words(&self) -> String {
        match self {
            Self::Socket(cause) | Self::Login(LoginError::Io(cause)) => cause.to_string(),
            Self::Lookup(cause) => format!("{self}: {cause}"),
            Self::Tls(cause) => format!("{self}: {}", hint::tls_words(cause)),
            Self::Login(LoginError::Server(error)) => error.to_string(),
            _ => self.to_string(),
        }
    }
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Conninfo(error) => error.detail(),
            Self::Certificate { cause, .. } => Some(hint::certificate_words(cause)),
            Self::Connect { attempts, .. } => match attempts.as_slice() {
                [attempt] => Some(attempt.error.words()),
                attempts => {
                    let words = attempts.iter().map(|attempt| format!("{}: {}", attempt.place, attempt.error.words()));
                    Some(words.collect::<Vec<_>>().join("; "))
                }
            },
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Conninfo(error) => error.hint(),
            Self::Certificate { cause, .. } => Some(hint::certificate(cause).to_owned()),
            Self::Connect { attempts, database, role, .. } => {
                hint::host(&attempts.last()?.error, database, role.as_deref())
            }
        }
    }
}
