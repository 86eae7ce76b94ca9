//! TLS to a server: which certificates, which checks, and how it starts.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::BytesMut;
use pkcs8::{EncryptedPrivateKeyInfo, SecretDocument};
use postgres_protocol::message::frontend;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::HostError;
use super::file;
use super::host::HostAddress;
use super::login::Password;
use super::tls_settings::{CertificateFile, RootCertificates, SslMode, TlsSettings, TlsVersions};
use super::verifier::{NameCheck, Verifier};

/// What PostgreSQL calls itself when TLS starts without an `SSLRequest`.
const ALPN: &[u8] = b"postgresql";

/// A certificate, key or revocation list that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// `sslmode` asks for a check and there is nobody to trust.
    #[error("there is no root certificate to check the server's certificate with")]
    NoRoots {
        /// Where one was looked for.
        file: Option<PathBuf>,
    },
    /// A file cannot be read.
    #[error("file \"{file}\" cannot be read", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        #[source]
        cause: io::Error,
    },
    /// A file has not what it should.
    #[error("file \"{file}\" has no usable {expected}", file = file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What it should have.
        expected: &'static str,
    },
    /// Others can read the private key.
    #[error("private key file \"{file}\" can be read by its group or others", file = file.display())]
    KeyPermissions {
        /// The file.
        file: PathBuf,
    },
    /// The private key is encrypted, and nothing was given to decrypt it with.
    #[error("private key file \"{file}\" is encrypted", file = file.display())]
    KeyEncrypted {
        /// The file.
        file: PathBuf,
    },
    /// It could not be decrypted.
    #[error("private key file \"{file}\" could not be decrypted with sslpassword", file = file.display())]
    KeyPassword {
        /// The file.
        file: PathBuf,
    },
    /// A certificate without its key.
    #[error("there is a client certificate, \"{file}\", but no private key for it", file = file.display())]
    NoKey {
        /// The certificate's file.
        file: PathBuf,
    },
    /// The pieces do not go together.
    #[error("the certificates cannot be used")]
    Rustls(#[source] rustls::Error),
    /// The revocation list cannot be used.
    #[error("the certificate revocation list cannot be used")]
    Revocations(#[source] rustls::server::VerifierBuilderError),
}

/// TLS made ready once for all connections of an endpoint.
#[derive(Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    is_direct: bool,
    must_name_host: bool,
}

impl Tls {
    /// Loads certificates and keys; `None` if the settings never encrypt.
    pub(super) fn load(settings: &TlsSettings) -> Result<Option<Self>, CertificateError> {
        if settings.mode == SslMode::Disable {
            return Ok(None);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = verifier(settings, &provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions(settings.versions))
            .map_err(CertificateError::Rustls)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match client_certificate(settings)? {
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(CertificateError::Rustls)?,
            None => builder.with_no_client_auth(),
        };
        config.enable_sni = settings.sends_name;
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Some(Self {
            config: Arc::new(config),
            is_direct: settings.is_direct,
            must_name_host: settings.mode == SslMode::VerifyFull,
        }))
    }

    /// Starts TLS on a fresh connection, asking the server first unless the settings say otherwise. A server that does not
    /// speak TLS leaves the stream as it is, [`Negotiated::Refused`].
    ///
    /// Not cancel safe: the stream is used up.
    pub(super) async fn start(&self, mut stream: TcpStream, host: &HostAddress) -> Result<Negotiated, HostError> {
        let name = self.server_name(&stream, host)?;
        if !self.is_direct && !request(&mut stream).await? {
            return Ok(Negotiated::Refused(stream));
        }
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let stream = connector.connect(name, stream).await.map_err(HostError::Tls)?;
        if self.is_direct && stream.get_ref().1.alpn_protocol() != Some(ALPN) {
            return Err(HostError::NoDirectTls);
        }
        Ok(Negotiated::Encrypted(Box::new(stream)))
    }

    /// The name the certificate must bear. Where it is not checked, one that no certificate could bear is no obstacle.
    fn server_name(&self, stream: &TcpStream, host: &HostAddress) -> Result<ServerName<'static>, HostError> {
        let name = match host {
            HostAddress::Machine { name, is_named: true, .. } => ServerName::try_from(name.clone()).ok(),
            HostAddress::Machine { .. } | HostAddress::Socket(_) => None,
        };
        match name {
            Some(name) => Ok(name),
            None if self.must_name_host => Err(HostError::NoServerName),
            None => Ok(ServerName::IpAddress(stream.peer_addr().map_err(HostError::Socket)?.ip().into())),
        }
    }
}

/// How asking for TLS ended.
pub(super) enum Negotiated {
    /// Encrypted from here on.
    Encrypted(Box<TlsStream<TcpStream>>),
    /// The server does not do TLS; the connection is as good as before.
    Refused(TcpStream),
}

/// Sends an `SSLRequest` and reads the one byte that answers it, and no more: what follows must come encrypted.
async fn request(stream: &mut TcpStream) -> Result<bool, HostError> {
    let mut message = BytesMut::new();
    frontend::ssl_request(&mut message);
    stream.write_all(&message).await.map_err(HostError::Socket)?;
    match stream.read_u8().await {
        Ok(b'S') => Ok(true),
        Ok(b'N') => Ok(false),
        // An error at this point is not authenticated by anything, so its text is not shown either.
        Ok(b'E') => Err(HostError::ErrorBeforeTls),
        Ok(_) => Err(HostError::NotPostgres),
        Err(closed) if closed.kind() == io::ErrorKind::UnexpectedEof => Err(HostError::ClosedBeforeTls),
        Err(cause) => Err(HostError::Socket(cause)),
    }
}

