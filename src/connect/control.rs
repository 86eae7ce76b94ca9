//! The control session: queries, statements and transactions, by tokio-postgres on our own stream.

use std::convert::Infallible;
use std::error::Error as _;
use std::future::{Ready, poll_fn, ready};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::{ChannelBinding, SslMode, SslNegotiation};
use tokio_postgres::tls::{self, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, SimpleQueryMessage};
use tracing::Instrument as _;

use super::Endpoint;
use super::attended::{Activity, Attended, attend};
use super::backend::Backend;
use super::cancel::{CancelKey, Place};
use super::error::is_tls_error;
use super::live::Live;
use super::login::{ChannelBindingMode, Login, LoginError};
use super::query;
use super::require_auth::{Guarded, Refused};
use super::server_error::ServerError;
use super::session::{Session, SessionState};
use super::stream::Stream;

/// How long the last messages to a server may take when a session is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the server's PL/pgSQL, PL/Python, PL/Perl and PL/Tcl raise what users wrote, which may quote rows.
const RAISING_ROUTINES: [&str; 5] = ["exec_stmt_raise", "PLy_output", "plperl_util_elog", "do_util_elog", "pltcl_elog"];

/// A session for queries and statements.
#[derive(Debug)]
pub struct Control {
    client: Client,
    connection: JoinHandle<()>,
    /// Its sender lives as long as the connection.
    ended: watch::Receiver<()>,
    server_version: u32,
    activity: Arc<Activity>,
    /// What its server knows it as, where it was asked.
    backend: Option<Backend>,
}

impl Control {
    /// Lets the session be ended where it waits for an answer for so long while its server waits for it.
    ///
    /// Asks the server first which process serves it: a pooler between tells of one of its own, which nobody would find at work.
    pub(super) async fn attended(self, endpoint: &Endpoint, limit: Duration) -> Self {
        let (activity, connection) = (Arc::clone(&self.activity), self.connection.abort_handle());
        tokio::spawn(attend(endpoint.clone(), activity, limit, connection, self.ended.clone()));
        // A session that is lost meanwhile says so when it is used.
        let messages = self.client.simple_query(query::BACKEND).await.unwrap_or_default();
        let backend = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                let (process_id, since) = (row.get("process_id")?.parse().ok()?, row.get("since")?.to_owned());
                Some(Backend { process_id, since })
            }
            _ => None,
        });
        if let Some(Backend { process_id, .. }) = backend {
            self.activity.served_by(process_id);
        }
        Self { backend, ..self }
    }

    /// Ends what the server may still have of a session of the same user that was lost: it would keep its locks until it notices.
    pub(super) async fn end(&self, lost: &Self) -> Result<(), tokio_postgres::Error> {
        let Some(Backend { process_id, since }) = &lost.backend else { return Ok(()) };
        self.client.query_opt(query::END_BACKEND, &[process_id, since]).await.map(drop)
    }

    /// The session itself.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The session itself, for transactions.
    #[must_use]
    pub fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The server's version as `server_version_num` has it: 150018 is 15.18.
    #[must_use]
    pub fn server_version(&self) -> u32 {
        self.server_version
    }

    /// The server's major version: 15.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.server_version / 10_000
    }

    /// Waits until the connection has ended, whoever ended it.
    ///
    /// Cancel safe.
    pub async fn ended(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }

    /// Says goodbye to the server and waits until the connection is closed, five seconds at most. A session that is dropped
    /// says goodbye too, but nobody waits for it.
    ///
    /// Cancel safe.
    pub async fn close(self) {
        let Self { client, mut connection, .. } = self;
        drop(client);
        if timeout(CLOSE_TIMEOUT, &mut connection).await.is_err() {
            connection.abort();
        }
    }
}

impl Session for Control {
    async fn start(stream: Stream, login: &Login, live: &Arc<Live>) -> Result<Self, LoginError> {
        let place = Place::of(&stream);
        let activity = Arc::new(Activity::new());
        let stream = Attended::new(Guarded::new(stream, login.require_auth.clone()), Arc::clone(&activity));
        let (client, connection) = config(login).connect_raw(stream, Established).await.map_err(login_error)?;
        let server_version = connection.parameter("server_version").and_then(version_number);
        let server_version =
            server_version.ok_or_else(|| LoginError::Protocol("it does not tell its version".to_owned()))?;
        let registration = live.register(place.map(|place| CancelKey::of_control(place, client.cancel_token())));
        let (alive, ended) = watch::channel(());
        let driven = async move {
            drive(connection).await;
            drop((alive, registration));
        };
        let connection = tokio::spawn(driven.in_current_span());
        Ok(Self { client, connection, ended, server_version, activity, backend: None })
    }

    async fn state(&mut self) -> Result<SessionState, LoginError> {
        let messages = self.client.simple_query(query::SESSION_STATE).await.map_err(login_error)?;
        let state = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(SessionState {
                is_in_recovery: row.try_get(0).ok()?? == "t",
                is_read_only: row.try_get(1).ok()?? == "t",
            }),
            _ => None,
        });
        state.ok_or_else(|| LoginError::Protocol("it does not tell whether it is in recovery".to_owned()))
    }
}

