//! The bytes to and from a server: plain TCP, a Unix socket, or TLS over TCP.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::client::TlsStream;

use super::certificate;

/// An open connection to a server, before or after the login.
///
/// There is no TLS over a Unix socket: PostgreSQL servers refuse it.
#[derive(Debug)]
#[pin_project(project = Projection)]
pub enum Stream {
    /// Plain TCP.
    Tcp(#[pin] TcpStream),
    /// A Unix-domain socket.
    Unix(#[pin] UnixStream),
    /// TLS over TCP; boxed because its state is a hundred times the size of a socket.
    Tls(#[pin] Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// The `tls-server-end-point` channel binding (RFC 5929, section 4): a hash of the server's certificate. `None` without
    /// TLS, and for certificates whose signature has no hash of its own (Ed25519).
    #[must_use]
    pub fn tls_server_end_point(&self) -> Option<Vec<u8>> {
        let Self::Tls(stream) = self else { return None };
        let (_, session) = stream.get_ref();
        certificate::tls_server_end_point(session.peer_certificates()?.first()?)
    }

    /// Whether the bytes are encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::Tls(_))
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.project() {
            Projection::Tcp(stream) => stream.poll_read(cx, buffer),
            Projection::Unix(stream) => stream.poll_read(cx, buffer),
            Projection::Tls(stream) => stream.poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.project() {
            Projection::Tcp(stream) => stream.poll_write(cx, bytes),
            Projection::Unix(stream) => stream.poll_write(cx, bytes),
            Projection::Tls(stream) => stream.poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.project() {
            Projection::Tcp(stream) => stream.poll_flush(cx),
            Projection::Unix(stream) => stream.poll_flush(cx),
            Projection::Tls(stream) => stream.poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.project() {
            Projection::Tcp(stream) => stream.poll_shutdown(cx),
            Projection::Unix(stream) => stream.poll_shutdown(cx),
            Projection::Tls(stream) => stream.poll_shutdown(cx),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.project() {
            Projection::Tcp(stream) => stream.poll_write_vectored(cx, slices),
            Projection::Unix(stream) => stream.poll_write_vectored(cx, slices),
            Projection::Tls(stream) => stream.poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(stream) => stream.is_write_vectored(),
            Self::Unix(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }
}
