//! From a host to an open stream: look-ups, sockets, TLS.

use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, UnixStream, lookup_host};

use super::conninfo::Keepalive;
use super::error::HostError;
use super::host::{Host, HostAddress};
use super::stream::Stream;
use super::tls::{Negotiated, Tls};
use super::tls_settings::SslMode;

/// One place to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A socket's file.
    Socket(PathBuf),
    /// An IP address and port.
    Machine(SocketAddr),
}

/// How far one try goes with encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// In clear.
    Never,
    /// TLS, or in clear if the server does not do TLS.
    IfOffered,
    /// TLS or nothing.
    Always,
}

impl Encryption {
    /// What to try, and then what to try again with, by `sslmode`. Sockets are never encrypted, whatever it says.
    pub(super) fn plan(mode: SslMode, address: &Address) -> &'static [Self] {
        match mode {
            _ if matches!(address, Address::Socket(_)) => &[Self::Never],
            SslMode::Disable => &[Self::Never],
            SslMode::Allow => &[Self::Never, Self::Always],
            SslMode::Prefer => &[Self::IfOffered, Self::Never],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Self::Always],
        }
    }
}

/// All addresses of a host, in the resolver's order.
///
/// Cancel safe; a look-up under way goes on in the background.
pub(super) async fn addresses(host: &Host) -> Result<Vec<Address>, HostError> {
    let (name, known) = match (&host.address, host.socket_file()) {
        (_, Some(file)) => return Ok(vec![Address::Socket(file)]),
        (HostAddress::Machine { name, address, .. }, None) => (name.as_str(), *address),
        (HostAddress::Socket(directory), None) => return Ok(vec![Address::Socket(directory.clone())]),
    };
    if let Some(address) = known.or_else(|| name.parse::<IpAddr>().ok()) {
        return Ok(vec![Address::Machine(SocketAddr::new(address, host.port))]);
    }
    let mut addresses: Vec<Address> = Vec::new();
    for address in lookup_host((name, host.port)).await.map_err(HostError::Lookup)? {
        let address = Address::Machine(address);
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(HostError::Lookup(io::Error::new(io::ErrorKind::NotFound, "the name has no address")));
    }
    Ok(addresses)
}

/// Opens a stream to one address.
///
/// Cancel safe: what was opened is closed.
pub(super) async fn open(
    address: &Address,
    host: &Host,
    keepalive: &Keepalive,
    encryption: Encryption,
    tls: Option<&Tls>,
) -> Result<Stream, HostError> {
    let stream = match address {
        Address::Socket(file) => return Ok(Stream::Unix(UnixStream::connect(file).await.map_err(HostError::Socket)?)),
        Address::Machine(address) => TcpStream::connect(address).await.map_err(HostError::Socket)?,
    };
    configure(&stream, keepalive).map_err(HostError::Socket)?;
    let Some(tls) = tls.filter(|_| encryption != Encryption::Never) else { return Ok(Stream::Tcp(stream)) };
    match tls.start(stream, &host.address).await? {
        Negotiated::Encrypted(stream) => Ok(Stream::Tls(stream)),
        Negotiated::Refused(stream) if encryption == Encryption::IfOffered => Ok(Stream::Tcp(stream)),
        Negotiated::Refused(_) => Err(HostError::NoTls),
    }
}

fn configure(stream: &TcpStream, keepalive: &Keepalive) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    if keepalive.is_enabled {
        let mut settings = TcpKeepalive::new();
        if let Some(idle) = keepalive.idle {
            settings = settings.with_time(idle);
        }
        if let Some(interval) = keepalive.interval {
            settings = settings.with_interval(interval);
        }
        if let Some(count) = keepalive.count {
            settings = settings.with_retries(count);
        }
        socket.set_tcp_keepalive(&settings)?;
    }
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(keepalive.tcp_user_timeout)?;
    Ok(())
}

/// Shuffles a list for `load_balance_hosts=random`. The standard library's hash keys are random enough to spread load.
pub(super) fn shuffle<T>(list: &mut [T]) {
    let random = RandomState::new();
    for end in (1..list.len()).rev() {
        let bound = end as u64 + 1;
        let chosen = usize::try_from(random.hash_one(end) % bound).unwrap_or(end);
        list.swap(end, chosen);
    }
}
