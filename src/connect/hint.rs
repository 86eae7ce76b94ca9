//! What a user can do about a connection that does not come about.

use std::error::Error as _;
use std::io;

use rustls::CertificateError as Rejected;

use super::error::HostError;
use super::login::LoginError;
use super::server_error::ServerError;
use super::tls::CertificateError;
use crate::ddl::sql;

/// SQLSTATE `invalid_authorization_specification`: no such role, or `pg_hba.conf` says no.
pub(super) const INVALID_AUTHORIZATION: &str = "28000";
/// SQLSTATE `too_many_connections`.
pub(super) const TOO_MANY_CONNECTIONS: &str = "53300";
/// SQLSTATE `invalid_catalog_name`: no such database.
pub(super) const NO_SUCH_DATABASE: &str = "3D000";
/// SQLSTATE `cannot_connect_now`: starting up, shutting down.
pub(super) const CANNOT_CONNECT_NOW: &str = "57P03";

/// Advice for one host's answer.
pub(super) fn host(error: &HostError, database: &str, role: Option<&str>) -> Option<String> {
    let advice = match error {
        HostError::Lookup(_) => "check the spelling of the host name",
        HostError::Socket(cause) => return socket(cause).map(str::to_owned),
        HostError::Timeout(_) => {
            "the host may be down, or a firewall may drop the packets; connect_timeout is in seconds"
        }
        HostError::Tls(cause) => tls(cause),
        HostError::Peer { .. } => {
            "make sure that this is the right server; requirepeer is a user of the operating system"
        }
        HostError::NoTls => {
            "switch ssl on at the server, or use sslmode=prefer if the connection need not be encrypted"
        }
        HostError::NoDirectTls => "sslnegotiation=direct needs PostgreSQL 17 or later; leave it out",
        HostError::NoServerName => "give the server's name as host; hostaddr may be given besides",
        HostError::ErrorBeforeTls | HostError::ClosedBeforeTls | HostError::NotPostgres => {
            "check that host and port are those of a PostgreSQL server, and look into its log"
        }
        HostError::SessionAttrs(_) => "list the server that is wanted as a host, or change target_session_attrs",
        HostError::Login(error) => return login(error, database, role),
    };
    Some(advice.to_owned())
}

fn socket(cause: &io::Error) -> Option<&'static str> {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => Some(
            "check that the server is running and accepts connections on that host and port (listen_addresses, port)",
        ),
        io::ErrorKind::NotFound => Some("check that the server is running and that its socket is in that directory"),
        io::ErrorKind::PermissionDenied => Some("this user may not use that socket; connect by host name instead"),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some("check the network and the address"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => Some("the server hung up; its log says why"),
        _ => None,
    }
}

fn tls(cause: &io::Error) -> &'static str {
    let Some(error) = cause.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()) else {
        return "the server hung up during the handshake; its log says why";
    };
    match error {
        rustls::Error::InvalidCertificate(rejected) => match rejected {
            Rejected::UnknownIssuer => "name the certificate of the server's authority with sslrootcert",
            Rejected::NotValidForName | Rejected::NotValidForNameContext { .. } => {
                "connect by a name that the server's certificate has, or use sslmode=verify-ca"
            }
            Rejected::Expired | Rejected::ExpiredContext { .. } => "the server needs a new certificate",
            Rejected::Revoked => "the server's certificate is revoked; it needs a new one",
            Rejected::UnknownRevocationStatus => "sslcrl needs a list from every authority in the server's chain",
            _ => {
                "the server's certificate cannot be used; reissue it as X.509 version 3, signed with SHA-256 or better"
            }
        },
        rustls::Error::AlertReceived(_) => "the server refused our certificate or our TLS version; its log says why",
        _ => "check the server's TLS settings; TLS 1.2 and 1.3 are spoken",
    }
}

/// What rustls says of a handshake, without the parts that are for programmers.
pub(super) fn tls_words(cause: &io::Error) -> String {
    let error = cause.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    match error {
        Some(rustls::Error::InvalidCertificate(Rejected::UnsupportedSignatureAlgorithmContext { .. })) => {
            "invalid peer certificate: its signature algorithm is not supported".to_owned()
        }
        Some(rustls::Error::InvalidCertificate(Rejected::Other(reason))) => {
            format!("invalid peer certificate: {}", reason.0)
        }
        _ => cause.to_string(),
    }
}

