//! Requests to cancel what a session runs.

use std::fmt;
use std::io;

use bytes::BytesMut;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_postgres::CancelToken;

use super::control::Established;
use super::dial::{Address, Encryption};
use super::stream::Stream;

/// Where a session is, and what its server wants to hear before it cancels what the session runs.
#[derive(Clone)]
pub struct CancelKey {
    place: Place,
    secret: Secret,
}

/// Where a session is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    address: Address,
    is_encrypted: bool,
}

/// What the server wants to hear.
#[derive(Clone)]
enum Secret {
    Key {
        process_id: i32,
        secret_key: i32,
    },
    /// tokio-postgres keeps it to itself.
    Token(CancelToken),
}

/// Without the secret, with which anybody could cancel.
impl fmt::Debug for CancelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelKey").field("process_id", &self.process_id()).finish_non_exhaustive()
    }
}

impl Place {
    /// Where the other end of a stream is; `None` when it has no address (an abstract Unix socket).
    pub(super) fn of(stream: &Stream) -> Option<Self> {
        let address = match stream {
            Stream::Tcp(stream) => Address::Machine(stream.peer_addr().ok()?),
            Stream::Tls(stream) => Address::Machine(stream.get_ref().0.peer_addr().ok()?),
            Stream::Unix(stream) => Address::Socket(stream.peer_addr().ok()?.as_pathname()?.to_owned()),
        };
        Some(Self { address, is_encrypted: stream.is_encrypted() })
    }
}

impl CancelKey {
    /// The key of a session on `stream`; `None` when the other end has no address.
    pub(super) fn new(stream: &Stream, process_id: i32, secret_key: i32) -> Option<Self> {
        Some(Self { place: Place::of(stream)?, secret: Secret::Key { process_id, secret_key } })
    }

    /// The key of a session of tokio-postgres.
    pub(super) fn of_control(place: Place, token: CancelToken) -> Self {
        Self { place, secret: Secret::Token(token) }
    }

    /// The address to dial.
    pub(super) fn address(&self) -> &Address {
        &self.place.address
    }

    /// A request is encrypted where its session is, so that the secret stays one.
    pub(super) fn encryption(&self) -> Encryption {
        if self.place.is_encrypted { Encryption::Always } else { Encryption::Never }
    }

    /// The server's process, as in `pg_stat_activity`, where it is known.
    pub(super) fn process_id(&self) -> Option<i32> {
        match self.secret {
            Secret::Key { process_id, .. } => Some(process_id),
            Secret::Token(_) => None,
        }
    }

    /// Sends the request and, where that can be seen, waits until the server closes the connection: then the signal is on its
    /// way.
    pub(super) async fn send(&self, mut stream: Stream) -> io::Result<()> {
        let (process_id, secret_key) = match &self.secret {
            Secret::Key { process_id, secret_key } => (*process_id, *secret_key),
            Secret::Token(token) => {
                return token.cancel_query_raw(stream, Established).await.map_err(io::Error::other);
            }
        };
        let mut request = BytesMut::new();
        frontend::cancel_request(process_id, secret_key, &mut request);
        stream.write_all(&request).await?;
        stream.flush().await?;
        // However the server closes it, there is nothing to read.
        let _ = stream.read(&mut [0; 1]).await;
        Ok(())
    }
}