fn config(login: &Login) -> Config {
    let mut config = Config::new();
    config.user(&login.user).dbname(&login.database);
    // The stream is encrypted already if it is to be: "direct" skips the request for it, "require" takes it as it is.
    config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
    config.channel_binding(match login.channel_binding {
        ChannelBindingMode::Disable => ChannelBinding::Disable,
        ChannelBindingMode::Prefer => ChannelBinding::Prefer,
        ChannelBindingMode::Require => ChannelBinding::Require,
    });
    if let Some(password) = &login.password {
        config.password(password.as_bytes());
    }
    let mut options = Vec::new();
    for (name, value) in &login.parameters {
        match name.as_str() {
            // tokio-postgres sends it itself.
            "client_encoding" => {}
            "application_name" => {
                config.application_name(value);
            }
            "options" => options.insert(0, value.clone()),
            // It sends no other parameter, but the server takes settings in `options` as well; later ones win.
            _ => options.push(format!("-c {}", escaped(&format!("{name}={value}")))),
        }
    }
    if !options.is_empty() {
        config.options(options.join(" "));
    }
    config
}

/// Escapes one word of `options`, which the server splits at spaces (manual, `options`).
fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for character in word.chars() {
        if character == '\\' || character.is_ascii_whitespace() || character == '\x0b' {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Passes an established stream on as it is.
pub(super) struct Established;

impl<S: tls::TlsStream + Unpin> TlsConnect<S> for Established {
    type Stream = S;
    type Error = Infallible;
    type Future = Ready<Result<S, Infallible>>;

    fn connect(self, stream: S) -> Self::Future {
        ready(Ok(stream))
    }
}

impl tls::TlsStream for Stream {
    fn channel_binding(&self) -> tls::ChannelBinding {
        match self.tls_server_end_point() {
            Some(hash) => tls::ChannelBinding::tls_server_end_point(hash),
            None => tls::ChannelBinding::none(),
        }
    }
}

/// Moves the bytes of a session until it ends, and logs what the server remarks.
async fn drive(mut connection: Connection<Attended, Attended>) {
    while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => {
                let is_raised = notice.routine().is_some_and(|routine| RAISING_ROUTINES.contains(&routine));
                let text = if is_raised { "(text of a function of the user's)" } else { notice.message() };
                tracing::debug!(severity = notice.severity(), code = notice.code().code(), text, "server notice");
            }
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(error = %login_error(error), "the session ended");
                return;
            }
        }
    }
}

/// `15.18 (Debian …)` is 150018, `18beta1` is 180000, `9.6.24` is 90624.
fn version_number(text: &str) -> Option<u32> {
    let numeric = text.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?;
    let mut parts = numeric.split('.').map(|part| part.parse::<u32>().ok());
    let major = parts.next()??;
    let minor = parts.next().flatten().unwrap_or(0);
    let patch = parts.next().flatten().unwrap_or(0);
    let rest = if major >= 10 { minor } else { minor.checked_mul(100)?.checked_add(patch)? };
    major.checked_mul(10_000)?.checked_add(rest)
}

/// Sorts tokio-postgres' errors by what they mean for a login. It keeps their kinds to itself; the texts tell them apart.
fn login_error(error: tokio_postgres::Error) -> LoginError {
    if let Some(error) = error.as_db_error() {
        return ServerError::from(error).into();
    }
    if error.is_closed() {
        return LoginError::Closed;
    }
    let cause = error.source().map(ToString::to_string);
    match (error.to_string().as_str(), cause.as_deref()) {
        ("invalid configuration", Some("password missing")) => LoginError::PasswordMissing,
        ("authentication error", Some("server did not use channel binding")) => LoginError::ChannelBinding,
        ("authentication error", Some(cause)) => LoginError::Authentication(cause.to_owned()),
        ("error communicating with the server", _) => match io_cause(error) {
            Some(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => LoginError::Closed,
            Some(cause) if refused(&cause).is_some() => refused(&cause).map_or(LoginError::Closed, LoginError::Method),
            // What is an error neither of the operating system nor of TLS is the message parser's.
            Some(cause) if cause.raw_os_error().is_none() && !is_tls_error(&cause) => {
                LoginError::Protocol(cause.to_string())
            }
            Some(cause) => LoginError::Io(cause),
            None => LoginError::Closed,
        },
        (text, Some(cause)) => LoginError::Protocol(format!("{text}: {cause}")),
        (text, None) => LoginError::Protocol(text.to_owned()),
    }
}

/// The method of logging in that was not let through.
fn refused(cause: &io::Error) -> Option<Refused> {
    cause.get_ref()?.downcast_ref().copied()
}

fn io_cause(error: tokio_postgres::Error) -> Option<io::Error> {
    error.into_source()?.downcast::<io::Error>().ok().map(|cause| *cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_shapes() {
        let cases = [
            ("15.18 (Debian 15.18-0+deb12u1)", Some(150_018)),
            ("18beta1", Some(180_000)),
            ("19devel", Some(190_000)),
            ("17.0", Some(170_000)),
            ("9.6.24", Some(90_624)),
            ("", None),
            ("next", None),
            ("99999999999", None),
            ("4294967295.9", None),
        ];
        for (text, number) in cases {
            assert_eq!(version_number(text), number, "{text}");
        }
    }

    #[test]
    fn words_of_options_keep_their_spaces() {
        assert_eq!(escaped(r"search_path=a b\c"), r"search_path=a\ b\\c");
    }
}
