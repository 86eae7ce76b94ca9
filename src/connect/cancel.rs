//! Requests to cancel what a session runs.

use std::fmt;
use std::io;

use bytes::BytesMut;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::dial::{Address, Encryption};
use super::stream::Stream;

/// Where a session is, and what its server wants to hear before it cancels what the session runs.
#[derive(Clone)]
pub struct CancelKey {
    address: Address,
    is_encrypted: bool,
    process_id: i32,
    secret_key: i32,
}

/// Without the secret, with which anybody could cancel.
impl fmt::Debug for CancelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelKey").field("process_id", &self.process_id).finish_non_exhaustive()
    }
}

impl CancelKey {
    /// The key of a session on `stream`; `None` when the other end has no address (an abstract Unix socket).
    pub(super) fn new(stream: &Stream, process_id: i32, secret_key: i32) -> Option<Self> {
        let address = match stream {
            Stream::Tcp(stream) => Address::Machine(stream.peer_addr().ok()?),
            Stream::Tls(stream) => Address::Machine(stream.get_ref().0.peer_addr().ok()?),
            Stream::Unix(stream) => Address::Socket(stream.peer_addr().ok()?.as_pathname()?.to_owned()),
        };
        Some(Self { address, is_encrypted: stream.is_encrypted(), process_id, secret_key })
    }

    /// The address to dial.
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// A request is encrypted where its session is, so that the secret stays one.
    pub(super) fn encryption(&self) -> Encryption {
        if self.is_encrypted { Encryption::Always } else { Encryption::Never }
    }

    /// The server's process, as in `pg_stat_activity`.
    pub(super) fn process_id(&self) -> i32 {
        self.process_id
    }

    /// Sends the request and waits until the server closes the connection: then the signal is on its way.
    pub(super) async fn send(&self, mut stream: Stream) -> io::Result<()> {
        let mut request = BytesMut::new();
        frontend::cancel_request(self.process_id, self.secret_key, &mut request);
        stream.write_all(&request).await?;
        stream.flush().await?;
        // However the server closes it, there is nothing to read.
        let _ = stream.read(&mut [0; 1]).await;
        Ok(())
    }
}