fn login(error: &LoginError, database: &str, role: Option<&str>) -> Option<String> {
    let advice = match error {
        LoginError::Server(error) => return server(error, database, role),
        LoginError::PasswordMissing => {
            "give the password in the connection string, in PGPASSWORD or in ~/.pgpass (readable by its owner only)"
        }
        LoginError::ChannelBinding => {
            "channel_binding=require needs TLS and a SCRAM-SHA-256 password; use channel_binding=prefer otherwise"
        }
        LoginError::Method(_) => {
            "let this user in another way in the server's pg_hba.conf, or allow this one with require_auth"
        }
        LoginError::Authentication(_) => {
            "let this user in by scram-sha-256, md5, password, cert or trust in pg_hba.conf"
        }
        LoginError::Io(_) | LoginError::Closed => "the server hung up; its log says why",
        LoginError::Protocol(_) => "check that host and port are those of a PostgreSQL server",
    };
    Some(advice.to_owned())
}

/// Advice by SQLSTATE (manual, "PostgreSQL Error Codes"); the server's own hint comes first.
fn server(error: &ServerError, database: &str, role: Option<&str>) -> Option<String> {
    if error.hint.is_some() {
        return error.hint.clone();
    }
    let about_role = role.filter(|role| error.message.contains(role) && !error.message.contains("pg_hba.conf"));
    let advice = match (error.code.as_str(), about_role) {
        ("42501", Some(role)) => return Some(format!("GRANT {} TO this user, or leave --role out", sql::ident(role))),
        ("22023", Some(_)) => Some("check the name given with --role: there is no such role"),
        _ => None,
    };
    if let Some(advice) = advice {
        return Some(advice.to_owned());
    }
    let advice = match error.code.as_str() {
        "28P01" => "check user and password; a password may also come from PGPASSWORD or ~/.pgpass",
        INVALID_AUTHORIZATION if error.message.contains("pg_hba.conf") => {
            "add a line to the server's pg_hba.conf that lets this user in from this machine, then reload the server"
        }
        INVALID_AUTHORIZATION => "check that the role exists and may log in",
        NO_SUCH_DATABASE => {
            return Some(format!(
                "name an existing database, or create it: CREATE DATABASE {}; with none named, the user's name is the database",
                sql::ident(database)
            ));
        }
        "42501" => return Some(format!("GRANT CONNECT ON DATABASE {} to this user", sql::ident(database))),
        TOO_MANY_CONNECTIONS => {
            "no connection is left for this user; use fewer jobs, or raise the limit (max_connections, or that of role or database)"
        }
        CANNOT_CONNECT_NOW => "the server is starting or stopping; try again in a moment",
        "55000" => "the database does not accept connections; name another",
        "42704" | "22023" | "42601" => "check the connection string's options",
        _ => return None,
    };
    Some(advice.to_owned())
}

/// What is wrong with a certificate file, with the cause behind it.
pub(super) fn certificate_words(error: &CertificateError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Advice for certificate files.
pub(super) fn certificate(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::NoRoots { .. } => {
            "name the certificate of the server's authority with sslrootcert=FILE, put it into ~/.postgresql/root.crt, or use \
             sslrootcert=system"
        }
        CertificateError::File { .. } => "check the path and its permissions",
        CertificateError::Content { .. } => {
            "files must be in PEM form, and encrypted keys in that of PKCS #8 (openssl pkcs8 -topk8)"
        }
        CertificateError::KeyPermissions { .. } => "chmod 0600 that file",
        CertificateError::KeyEncrypted { .. } => "give what decrypts it as sslpassword in the connection string",
        CertificateError::KeyPassword { .. } => {
            "check sslpassword; keys are decrypted that `openssl pkcs8 -topk8 -v2 aes-256-cbc` encrypts"
        }
        CertificateError::NoKey { .. } => "name it with sslkey=FILE",
        CertificateError::Rustls(_) => "check that sslcert and sslkey belong together",
        CertificateError::Revocations(_) => "check the file that sslcrl names",
    }
}
