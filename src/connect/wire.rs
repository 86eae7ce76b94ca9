//! The wire session: a thin session on `postgres-protocol` that gives COPY's bytes away undecoded.
//!
//! It reads messages while a statement is answered, and hands out its buffer while rows come: what the source sent is
//! written to the target from the very bytes it arrived in. Everything else belongs on the control session.

mod copy_in;
mod message;
mod startup;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::IsNull;
use postgres_protocol::message::backend::{DataRowBody, ErrorResponseBody, Header, Message};
use postgres_protocol::message::frontend::{self, BindError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Endpoint;
use super::attended::{self, Attendant};
use super::backend::Backend;
use super::cancel::CancelKey;
use super::live::Registration;
use super::query;
use super::server_error::ServerError;
use super::stream::Stream;
use crate::error::Explain;

/// How much one read may bring, and about as much is buffered at most.
pub(crate) const READ_BYTES_MAX: usize = 256 << 10;

/// The tag and the length in front of every message.
const HEADER_BYTES: usize = 5;

/// The largest message that is taken as a whole. Servers send nothing near it but rows, which are never taken as a whole.
const MESSAGE_BYTES_MAX: i32 = 16 << 20;

/// Why a statement on a wire session did not do what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The server said no. The session can be used again, unless [`Wire::is_usable`] says otherwise.
    #[error("the server reported an error")]
    Server(#[source] Box<ServerError>),
    /// The connection broke; the session is lost.
    #[error("the connection broke")]
    Io(#[source] io::Error),
    /// The server closed the connection without a word; the session is lost.
    #[error("the server closed the connection")]
    Closed,
    /// The server sent what it should not at this point; the session is lost.
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
    /// The session was lost before, or is in the middle of something.
    #[error("the session was interrupted before and cannot be used again")]
    Unusable,
}

impl WireError {
    /// The SQLSTATE, where the server gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Server(error) => Some(&error.code),
            _ => None,
        }
    }
}

impl Explain for WireError {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Server(error) => Some(error.to_string()),
            Self::Io(error) => Some(error.to_string()),
            Self::Closed | Self::Protocol(_) | Self::Unusable => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Server(error) => error.hint.clone(),
            Self::Io(_) | Self::Closed => Some("the server's log says whether the server ended the session".to_owned()),
            Self::Protocol(_) | Self::Unusable => None,
        }
    }
}

/// What a completed statement calls itself, such as `COPY 3` or `BEGIN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandTag(String);

impl CommandTag {
    /// The number of rows, where the tag has one: its last word.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.0.rsplit(' ').next()?.parse().ok()
    }

    /// The tag as the server sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a session is in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waiting for a statement.
    Idle,
    /// In an exchange. A session left like this, by an error or by a dropped future, cannot be used again.
    Busy,
    /// Between `CopyOutResponse` and `CopyDone`.
    CopyOut,
    /// Between `CopyInResponse` and `CopyDone` or `CopyFail`.
    CopyIn,
}

/// What statements answered.
#[derive(Default)]
struct Reply {
    tags: Vec<CommandTag>,
    first_row: Option<DataRowBody>,
}

/// What statements answered, for those who asked.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    /// Of each statement.
    pub(crate) tags: Vec<CommandTag>,
    /// The values of the first row, as text.
    pub(crate) first_row: Vec<Option<String>>,
}

/// What stands first in the buffer.
pub(crate) enum Buffered {
    /// Not all of a message, or nothing.
    Incomplete,
    /// A notice, a parameter's new value or a notification: it was dealt with.
    Asynchronous,
    /// Any other message.
    Message(Message),
}

/// What ended the answer to a query.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Ready,
    CopyOut,
    CopyIn,
}

