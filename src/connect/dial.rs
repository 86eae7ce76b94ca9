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
use super::peer;
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
    require_peer: Option<&str>,
) -> Result<Stream, HostError> {
    let stream = match address {
        Address::Socket(file) => {
            let stream = UnixStream::connect(file).await.map_err(HostError::Socket)?;
            require_peer.map_or(Ok(()), |user| peer::require(&stream, user))?;
            return Ok(Stream::Unix(stream));
        }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn the_ways_to_notice_a_dead_peer_are_set_on_the_socket() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let keepalive = Keepalive {
            is_enabled: true,
            idle: seconds(77),
            interval: seconds(7),
            count: Some(5),
            tcp_user_timeout: Some(Duration::from_millis(9100)),
        };
        configure(&stream, &keepalive).unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(77));
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(7));
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), 5);
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_millis(9100)));
    }
}
