//! Which failures pass by themselves, and how long to wait before the next try.

use std::time::Duration;

use tokio::time::sleep;

use super::error::{Error, HostError};
use super::login::LoginError;
use super::server_error::ServerError;
use super::snapshot::SnapshotError;
use super::wire::WireError;

/// What tokio-postgres' framing says of a connection that ends in the middle of a message.
const CUT_OFF: &str = "bytes remaining on stream";

/// How often and how fast something is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries after the first one; none for 0.
    pub retries: u32,
    /// The wait before the second try. Each further one is twice as long.
    pub delay: Duration,
    /// The longest wait.
    pub delay_max: Duration,
}

impl RetryPolicy {
    /// Nothing is tried twice.
    pub const NEVER: Self = Self { retries: 0, delay: Duration::ZERO, delay_max: Duration::ZERO };

    /// The wait before the retry of this number, counted from 1; `None` where there is no such retry.
    #[must_use]
    pub fn delay_before(&self, retry: u32) -> Option<Duration> {
        if retry > self.retries {
            return None;
        }
        let factor = 1_u32.checked_shl(retry.saturating_sub(1)).unwrap_or(u32::MAX);
        Some(self.delay.saturating_mul(factor).min(self.delay_max))
    }
}

/// The tries of one thing.
#[derive(Debug, Clone, Copy)]
pub struct Attempts {
    policy: RetryPolicy,
    failed: u32,
}

impl Attempts {
    /// None made yet.
    #[must_use]
    pub fn new(policy: RetryPolicy) -> Self {
        Self { policy, failed: 0 }
    }

    /// One failed. Returns how long to wait before the next; `None` where there is to be no other.
    pub fn failed(&mut self) -> Option<Duration> {
        self.failed = self.failed.saturating_add(1);
        self.policy.delay_before(self.failed)
    }

    /// How many have failed.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.failed
    }
}

/// Does something again until it succeeds, or fails for a reason that lasts, or was tried often enough.
///
/// Cancel safe where `work` is.
///
/// # Errors
///
/// The last failure.
pub async fn persistently<T, E: std::fmt::Display>(
    policy: RetryPolicy,
    is_passing: impl Fn(&E) -> bool,
    mut work: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    let mut attempts = Attempts::new(policy);
    loop {
        let error = match work().await {
            Err(error) if is_passing(&error) => error,
            result => return result,
        };
        let Some(delay) = attempts.failed() else { return Err(error) };
        tracing::warn!(%error, try_again_in_ms = delay.as_millis(), "trying again");
        sleep(delay).await;
    }
}

/// Whether a server that answers with this SQLSTATE may answer otherwise soon: connection exceptions, serialization failures and
/// deadlocks, too many connections, a server or a session that is being shut down, a server that starts.
#[must_use]
pub fn is_passing_code(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "40001" | "40P01" | "53300" | "57P01" | "57P02" | "57P03" | "57P05")
}

impl ServerError {
    /// Whether the same may succeed soon.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        is_passing_code(&self.code)
    }
}

impl WireError {
    /// Whether the same may succeed soon, on another session where this one is lost.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Server(error) => error.is_passing(),
            Self::Io(_) | Self::Closed | Self::Unusable => true,
            Self::Protocol(_) => false,
        }
    }

    /// Whether nobody knows what the server has done: the connection ended before it answered.
    #[must_use]
    pub fn is_without_answer(&self) -> bool {
        match self {
            Self::Server(error) => error.severity != "ERROR",
            Self::Io(_) | Self::Closed | Self::Protocol(_) => true,
            Self::Unusable => false,
        }
    }
}

impl Error {
    /// Whether the server may let us in soon.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let Self::Connect { attempts, .. } = self else { return false };
        attempts.last().is_some_and(|attempt| match &attempt.error {
            HostError::Lookup(_)
            | HostError::Socket(_)
            | HostError::Timeout(_)
            | HostError::ErrorBeforeTls
            | HostError::ClosedBeforeTls
            | HostError::SessionAttrs(_)
            | HostError::Login(LoginError::Io(_) | LoginError::Closed) => true,
            HostError::Login(LoginError::Server(error)) => error.is_passing(),
            HostError::Login(LoginError::Protocol(words)) => words == CUT_OFF,
            // The handshake was cut off; certificates that do not fit stay as they are.
            HostError::Tls(cause) => !super::error::is_tls_error(cause),
            _ => false,
        })
    }
}

impl SnapshotError {
    /// Whether the same may succeed soon, on another session where this one is lost.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connect(error) => error.is_passing(),
            Self::Statement { source, .. } => is_passing(source),
            Self::Wire { source, .. } => source.is_passing(),
            Self::Standby { .. }
            | Self::Lost
            | Self::Pooled { .. }
            | Self::Scattered { .. }
            | Self::Denied { .. }
            | Self::Changed { .. } => false,
        }
    }
}

/// Whether what a control session answered may be otherwise soon, on another session where this one is lost.
#[must_use]
pub fn is_passing(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        Some(error) => is_passing_code(error.code().code()),
        None => is_lost(error),
    }
}

/// Whether a control session is lost, without an answer of the server.
#[must_use]
pub fn is_lost(error: &tokio_postgres::Error) -> bool {
    use std::error::Error as _;
    let is_io = |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<std::io::Error>().is_some();
    error.as_db_error().is_none() && (error.is_closed() || error.source().is_some_and(is_io))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_limit_and_end() {
        let policy = RetryPolicy { retries: 5, delay: Duration::from_millis(500), delay_max: Duration::from_secs(3) };
        let mut attempts = Attempts::new(policy);
        let waits: Vec<_> = std::iter::from_fn(|| attempts.failed()).map(|wait| wait.as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 3000, 3000]);
        assert_eq!(attempts.count(), 6);
        assert_eq!(RetryPolicy::NEVER.delay_before(1), None);
        let many = RetryPolicy { retries: u32::MAX, ..policy };
        assert_eq!(many.delay_before(u32::MAX), Some(Duration::from_secs(3)));
    }

    #[test]
    fn what_cannot_heal_is_not_tried_again() {
        for code in ["08006", "40001", "40P01", "53300", "57P01", "57P02", "57P03"] {
            assert!(is_passing_code(code), "{code}");
        }
        for code in ["23505", "42501", "22P02", "53100", "57014", "57P04", "42P01", "XX000"] {
            assert!(!is_passing_code(code), "{code}");
        }
    }

    #[test]
    fn a_fatal_error_leaves_open_what_was_done() {
        let answer = |severity: &str| {
            let error = ServerError { severity: severity.into(), code: "57P01".into(), ..ServerError::default() };
            WireError::Server(Box::new(error)).is_without_answer()
        };
        assert!(answer("FATAL") && answer("PANIC") && !answer("ERROR"));
        assert!(WireError::Closed.is_without_answer() && !WireError::Unusable.is_without_answer());
    }
}
