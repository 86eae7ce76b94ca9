//! Sessions whose answers never come, because something between has swallowed what was sent and says nothing.
//!
//! That no answer comes is no sign of it: a server may build an index for hours. But a server that waits for us, while we wait for
//! it, will do so for ever.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_postgres::tls;

use super::Endpoint;
use super::backend::until_still;
use super::require_auth::Guarded;

/// What passes over a session's stream, as far as it tells who waits for whom.
#[derive(Debug, Default)]
pub(super) struct Activity(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    sent: Messages,
    received: Messages,
    /// Requests that were sent and are not answered to the end.
    open: u64,
    /// Counts whatever moves.
    moved: u64,
    process_id: Option<i32>,
}

/// Where messages begin in a stream of bytes. Source: PostgreSQL manual, "Message Formats".
#[derive(Debug, Default)]
struct Messages {
    /// The type, where there is one, and the length of the message that comes, as far as it has come.
    head: Vec<u8>,
    /// Bytes of it that are still to come.
    left: usize,
    /// The beginning of its content.
    content: Vec<u8>,
    /// Whether messages have a type. What a client sends first has none.
    are_typed: bool,
}

/// The bytes of a message's content that anybody looks at.
const CONTENT_BYTES: usize = 4;

impl Messages {
    /// Tells `seen` of the type and the beginning of each message that ends within these bytes; the type is 0 where there is none.
    fn pass(&mut self, mut bytes: &[u8], mut seen: impl FnMut(u8, &[u8])) {
        while !bytes.is_empty() {
            let head_bytes = if self.are_typed { 5 } else { 4 };
            if self.head.len() < head_bytes {
                let (head, rest) = bytes.split_at(bytes.len().min(head_bytes - self.head.len()));
                self.head.extend_from_slice(head);
                bytes = rest;
                if self.head.len() < head_bytes {
                    return;
                }
                let length = self.head.last_chunk().map_or(0, |length| u32::from_be_bytes(*length));
                // The length counts itself.
                self.left = usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(4);
            }
            let (content, rest) = bytes.split_at(bytes.len().min(self.left));
            let wanted = CONTENT_BYTES.saturating_sub(self.content.len()).min(content.len());
            self.content.extend_from_slice(&content[..wanted]);
            self.left -= content.len();
            bytes = rest;
            if self.left == 0 {
                seen(if self.are_typed { self.head[0] } else { 0 }, &self.content);
                self.head.clear();
                self.content.clear();
                self.are_typed = true;
            }
        }
    }
}

impl Activity {
    pub(super) fn new() -> Self {
        let received = Messages { are_typed: true, ..Messages::default() };
        Self(Mutex::new(State { received, ..State::default() }))
    }

    fn sent(&self, bytes: &[u8]) {
        let State { sent, open, moved, .. } = &mut *self.state();
        *moved += 1;
        // Query, or Sync behind the messages of a prepared one: each is answered by one ReadyForQuery.
        sent.pass(bytes, |kind, _| *open += u64::from(matches!(kind, b'Q' | b'S')));
    }

    fn received(&self, bytes: &[u8]) {
        let State { received, open, moved, process_id, .. } = &mut *self.state();
        *moved += 1;
        received.pass(bytes, |kind, content| match (kind, <[u8; 4]>::try_from(content)) {
            // BackendKeyData begins with the process.
            (b'K', Ok(number)) => *process_id = Some(i32::from_be_bytes(number)),
            // ReadyForQuery. The first one ends the login.
            (b'Z', _) => *open = open.saturating_sub(1),
            _ => {}
        });
    }

    /// This is the process, whatever was told at the login.
    pub(super) fn served_by(&self, process_id: i32) {
        self.state().process_id = Some(process_id);
    }

    /// What has moved so far, and which process should answer; `None` where nothing is asked.
    fn waiting(&self) -> Option<(u64, i32)> {
        let state = self.state();
        state.process_id.filter(|_| state.open > 0).map(|process_id| (state.moved, process_id))
    }

