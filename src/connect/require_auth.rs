//! Which ways of logging in a user lets a server ask for: libpq's `require_auth`.
//!
//! Source: PostgreSQL manual, `require_auth`; the numbers are those of "Message Formats", `Authentication…`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls;

use super::conninfo_error::ConninfoError;
use super::stream::Stream;

/// A way of logging in, by its number in the message that asks for it, and its word.
const METHODS: [(u32, &str); 6] =
    [(0, "none"), (3, "password"), (5, "md5"), (7, "gss"), (9, "sspi"), (10, "scram-sha-256")];

/// The words that libpq takes.
const ALLOWED: &str = "a list of password, md5, gss, sspi, scram-sha-256, none, or of the same with ! before each";

/// The ways of logging in that are let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequireAuth(Vec<u32>);

impl RequireAuth {
    /// Reads a list of words, all with an exclamation mark or none of them.
    pub(super) fn parse(text: &str) -> Result<Self, ConninfoError> {
        let invalid = || ConninfoError::Value { keyword: "require_auth", value: text.to_owned(), allowed: ALLOWED };
        let words: Vec<&str> = text.split(',').map(str::trim).collect();
        let is_negated = words.iter().all(|word| word.starts_with('!'));
        let mut named = Vec::new();
        for word in words {
            let word = if is_negated { word.trim_start_matches('!') } else { word };
            let (number, _) = METHODS.iter().find(|(_, known)| *known == word).ok_or_else(invalid)?;
            if named.contains(number) {
                return Err(invalid());
            }
            named.push(*number);
        }
        let allowed = METHODS.iter().map(|(number, _)| *number).filter(|number| named.contains(number) != is_negated);
        Ok(Self(allowed.collect()))
    }

    /// Makes sure that the first thing a server asks for is let through.
    pub(super) fn check(&self, number: u32) -> Result<(), Refused> {
        if self.0.contains(&number) {
            return Ok(());
        }
        let word = METHODS.iter().find(|(known, _)| *known == number).map_or("another method", |(_, word)| word);
        Err(Refused(word))
    }
}

/// A server asked for what is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server asked for the authentication method {0}, which require_auth does not allow")]
pub struct Refused(&'static str);

/// The type, length and number of an authentication request.
const REQUEST_BYTES: usize = 9;

/// A stream whose first authentication request is looked at before anybody answers it: the control session's login is not ours.
#[derive(Debug)]
pub(super) struct Guarded {
    stream: Stream,
    required: Option<RequireAuth>,
    /// The beginning of the first message, as far as it has come.
    seen: Vec<u8>,
}

impl Guarded {
    pub(super) fn new(stream: Stream, required: Option<RequireAuth>) -> Self {
        Self { stream, required, seen: Vec::new() }
    }

    /// Looks at what has come; whoever reads it can do nothing with less than the whole message.
    fn look(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(required) = &self.required else { return Ok(()) };
        let missing = REQUEST_BYTES - self.seen.len();
        self.seen.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        match self.seen.split_first() {
            Some((b'R', [_, _, _, _, number @ ..])) => {
                let Ok(number) = <[u8; 4]>::try_from(number) else { return Ok(()) };
                required.check(u32::from_be_bytes(number)).map_err(io::Error::other)?;
            }
            None | Some((b'R', _)) => return Ok(()),
            // An error ends the login.
            Some((b'E', _)) => {}
            Some(_) => return Err(io::Error::other(Refused("another message"))),
        }
        self.required = None;
        Ok(())
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        Poll::Ready(if self.required.is_some() { self.look(&buffer.filled()[before..]) } else { Ok(()) })
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl tls::TlsStream for Guarded {
    fn channel_binding(&self) -> tls::ChannelBinding {
        self.stream.channel_binding()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_named_or_excluded() {
        let allowed = |text| RequireAuth::parse(text).map(|of| of.0).ok();
        assert_eq!(allowed("scram-sha-256"), Some(vec![10]));
        assert_eq!(allowed("md5, none"), Some(vec![0, 5]));
        assert_eq!(allowed("!password,!md5,!none"), Some(vec![7, 9, 10]));
        for text in ["", "md5,", "md5,!password", "scram", "md5,md5", "!none,password"] {
            assert_eq!(allowed(text), None, "{text}");
        }
        let refused = RequireAuth::parse("!password").unwrap().check(3).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the server asked for the authentication method password, which require_auth does not allow"
        );
    }
}
