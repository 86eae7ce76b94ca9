//! Where a server may be reached: one entry of a host list.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;

use super::conninfo_error::ConninfoError;
use super::login::Password;

/// PostgreSQL's own port, which also names the socket file.
const PORT_DEFAULT: u16 = 5432;

/// Where servers put their sockets: Debian's place, then PostgreSQL's own default. libpq has one of them compiled in.
const SOCKET_DIRECTORIES_DEFAULT: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One entry of the host list, with its password once that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// A socket directory or a machine.
    pub address: HostAddress,
    /// The TCP port, or the number in the socket's name.
    pub port: u16,
    /// The password for this host.
    pub(super) password: Option<Password>,
}

/// What a host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostAddress {
    /// The directory of a Unix-domain socket; a leading `@` stands for Linux's abstract namespace.
    Socket(PathBuf),
    /// A machine.
    Machine {
        /// Its name or address, for look-ups, certificates and passwords.
        name: String,
        /// Its address, where `hostaddr` spares the look-up.
        address: Option<IpAddr>,
        /// Whether the name is a name the user gave, and not `hostaddr` standing in for one.
        is_named: bool,
    },
}

impl HostAddress {
    fn parse(host: &str, hostaddr: Option<IpAddr>) -> Self {
        if hostaddr.is_none() && (host.starts_with('/') || host.starts_with('@')) {
            return Self::Socket(host.into());
        }
        match hostaddr {
            Some(address) if host.is_empty() => {
                Self::Machine { name: address.to_string(), address: hostaddr, is_named: false }
            }
            _ => Self::Machine { name: host.to_owned(), address: hostaddr, is_named: true },
        }
    }
}

impl Host {
    /// Under which host name `~/.pgpass` has the password: `localhost` for the default socket directories.
    pub(super) fn passfile_host(&self) -> String {
        match &self.address {
            HostAddress::Socket(directory)
                if SOCKET_DIRECTORIES_DEFAULT.iter().any(|known| directory.as_os_str() == *known) =>
            {
                "localhost".to_owned()
            }
            HostAddress::Socket(directory) => directory.display().to_string(),
            HostAddress::Machine { name, .. } => name.clone(),
        }
    }

    /// The socket's file, where this is a socket: `<directory>/.s.PGSQL.<port>`.
    pub(super) fn socket_file(&self) -> Option<PathBuf> {
        let HostAddress::Socket(directory) = &self.address else { return None };
        let file = directory.join(format!(".s.PGSQL.{}", self.port));
        Some(match file.to_str().and_then(|file| file.strip_prefix('@')) {
            // What follows a NUL is a name in the abstract namespace.
            Some(name) => format!("\0{name}").into(),
            None => file,
        })
    }
}

/// `host:port`, with brackets around an IPv6 address and escapes for characters that would garble a line.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            HostAddress::Socket(directory) => write!(f, "{}", printable(&directory.display().to_string()))?,
            HostAddress::Machine { name, .. } if name.parse::<Ipv6Addr>().is_ok() => write!(f, "[{name}]")?,
            HostAddress::Machine { name, .. } => write!(f, "{}", printable(name))?,
        }
        write!(f, ":{}", self.port)
    }
}

/// A name with its control characters escaped.
pub(super) fn printable(name: &str) -> String {
    name.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// Builds the host list from the three lists of the connection string, as libpq does: as many addresses as hosts, and one
/// port for all or one for each. A missing or empty host stands for the default sockets, then `localhost`.
pub(super) fn list(host: Option<&str>, hostaddr: Option<&str>, port: Option<&str>) -> Result<Vec<Host>, ConninfoError> {
    let names: Vec<&str> = host.unwrap_or_default().split(',').map(str::trim).collect();
    let addresses: Vec<&str> = hostaddr.unwrap_or_default().split(',').map(str::trim).collect();
    let count = if host.is_some() { names.len() } else { addresses.len() };
    if host.is_some() && hostaddr.is_some() && addresses.len() != count {
        return Err(ConninfoError::ListLength { hosts: count, others: addresses.len(), keyword: "hostaddr" });
    }
    let ports = port.unwrap_or_default().split(',').map(parse_port).collect::<Result<Vec<_>, _>>()?;
    if ports.len() != 1 && ports.len() != count {
        return Err(ConninfoError::ListLength { hosts: count, others: ports.len(), keyword: "port" });
    }
    let mut hosts = Vec::new();
    for index in 0..count {
        let name = names.get(index).copied().unwrap_or_default();
        let address = parse_address(addresses.get(index).copied().unwrap_or_default())?;
        let port = ports.get(index).or(ports.first()).copied().unwrap_or(PORT_DEFAULT);
        let mut push = |address| hosts.push(Host { address, port, password: None });
        if name.is_empty() && address.is_none() {
            for default in SOCKET_DIRECTORIES_DEFAULT.into_iter().chain(["localhost"]) {
                push(HostAddress::parse(default, None));
            }
        } else {
            push(HostAddress::parse(name, address));
        }
    }
    Ok(hosts)
}

fn parse_port(text: &str) -> Result<u16, ConninfoError> {
    match text.trim() {
        "" => Ok(PORT_DEFAULT),
        number => number.parse().ok().filter(|port| *port != 0).ok_or(ConninfoError::Port),
    }
}

fn parse_address(text: &str) -> Result<Option<IpAddr>, ConninfoError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ConninfoError::Value {
        keyword: "hostaddr",
        value: text.to_owned(),
        allowed: "IP addresses, separated by commas",
    })
}