    // Whoever panicked while changing it has left a connection that nobody uses.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a session that has waited for an answer for `limit` while its server waits for it, as long as the session lives.
///
/// It is boxed, because it opens sessions like the one it attends to.
pub(super) fn attend(
    endpoint: Endpoint,
    activity: Arc<Activity>,
    limit: Duration,
    connection: AbortHandle,
    mut ended: watch::Receiver<()>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let is_at_work = async || match activity.waiting() {
            Some((_, process_id)) => endpoint.is_process_at_work(process_id).await,
            None => true,
        };
        tokio::select! {
            () = until_still(limit, || activity.waiting(), is_at_work) => {
                tracing::warn!(
                    side = %endpoint.side(),
                    limit_ms = limit.as_millis(),
                    "a session got no answer, and its server waits for us: something between has lost it"
                );
                connection.abort();
            }
            // Its sender goes with the connection.
            _ = ended.changed() => {}
        }
    })
}

/// Looks after the statements of a wire session, each by itself.
#[derive(Debug, Clone)]
pub(super) struct Attendant {
    endpoint: Endpoint,
    process_id: i32,
    limit: Duration,
}

impl Attendant {
    pub(super) fn new(endpoint: &Endpoint, process_id: i32, limit: Duration) -> Self {
        Self { endpoint: endpoint.clone(), process_id, limit }
    }

    /// The same for a session that is served by this process, whatever was told at the login.
    pub(super) fn of_process(self, process_id: i32) -> Self {
        Self { process_id, ..self }
    }

    /// Waits until a statement that has just been sent was waited for too long.
    pub(super) fn until_stuck(self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            // Nobody else counts what moves; the answer ends this wait.
            until_still(self.limit, || Some(()), || self.endpoint.is_process_at_work(self.process_id)).await;
        })
    }
}

/// What is said of it.
pub(super) fn no_answer() -> io::Error {
    io::Error::new(
        io::ErrorKind::TimedOut,
        "no answer came, and the server waits for us: something between has lost it",
    )
}

/// A stream whose activity is known.
#[derive(Debug)]
pub(super) struct Attended {
    stream: Guarded,
    activity: Arc<Activity>,
}

impl Attended {
    pub(super) fn new(stream: Guarded, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }
}

impl AsyncRead for Attended {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.activity.received(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Attended {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.activity.sent(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl tls::TlsStream for Attended {
    fn channel_binding(&self) -> tls::ChannelBinding {
        self.stream.channel_binding()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 4).unwrap().to_be_bytes();
        [&[kind], length.as_slice(), content].concat()
    }

    /// Everything a session sends and receives, in pieces of any size.
    #[test]
    fn who_waits_is_known_however_the_bytes_are_cut() {
        for piece in 1..40 {
            let activity = Activity::new();
            let sent = |bytes: &[u8]| bytes.chunks(piece).for_each(|bytes| activity.sent(bytes));
            let received = |bytes: &[u8]| bytes.chunks(piece).for_each(|bytes| activity.received(bytes));
            let is_waiting = || activity.waiting().is_some();
            // StartupMessage, whose first bytes could be taken for a type; the login; BackendKeyData; ReadyForQuery.
            sent(&[&83_u32.to_be_bytes()[..], &[b'Q'; 79]].concat());
            received(&[message(b'R', &[0; 4]), message(b'K', &[0, 0, 1, 2, 9, 9, 9, 9]), message(b'Z', b"I")].concat());
            assert!(!is_waiting(), "pieces of {piece}");
            // Two queries, the second before the first is answered.
            sent(&message(b'Q', b"SELECT 1\0"));
            assert_eq!(activity.waiting().map(|(_, process_id)| process_id), Some(258));
            sent(&[message(b'P', b"\0\0"), message(b'B', b""), message(b'S', b"")].concat());
            received(&[message(b'D', b"Z\0\0\0\x05I"), message(b'Z', b"I")].concat());
            assert!(is_waiting(), "one is answered, pieces of {piece}");
            received(&message(b'C', b"SELECT 1\0"));
            assert!(is_waiting(), "not to the end, pieces of {piece}");
            activity.served_by(7);
            assert_eq!(activity.waiting().map(|(_, process_id)| process_id), Some(7));
            received(&message(b'Z', b"I"));
            assert!(!is_waiting(), "pieces of {piece}");
        }
    }
}
