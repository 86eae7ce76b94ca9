//! A server with TLS and every way to log in, and the files of its clients.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::authority::Authority;
use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;

/// Who may come in how. Users not listed have no line.
const PG_HBA: &str = "\
    local all postgres trust\n\
    local all scram scram-sha-256\n\
    hostssl all cert 127.0.0.1/32 cert\n\
    hostssl all tls_only 127.0.0.1/32 scram-sha-256\n\
    hostnossl all clear_only 127.0.0.1/32 scram-sha-256\n\
    host all scram 127.0.0.1/32 scram-sha-256\n\
    host all md5 127.0.0.1/32 md5\n\
    host all cleartext 127.0.0.1/32 password\n\
    host all postgres,reader,crowd 127.0.0.1/32 trust\n";

const ROLES: &str = "\
    SET password_encryption = 'scram-sha-256';
    CREATE ROLE scram LOGIN PASSWORD 'pa:ss wörd';
    CREATE ROLE tls_only LOGIN PASSWORD 'secret';
    CREATE ROLE clear_only LOGIN PASSWORD 'secret';
    CREATE ROLE cleartext LOGIN PASSWORD 'secret';
    CREATE ROLE stranger LOGIN PASSWORD 'secret';
    CREATE ROLE cert LOGIN;
    CREATE ROLE reader LOGIN;
    CREATE ROLE crowd LOGIN CONNECTION LIMIT 0;
    CREATE DATABASE closed;
    REVOKE CONNECT ON DATABASE closed FROM PUBLIC;
    ALTER ROLE reader SET default_transaction_read_only = on;
    SET password_encryption = 'md5';
    CREATE ROLE md5 LOGIN PASSWORD 'secret';";

/// A server with TLS, and the files a client of it may use.
pub(super) struct Secure {
    pub(super) cluster: Cluster,
    pub(super) authority: Authority,
}

/// The certificate's only name.
pub(super) const NAME: &str = "db.example.org";
pub(super) const SERVER_SERIAL: u64 = 77;

impl Secure {
    pub(super) fn shared() -> &'static Self {
        static SECURE: OnceLock<Secure> = OnceLock::new();
        SECURE.get_or_init(|| Self::start(Installation::newest()))
    }

    pub(super) fn start(installation: &'static Installation) -> Self {
        let authority = Authority::new("pgsluice test authority");
        let server = authority.issue("server", &[NAME], SERVER_SERIAL);
        let cluster = start_tls(installation, &server.certificate, &server.key, &authority.pem);
        cluster.maintenance().psql(ROLES);
        Self { cluster, authority }
    }

    /// `host=NAME hostaddr=127.0.0.1 port=…`, then what the caller adds.
    pub(super) fn named(&self, rest: &str) -> String {
        format!("host={NAME} hostaddr=127.0.0.1 port={} dbname=postgres {rest}", self.cluster.port)
    }

    /// A directory for a client's files, gone with the cluster.
    pub(super) fn directory(&self) -> Directory {
        Directory::new(self.cluster.socket_directory())
    }
}

pub(super) fn start_tls(installation: &'static Installation, certificate: &str, key: &str, authority: &str) -> Cluster {
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Cluster::start(
        installation,
        &Options {
            settings: vec![
                setting("ssl", "on"),
                setting("ssl_cert_file", "test.crt"),
                setting("ssl_key_file", "test.key"),
                setting("ssl_ca_file", "authority.crt"),
            ],
            pg_hba: Some(PG_HBA.to_owned()),
            files: vec![
                setting("test.crt", certificate),
                setting("test.key", key),
                setting("authority.crt", authority),
            ],
            ..Options::default()
        },
    )
}

pub(super) struct Directory(pub(super) PathBuf);

impl Directory {
    pub(super) fn new(parent: &Path) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let path = parent.join(format!("client-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Writes a file only its owner can read, and returns its path for a connection string.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }
}