fn versions(versions: TlsVersions) -> Vec<&'static SupportedProtocolVersion> {
    match versions {
        TlsVersions::All => vec![&rustls::version::TLS13, &rustls::version::TLS12],
        TlsVersions::Only12 => vec![&rustls::version::TLS12],
        TlsVersions::Only13 => vec![&rustls::version::TLS13],
    }
}

/// As in libpq, whoever has a root certificate has the chain checked, whatever `sslmode` says; the name only with
/// `verify-full`; and the modes that promise a check fail without a root certificate.
fn verifier(settings: &TlsSettings, provider: &Arc<CryptoProvider>) -> Result<Verifier, CertificateError> {
    let trusted = match &settings.roots {
        RootCertificates::None => None,
        RootCertificates::System => Some(rustls_native_certs::load_native_certs().certs),
        RootCertificates::File(file) => certificates(file)?,
    };
    let name = if settings.mode == SslMode::VerifyFull { NameCheck::Required } else { NameCheck::Skipped };
    match trusted {
        Some(trusted) => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(trusted.iter().cloned());
            if roots.is_empty() {
                return Err(no_roots(settings));
            }
            let revocations = revocations(settings)?;
            Verifier::with_roots(provider, roots, trusted, revocations, name).map_err(CertificateError::Revocations)
        }
        None if settings.mode >= SslMode::VerifyCa => Err(no_roots(settings)),
        None => Ok(Verifier::without_roots(provider)),
    }
}

fn no_roots(settings: &TlsSettings) -> CertificateError {
    let file = match &settings.roots {
        RootCertificates::File(file) => Some(file.path.clone()),
        RootCertificates::None | RootCertificates::System => None,
    };
    CertificateError::NoRoots { file }
}

fn client_certificate(
    settings: &TlsSettings,
) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>, CertificateError> {
    let Some(certificate) = &settings.certificate else { return Ok(None) };
    let Some(chain) = certificates(certificate)? else { return Ok(None) };
    let no_key = || CertificateError::NoKey { file: certificate.path.clone() };
    let key_file = settings.key.as_ref().ok_or_else(no_key)?;
    let Some(pem) = contents(key_file)? else { return Err(no_key()) };
    refuse_open_key(&key_file.path)?;
    Ok(Some((chain, private_key(&key_file.path, &pem, settings.key_password.as_ref())?)))
}

/// A key, decrypted where it is encrypted as PKCS #8.
fn private_key(
    path: &Path,
    pem: &[u8],
    password: Option<&Password>,
) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let unusable = |expected| CertificateError::Content { file: path.to_owned(), expected };
    if let Ok(key) = PrivateKeyDer::from_pem_slice(pem) {
        return Ok(key);
    }
    let text = std::str::from_utf8(pem).map_err(|_| unusable("private key"))?;
    let Ok((_, document)) = SecretDocument::from_pem(text) else { return Err(unusable("private key")) };
    let encrypted = EncryptedPrivateKeyInfo::try_from(document.as_bytes());
    let encrypted = encrypted.map_err(|_| unusable("private key in PKCS #8 form"))?;
    let password = password.ok_or_else(|| CertificateError::KeyEncrypted { file: path.to_owned() })?;
    let key = encrypted.decrypt(password.as_bytes());
    let key = key.map_err(|_| CertificateError::KeyPassword { file: path.to_owned() })?;
    Ok(PrivateKeyDer::Pkcs8(key.as_bytes().to_vec().into()))
}

/// libpq's rule: nobody but the owner, except that root's keys may be readable by their group.
fn refuse_open_key(path: &Path) -> Result<(), CertificateError> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(path).map_err(|cause| CertificateError::File { file: path.to_owned(), cause })?;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & forbidden == 0 {
        Ok(())
    } else {
        Err(CertificateError::KeyPermissions { file: path.to_owned() })
    }
}

fn revocations(settings: &TlsSettings) -> Result<Vec<CertificateRevocationListDer<'static>>, CertificateError> {
    let mut files: Vec<CertificateFile> = settings.revocations.iter().cloned().collect();
    if let Some(directory) = &settings.revocations_directory {
        files.extend(hashed(directory)?);
    }
    let mut lists = Vec::new();
    for file in &files {
        let Some(pem) = contents(file)? else { continue };
        lists.extend(items(file, &pem, "certificate revocation list")?);
    }
    Ok(lists)
}

/// The files of a directory that OpenSSL would look into: `01234567.r0`, in order.
fn hashed(directory: &Path) -> Result<Vec<CertificateFile>, CertificateError> {
    let unreadable = |cause| CertificateError::File { file: directory.to_owned(), cause };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).and_then(|ending| ending.strip_prefix('r'));
        if ending.is_some_and(is_number) {
            files.push(CertificateFile { path, is_named: true });
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn certificates(file: &CertificateFile) -> Result<Option<Vec<CertificateDer<'static>>>, CertificateError> {
    let Some(pem) = contents(file)? else { return Ok(None) };
    items(file, &pem, "certificate").map(Some)
}

fn items<T: PemObject>(file: &CertificateFile, pem: &[u8], expected: &'static str) -> Result<Vec<T>, CertificateError> {
    match T::pem_slice_iter(pem).collect::<Result<Vec<T>, _>>() {
        Ok(items) if !items.is_empty() => Ok(items),
        Ok(_) | Err(_) => Err(CertificateError::Content { file: file.path.clone(), expected }),
    }
}

/// A file's bytes; `None` if it is missing and nobody named it.
fn contents(file: &CertificateFile) -> Result<Option<Vec<u8>>, CertificateError> {
    match file::read(&file.path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound && !file.is_named => Ok(None),
        Err(cause) => Err(CertificateError::File { file: file.path.clone(), cause }),
    }
}