/// A session that runs statements without parameters and COPY.
///
/// No method is cancel safe in the sense that it could be called again; but all are safe to drop: a session that was left in
/// the middle of an exchange knows it, and refuses to go on with [`WireError::Unusable`].
pub struct Wire {
    stream: Stream,
    /// Bytes that were read and not consumed.
    input: BytesMut,
    /// A message under construction.
    output: BytesMut,
    state: State,
    /// COPYs FROM STDIN of the running query behind the current one.
    copies_ahead: usize,
    /// Tags of the running query's statements, from its first COPY on.
    copied: Vec<CommandTag>,
    parameters: BTreeMap<String, String>,
    cancel_key: Option<CancelKey>,
    backend: Option<Backend>,
    registration: Option<Registration>,
    /// Looks whether the server still works while an answer is waited for.
    attendant: Option<Attendant>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("state", &self.state).field("cancel_key", &self.cancel_key).finish_non_exhaustive()
    }
}

impl Wire {
    fn new(stream: Stream) -> Self {
        Self {
            stream,
            input: BytesMut::with_capacity(READ_BYTES_MAX),
            output: BytesMut::new(),
            state: State::Busy,
            copies_ahead: 0,
            copied: Vec::new(),
            parameters: BTreeMap::new(),
            cancel_key: None,
            backend: None,
            registration: None,
            attendant: None,
        }
    }

    /// Lets statements fail that have waited for an answer for so long while the server waits for us. COPYs have somebody else who
    /// looks after them.
    pub(super) fn attended(self, endpoint: &Endpoint, limit: Duration) -> Self {
        let process_id = self.cancel_key.as_ref().and_then(CancelKey::process_id);
        let attendant = process_id.map(|process_id| Attendant::new(endpoint, process_id, limit));
        Self { attendant, ..self }
    }

