//! What a connection string says about encryption.
//!
//! Source: PostgreSQL manual, "SSL Support".

use std::path::PathBuf;

use super::conninfo::Values;
use super::conninfo_error::ConninfoError;
use super::environment::Environment;
use super::login::Password;

/// Whether and how a connection is encrypted, and who must vouch for the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// How much is asked of the connection.
    pub mode: SslMode,
    /// Whether TLS starts at once, without asking the server first (PostgreSQL 17 and later).
    pub is_direct: bool,
    /// Who vouches for the server.
    pub roots: RootCertificates,
    /// The revoked certificates.
    pub revocations: Option<CertificateFile>,
    /// A directory of such lists, each in a file named by its issuer's hash (`openssl rehash`).
    pub revocations_directory: Option<PathBuf>,
    /// Our own certificate; `None` never to show one.
    pub certificate: Option<CertificateFile>,
    /// Its key.
    pub key: Option<CertificateFile>,
    /// What the key is encrypted with.
    pub(super) key_password: Option<Password>,
    /// Whether the host's name is sent in clear at the start (SNI).
    pub sends_name: bool,
    /// Which versions of TLS are spoken.
    pub versions: TlsVersions,
}

/// libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only if the server lets us in no other way.
    Allow,
    /// Encrypted if the server can.
    Prefer,
    /// Encrypted; the server's certificate is checked only if a root certificate is at hand.
    Require,
    /// Encrypted, and an authority we trust vouches for the server.
    VerifyCa,
    /// And it vouches for a server of this name.
    VerifyFull,
}

/// Where the trusted authorities come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootCertificates {
    /// Nowhere: there is no file and no home to look in.
    None,
    /// The operating system's store.
    System,
    /// A PEM file.
    File(CertificateFile),
}

/// A PEM file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it was named. One in its default place may as well be missing.
    pub is_named: bool,
}

/// The versions of TLS that are spoken; older ones never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsVersions {
    /// 1.2 and 1.3.
    All,
    /// 1.2.
    Only12,
    /// 1.3.
    Only13,
}

impl TlsSettings {
    pub(super) fn from_values(values: &Values, environment: &Environment) -> Result<Self, ConninfoError> {
        let file = |keyword: &str, default: &str| {
            let named = values.get(keyword).map(|path| CertificateFile { path: path.into(), is_named: true });
            named.or_else(|| Some(CertificateFile { path: environment.home_file(default)?, is_named: false }))
        };
        let is_system = values.get("sslrootcert") == Some("system");
        let roots = match file("sslrootcert", ".postgresql/root.crt") {
            _ if is_system => RootCertificates::System,
            Some(file) => RootCertificates::File(file),
            None => RootCertificates::None,
        };
        let mode = mode(values, is_system)?;
        let is_direct =
            values.one_of("sslnegotiation", "postgres, direct", &[("postgres", false), ("direct", true)], false)?;
        if is_direct && mode < SslMode::Require {
            return Err(ConninfoError::Contradiction("sslnegotiation=direct needs sslmode=require or stricter"));
        }
        let shows_certificate =
            values.one_of("sslcertmode", "disable, allow", &[("disable", false), ("allow", true)], true)?;
        let show = |file: Option<CertificateFile>| file.filter(|_| shows_certificate);
        Ok(Self {
            mode,
            is_direct,
            roots,
            revocations: file("sslcrl", ".postgresql/root.crl"),
            revocations_directory: values.get("sslcrldir").map(PathBuf::from),
            key_password: values.get("sslpassword").map(Password::new),
            certificate: show(file("sslcert", ".postgresql/postgresql.crt")),
            key: show(file("sslkey", ".postgresql/postgresql.key")),
            sends_name: values.one_of("sslsni", "0, 1", &[("0", false), ("1", true)], true)?,
            versions: TlsVersions::from_values(values)?,
        })
    }
}

fn mode(values: &Values, is_system: bool) -> Result<SslMode, ConninfoError> {
    let modes = [
        ("disable", SslMode::Disable),
        ("allow", SslMode::Allow),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
    ];
    let default = if is_system { SslMode::VerifyFull } else { SslMode::Prefer };
    let mode = values.one_of("sslmode", "disable, allow, prefer, require, verify-ca, verify-full", &modes, default)?;
    // Anyone can get a certificate from a public authority, so the name must be checked too.
    if is_system && mode != SslMode::VerifyFull {
        return Err(ConninfoError::Contradiction("sslrootcert=system needs sslmode=verify-full"));
    }
    Ok(mode)
}

impl TlsVersions {
    fn from_values(values: &Values) -> Result<Self, ConninfoError> {
        let lowest = [("TLSv1", Self::All), ("TLSv1.1", Self::All), ("TLSv1.2", Self::All), ("TLSv1.3", Self::Only13)];
        let highest = [("TLSv1.2", Self::Only12), ("TLSv1.3", Self::All)];
        let lowest = values.one_of("ssl_min_protocol_version", "TLSv1.2, TLSv1.3", &lowest, Self::All)?;
        match (lowest, values.one_of("ssl_max_protocol_version", "TLSv1.2, TLSv1.3", &highest, Self::All)?) {
            (Self::Only13, Self::Only12) => {
                Err(ConninfoError::Contradiction("ssl_min_protocol_version is above ssl_max_protocol_version"))
            }
            (Self::All, highest) => Ok(highest),
            (lowest, _) => Ok(lowest),
        }
    }
}
