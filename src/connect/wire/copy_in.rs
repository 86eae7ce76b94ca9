//! The sending half of COPY: writes, and listens while it writes.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Answer, Buffered, CommandTag, READ_BYTES_MAX, State, Wire, WireError, message};

/// The most zeros that are sent to complete a `CopyData` message whose sender failed.
const PADDING_BYTES_MAX: usize = 1 << 20;

impl Wire {
    /// Writes bytes of `CopyData` messages, headers included. They may begin and end in the middle of one.
    ///
    /// The server may refuse a row while more are written; that is noticed at once. It then drops what it still receives, so
    /// the session can be used again after [`Wire::end_rejected_copy`].
    ///
    /// # Errors
    ///
    /// [`WireError::Server`] when the server refused; `bytes` may have been written in part.
    pub(crate) async fn write_copy_data(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        if self.state != State::CopyIn {
            return Err(WireError::Unusable);
        }
        let mut written = 0;
        while written < bytes.len() {
            match poll_fn(|cx| self.poll_write_or_refusal(cx, &bytes[written..])).await {
                Ok(count) => written += count,
                Err(WireError::Server(error)) => {
                    // It drops rows from now on, but it does read them. After a FATAL error it does not even that, which
                    // the session notices; the error stays the same.
                    let _ = self.write_rest(&bytes[written..]).await;
                    return Err(WireError::Server(error));
                }
                Err(error @ (WireError::Io(_) | WireError::Closed)) => return Err(self.last_words(error).await),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Says that all rows were sent, and reads the tags.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub(crate) async fn end_copy(&mut self) -> Result<Vec<CommandTag>, WireError> {
        self.output.clear();
        frontend::copy_done(&mut self.output);
        self.send_or_last_words().await?;
        self.complete().await
    }

    /// Runs `sql` up to the beginning of the first of its `count` COPYs FROM STDIN, its last statements. The rows of all of them may
    /// be written then, each one's followed by `CopyDone`: what comes early waits until the server gets there.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub(crate) async fn copies_in(&mut self, sql: &str, count: usize) -> Result<(), WireError> {
        self.copy_in(sql).await?;
        self.copies_ahead = count.saturating_sub(1);
        Ok(())
    }

    /// After the rows of every COPY and their `CopyDone`: reads the answers. [`Wire::copied`] has the tags then, also those before
    /// an error.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub(crate) async fn end_copies(&mut self) -> Result<(), WireError> {
        while self.go_on().await? == Answer::CopyIn {}
        Ok(())
    }

    /// Gives up: the server fails the COPY with our reason. The session is usable afterwards, unless it is lost.
    pub(crate) async fn fail_copy(&mut self, reason: &str) {
        if self.state != State::CopyIn {
            return;
        }
        self.output.clear();
        if frontend::copy_fail(reason, &mut self.output).is_ok() && self.send_or_last_words().await.is_ok() {
            // What it answers is our own reason.
            let _ = self.complete().await;
        } else {
            self.abandon();
        }
    }

    /// After the server refused: completes the last `CopyData` message, of which `bytes_left` were not sent, and reads up to
    /// `ReadyForQuery`. The session is lost where that does not go well.
    pub(crate) async fn end_rejected_copy(&mut self, bytes_left: usize) {
        if self.state != State::CopyIn {
            return;
        }
        let is_padded = bytes_left <= PADDING_BYTES_MAX && self.write_rest(&vec![0; bytes_left]).await.is_ok();
        if !is_padded || self.complete().await.is_err() {
            self.abandon();
        }
    }

    async fn write_rest(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.stream.write_all(bytes).await.map_err(|error| self.lost(WireError::Io(error)))
    }

    /// Reads first: without a wait, that costs next to nothing when there is nothing to read.
    fn poll_write_or_refusal(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, WireError>> {
        while let Poll::Ready(read) = self.poll_fill(cx) {
            match read {
                Ok(0) => return Poll::Ready(Err(self.lost(WireError::Closed))),
                Ok(_) => {
                    if let Some(error) = self.refusal() {
                        return Poll::Ready(Err(error));
                    }
                }
                Err(error) => return Poll::Ready(Err(self.lost(WireError::Io(error)))),
            }
        }
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Ready(Ok(0)) => Poll::Ready(Err(self.lost(WireError::Closed))),
            Poll::Ready(Ok(count)) => Poll::Ready(Ok(count)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(self.lost(WireError::Io(error)))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.input.reserve(READ_BYTES_MAX / 16);
        pin!(self.stream.read_buf(&mut self.input)).poll(cx)
    }

    /// What the server said in the middle of our rows, if it was not just a notice, or that it has gone on to the next COPY.
    fn refusal(&mut self) -> Option<WireError> {
        loop {
            match self.buffered_message() {
                Ok(Buffered::Incomplete) => return None,
                Ok(Buffered::Asynchronous) => {}
                Ok(Buffered::Message(Message::ErrorResponse(body))) => {
                    return Some(message::error(&body));
                }
                Ok(Buffered::Message(Message::CommandComplete(body))) if self.copies_ahead > 0 => match body.tag() {
                    Ok(tag) => self.copied.push(CommandTag(tag.to_owned())),
                    Err(error) => return Some(self.protocol_error(error)),
                },
                Ok(Buffered::Message(Message::CopyInResponse(_))) if self.copies_ahead > 0 => self.copies_ahead -= 1,
                Ok(Buffered::Message(_)) => {
                    return Some(self.protocol_error("a message that does not belong into COPY FROM STDIN"));
                }
                Err(error) => return Some(error),
            }
        }
    }
}