    /// Whether the session waits for a statement.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.state == State::Idle
    }

    /// Whether rows are still coming.
    pub(crate) fn is_copying_out(&self) -> bool {
        self.state == State::CopyOut
    }

    /// What the server reports of itself (`ParameterStatus`), such as `server_encoding`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The key to cancel what this session runs; `None` from servers that have no such thing (some poolers).
    #[must_use]
    pub fn cancel_key(&self) -> Option<&CancelKey> {
        self.cancel_key.as_ref()
    }

    /// Runs one or more statements and returns their tags. Rows are read and dropped.
    ///
    /// # Errors
    ///
    /// [`WireError::Server`] leaves the session usable: everything up to `ReadyForQuery` was read. A COPY with STDIN or STDOUT is
    /// a protocol error here.
    pub async fn execute(&mut self, sql: &str) -> Result<Vec<CommandTag>, WireError> {
        self.query(sql).await?;
        self.ready().await.map(|reply| reply.tags)
    }

    /// Runs the statements that prepare a session, and asks the server which of its sessions this one is.
    pub(crate) async fn prepare(&mut self, sql: &str) -> Result<(), WireError> {
        let row = self.first_row(&format!("{}{sql}", query::BACKEND)).await?;
        if let [Some(process_id), Some(since)] = row.as_slice()
            && let Ok(process_id) = process_id.parse()
        {
            self.attendant = self.attendant.take().map(|attendant| attendant.of_process(process_id));
            self.backend = Some(Backend { process_id, since: since.clone() });
        }
        Ok(())
    }

    /// Which of the server's sessions this one is, once it was prepared.
    #[must_use]
    pub fn backend(&self) -> Option<&Backend> {
        self.backend.as_ref()
    }

    /// Ends another session of the same user, where it is still there: one that was lost may hold locks, and even commit.
    pub(crate) async fn end_backend(&mut self, other: &Backend) -> Result<(), WireError> {
        let parameters = [other.process_id.to_string().into_bytes(), other.since.clone().into_bytes()];
        self.answered(query::END_BACKEND, &parameters).await.map(drop)
    }

    /// Runs a query and returns its first row, each value as text.
    pub(crate) async fn first_row(&mut self, sql: &str) -> Result<Vec<Option<String>>, WireError> {
        self.answered(sql, &[]).await.map(|answered| answered.first_row)
    }

    /// Runs one statement with parameters, each as text, or any number of statements without.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub(crate) async fn answered(&mut self, sql: &str, parameters: &[Vec<u8>]) -> Result<Answered, WireError> {
        if parameters.is_empty() {
            self.query(sql).await?;
        } else {
            self.bind(sql, parameters).await?;
        }
        let Reply { tags, first_row } = self.ready().await?;
        Ok(Answered { tags, first_row: self.texts(first_row)? })
    }

    fn texts(&mut self, row: Option<DataRowBody>) -> Result<Vec<Option<String>>, WireError> {
        let Some(row) = row else { return Ok(Vec::new()) };
        let values = row.ranges().map(|range| Ok(range.map(|range| row.buffer()[range].to_vec())));
        let values: Vec<Option<Vec<u8>>> = values.collect().map_err(|error| self.protocol_error(error))?;
        Ok(values.into_iter().map(|value| value.map(|text| String::from_utf8_lossy(&text).into_owned())).collect())
    }

    /// Runs `sql` up to the beginning of its last statement, a `COPY … TO STDOUT`. Then the rows come.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub async fn copy_out(&mut self, sql: &str) -> Result<(), WireError> {
        self.begin_copy(sql, &Answer::CopyOut).await
    }

    /// Runs `sql` up to the beginning of its last statement, a `COPY … FROM STDIN`. Then the server waits for rows.
    ///
    /// Statements before the COPY travel in the same round trip, which the extended protocol does not allow: the server
    /// ignores Sync during COPY.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub async fn copy_in(&mut self, sql: &str) -> Result<(), WireError> {
        self.begin_copy(sql, &Answer::CopyIn).await
    }

    /// After the `CopyDone` of a COPY TO STDOUT that others may follow in the same query: reads its tag, and whether the next one
    /// begins. [`Wire::copied`] has the tags.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub(crate) async fn next_copy_out(&mut self) -> Result<bool, WireError> {
        let is_next = match self.go_on().await? {
            Answer::Ready => false,
            Answer::CopyOut => true,
            Answer::CopyIn => return Err(self.protocol_error("a COPY in the other direction")),
        };
        if is_next {
            self.state = State::CopyOut;
        }
        Ok(is_next)
    }

    /// The tags of the running or last query's COPYs that are complete.
    pub(crate) fn copied(&self) -> &[CommandTag] {
        &self.copied
    }

    /// Reads on in the answer to a query of several COPYs and keeps the tags.
    async fn go_on(&mut self) -> Result<Answer, WireError> {
        self.state = State::Busy;
        let mut reply = Reply::default();
        let answer = self.answer(&mut reply).await;
        self.copied.append(&mut reply.tags);
        answer
    }

    /// Says goodbye and closes the connection. A server that does not listen any more is none of our business.
    pub async fn close(mut self) {
        self.output.clear();
        frontend::terminate(&mut self.output);
        if self.send().await.is_ok() {
            let _ = self.stream.shutdown().await;
        }
    }

    async fn begin_copy(&mut self, sql: &str, expected: &Answer) -> Result<(), WireError> {
        self.query(sql).await?;
        let answer = self.answer(&mut Reply::default()).await?;
        if answer != *expected {
            return Err(self.protocol_error("the statement began no COPY, or one in the other direction"));
        }
        self.state = if answer == Answer::CopyOut { State::CopyOut } else { State::CopyIn };
        Ok(())
    }

    async fn query(&mut self, sql: &str) -> Result<(), WireError> {
        if self.state != State::Idle {
            return Err(WireError::Unusable);
        }
        self.copied.clear();
        self.copies_ahead = 0;
        self.output.clear();
        frontend::query(sql, &mut self.output).map_err(|error| WireError::Protocol(error.to_string()))?;
        tracing::trace!(process_id = self.process_id(), %sql, "statement");
        self.state = State::Busy;
        self.send_or_last_words().await
    }

    /// Sends a statement with parameters, in the extended protocol.
    async fn bind(&mut self, sql: &str, parameters: &[Vec<u8>]) -> Result<(), WireError> {
        if self.state != State::Idle {
            return Err(WireError::Unusable);
        }
        let output = &mut self.output;
        output.clear();
        let value = |parameter: &Vec<u8>, buffer: &mut BytesMut| {
            buffer.extend_from_slice(parameter);
            Ok(IsNull::No)
        };
        let all_text = [0_i16];
        let written = frontend::parse("", sql, [], output).and_then(|()| {
            frontend::bind("", "", all_text, parameters, value, all_text, output).map_err(|error| match error {
                BindError::Conversion(error) => io::Error::other(error),
                BindError::Serialization(error) => error,
            })?;
            frontend::execute("", 0, output)
        });
        written.map_err(|error| WireError::Protocol(error.to_string()))?;
        frontend::sync(&mut self.output);
        tracing::trace!(process_id = self.process_id(), %sql, "statement with parameters");
        self.state = State::Busy;
        self.send_or_last_words().await
    }

    /// Writes what `output` holds.
    async fn send(&mut self) -> Result<(), WireError> {
        self.stream.write_all(&self.output).await.map_err(WireError::Io)?;
        self.stream.flush().await.map_err(WireError::Io)
    }

    async fn send_or_last_words(&mut self) -> Result<(), WireError> {
        match self.send().await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.last_words(error).await),
        }
    }

    /// A server that ends a session says why before it closes the connection; that is worth more than "broken pipe".
    async fn last_words(&mut self, error: WireError) -> WireError {
        self.abandon();
        while let Ok(message) = self.message().await {
            if let Message::ErrorResponse(body) = message {
                return message::error(&body);
            }
        }
        error
    }

    /// Ends a COPY: reads the tags up to `ReadyForQuery`.
    ///
    /// # Errors
    ///
    /// As of [`Wire::execute`].
    pub(crate) async fn complete(&mut self) -> Result<Vec<CommandTag>, WireError> {
        self.state = State::Busy;
        self.ready().await.map(|reply| reply.tags)
    }

    /// Reads the answer to statements that begin no COPY.
    async fn ready(&mut self) -> Result<Reply, WireError> {
        let Some(attendant) = self.attendant.clone() else { return self.reply().await };
        tokio::select! {
            biased;
            reply = self.reply() => reply,
            // What has come of the answer is lost with the future that read it, and the session stays busy.
            () = attendant.until_stuck() => Err(WireError::Io(attended::no_answer())),
        }
    }

    async fn reply(&mut self) -> Result<Reply, WireError> {
        let mut reply = Reply::default();
        match self.answer(&mut reply).await? {
            Answer::Ready => Ok(reply),
            Answer::CopyOut | Answer::CopyIn => Err(self.protocol_error("a COPY began where none was expected")),
        }
    }

    /// Reads the answer to a query up to where somebody else must go on. An error is returned after everything up to
    /// `ReadyForQuery` was read, or after the connection ended, as it does behind a FATAL error.
    async fn answer(&mut self, reply: &mut Reply) -> Result<Answer, WireError> {
        let mut failure = None;
        loop {
            let message = match self.message().await {
                Ok(message) => message,
                Err(error) => return Err(failure.unwrap_or(error)),
            };
            match message {
                Message::CommandComplete(body) => {
                    let tag = body.tag().map_err(|error| self.protocol_error(error))?;
                    reply.tags.push(CommandTag(tag.to_owned()));
                }
                Message::ErrorResponse(body) => failure = Some(message::error(&body)),
                Message::ReadyForQuery(_) => {
                    self.state = State::Idle;
                    return failure.map_or(Ok(Answer::Ready), Err);
                }
                Message::CopyOutResponse(_) => return Ok(Answer::CopyOut),
                Message::CopyInResponse(_) => return Ok(Answer::CopyIn),
                Message::DataRow(row) => {
                    reply.first_row.get_or_insert(row);
                }
                Message::EmptyQueryResponse
                | Message::RowDescription(_)
                | Message::ParseComplete
                | Message::BindComplete => {}
                _ => return Err(self.protocol_error("a message that does not answer a query")),
            }
        }
    }

    /// The next message that is not an asynchronous one.
    async fn message(&mut self) -> Result<Message, WireError> {
        loop {
            match self.buffered_message()? {
                Buffered::Message(message) => return Ok(message),
                Buffered::Asynchronous => {}
                Buffered::Incomplete => self.fill().await?,
            }
        }
    }

    /// Takes one message out of the buffer.
    ///
    /// # Errors
    ///
    /// A message that is too large or cannot be parsed.
    pub(crate) fn buffered_message(&mut self) -> Result<Buffered, WireError> {
        let header = Header::parse(&self.input).map_err(|error| self.protocol_error(error))?;
        if header.is_some_and(|header| header.len() > MESSAGE_BYTES_MAX) {
            return Err(self.protocol_error("a message of more than 16 MiB"));
        }
        match Message::parse(&mut self.input).map_err(|error| self.protocol_error(error))? {
            None => return Ok(Buffered::Incomplete),
            Some(Message::NoticeResponse(body)) => message::log_notice(self.process_id(), &mut body.fields()),
            Some(Message::ParameterStatus(body)) => {
                let name = body.name().map_err(|error| self.protocol_error(error))?;
                let value = body.value().map_err(|error| self.protocol_error(error))?;
                self.parameters.insert(name.to_owned(), value.to_owned());
            }
            Some(Message::NotificationResponse(_)) => {}
            Some(message) => return Ok(Buffered::Message(message)),
        }
        Ok(Buffered::Asynchronous)
    }

    /// After an `ErrorResponse` during COPY: reads up to `ReadyForQuery`, as far as it comes, and makes an error of it.
    pub(crate) async fn failed(&mut self, body: &ErrorResponseBody) -> WireError {
        let error = message::error(body);
        // Behind a FATAL error nothing comes but the end; the session knows it then.
        let _ = self.complete().await;
        error
    }

    /// Bytes that were read and not consumed.
    pub(crate) fn buffered(&self) -> &[u8] {
        &self.input
    }

    /// Takes bytes out of the buffer.
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.input.advance(bytes);
    }

    /// Waits for more bytes and reads what is there, [`READ_BYTES_MAX`] at most. Cancel safe: a dropped call has read nothing.
    ///
    /// # Errors
    ///
    /// The connection broke or was closed.
    pub(crate) async fn fill(&mut self) -> Result<(), WireError> {
        // Next to nothing is left, or no room is left: the space in front is taken back, by moving what is left there.
        if self.input.len() < HEADER_BYTES || self.input.len() == self.input.capacity() {
            self.input.reserve(READ_BYTES_MAX.saturating_sub(self.input.len()).max(HEADER_BYTES));
        }
        match self.stream.read_buf(&mut self.input).await {
            Ok(0) => Err(self.lost(WireError::Closed)),
            Ok(_) => Ok(()),
            Err(error) => Err(self.lost(WireError::Io(error))),
        }
    }

    /// Marks the session as lost: nobody knows what the other side takes the next byte for.
    pub(crate) fn abandon(&mut self) {
        self.state = State::Busy;
    }

    fn lost(&mut self, error: WireError) -> WireError {
        self.abandon();
        error
    }

    pub(crate) fn protocol_error(&mut self, what: impl std::fmt::Display) -> WireError {
        self.lost(WireError::Protocol(what.to_string()))
    }

    /// The server's process, for log events.
    fn process_id(&self) -> Option<i32> {
        self.cancel_key.as_ref().and_then(CancelKey::process_id)
    }
}
