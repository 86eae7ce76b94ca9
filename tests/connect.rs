//! Connections to real servers: every way to log in, every `sslmode`, host lists, and what is said when it fails.

mod authority;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use pgsluice::connect::{Conninfo, Control, Endpoint, Environment, Error};
use pgsluice::error::{Explain as _, Side};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use self::authority::Authority;
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
struct Secure {
    cluster: Cluster,
    authority: Authority,
}

/// The certificate's only name.
const NAME: &str = "db.example.org";
const SERVER_SERIAL: u64 = 77;

impl Secure {
    fn shared() -> &'static Self {
        static SECURE: OnceLock<Secure> = OnceLock::new();
        SECURE.get_or_init(|| Self::start(Installation::newest()))
    }

    fn start(installation: &'static Installation) -> Self {
        let authority = Authority::new("pgsluice test authority");
        let server = authority.issue("server", &[NAME], SERVER_SERIAL);
        let cluster = start_tls(installation, &server.certificate, &server.key, &authority.pem);
        cluster.maintenance().psql(ROLES);
        Self { cluster, authority }
    }

    /// `host=NAME hostaddr=127.0.0.1 port=…`, then what the caller adds.
    fn named(&self, rest: &str) -> String {
        format!("host={NAME} hostaddr=127.0.0.1 port={} dbname=postgres {rest}", self.cluster.port)
    }

    /// A directory for a client's files, gone with the cluster.
    fn directory(&self) -> Directory {
        Directory::new(self.cluster.socket_directory())
    }
}

fn start_tls(installation: &'static Installation, certificate: &str, key: &str, authority: &str) -> Cluster {
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
        },
    )
}

struct Directory(PathBuf);

impl Directory {
    fn new(parent: &Path) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let path = parent.join(format!("client-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Writes a file only its owner can read, and returns its path for a connection string.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }
}

fn environment() -> Environment {
    Environment::default().with_user("postgres")
}

fn endpoint(text: &str) -> Endpoint {
    endpoint_in(text, &environment())
}

fn endpoint_in(text: &str, environment: &Environment) -> Endpoint {
    Endpoint::new(Side::Source, Conninfo::parse(text, environment).unwrap()).unwrap()
}

async fn open(text: &str) -> Control {
    match endpoint(text).control().await {
        Ok(control) => control,
        Err(error) => panic!("{text}: {error}: {:?}", error.detail()),
    }
}

async fn value(control: &Control, sql: &str) -> String {
    control.client().query_one(sql, &[]).await.unwrap().get(0)
}

async fn is_encrypted(control: &Control) -> bool {
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    control.client().query_one(sql, &[]).await.unwrap().get(0)
}

/// The three lines a user sees, with the port taken out.
async fn refusal(text: &str, port: u16) -> [String; 3] {
    let error = match Endpoint::new(Side::Source, Conninfo::parse(text, &environment()).unwrap()) {
        Ok(endpoint) => endpoint.control().await.expect_err(text),
        Err(error) => error,
    };
    lines(&error, port)
}

fn lines(error: &Error, port: u16) -> [String; 3] {
    let words = [error.to_string(), error.detail().unwrap_or_default(), error.hint().unwrap_or_default()];
    words.map(|line| line.replace(&port.to_string(), "PORT"))
}

fn dead_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn every_version_over_tcp_and_socket() {
    for cluster in Cluster::every_version() {
        for url in [cluster.maintenance().url(), cluster.maintenance().socket_url()] {
            let control = open(&url).await;
            assert_eq!(control.major(), cluster.installation.major);
            let number = value(&control, "SHOW server_version_num").await;
            assert_eq!(control.server_version().to_string(), number);
            assert_eq!(value(&control, "SHOW client_encoding").await, "UTF8");
            control.close().await;
        }
    }
}

#[tokio::test]
async fn every_password_method_with_and_without_tls() {
    let secure = Secure::shared();
    for mode in ["disable", "require"] {
        for (user, password) in [("scram", "'pa:ss wörd'"), ("md5", "secret"), ("cleartext", "secret")] {
            let control = open(&secure.named(&format!("user={user} password={password} sslmode={mode}"))).await;
            assert_eq!(value(&control, "SELECT current_user::text").await, user);
            assert_eq!(is_encrypted(&control).await, mode == "require");
        }
    }
    let url = format!("postgres://scram:pa%3Ass%20w%C3%B6rd@127.0.0.1:{}/postgres", secure.cluster.port);
    assert!(is_encrypted(&open(&url).await).await);
}

#[tokio::test]
async fn channel_binding_on_the_oldest_and_the_newest_server() {
    for installation in [Installation::all().first().unwrap(), Installation::newest()] {
        let secure = Secure::start(installation);
        let scram = secure.named("user=scram password='pa:ss wörd' sslmode=require");
        open(&format!("{scram} channel_binding=require")).await;
        open(&format!("{scram} channel_binding=disable")).await;
        open(&format!("{scram} channel_binding=require ssl_max_protocol_version=TLSv1.2")).await;
    }
}

#[tokio::test]
async fn required_channel_binding_is_not_given_up() {
    let secure = Secure::shared();
    for rest in [
        "user=scram password='pa:ss wörd' sslmode=disable",
        "user=md5 password=secret sslmode=require",
        "user=cleartext password=secret sslmode=require",
        "user=postgres sslmode=require",
    ] {
        let [_, detail, hint] =
            refusal(&secure.named(&format!("{rest} channel_binding=require")), secure.cluster.port).await;
        assert_eq!(detail, "channel binding is required, but the server did not use it", "{rest}");
        assert!(hint.starts_with("channel_binding=require needs TLS and a SCRAM-SHA-256 password"), "{hint}");
    }
}

#[tokio::test]
async fn sslmodes_fall_back_as_libpq_does() {
    let secure = Secure::shared();
    let encrypted = async |rest: &str| is_encrypted(&open(&secure.named(rest)).await).await;
    assert!(!encrypted("user=postgres sslmode=allow").await);
    assert!(encrypted("user=postgres sslmode=prefer").await);
    assert!(encrypted("user=tls_only password=secret sslmode=allow").await);
    assert!(!encrypted("user=clear_only password=secret sslmode=prefer").await);
    let clear = Cluster::shared();
    assert!(!is_encrypted(&open(&format!("host=127.0.0.1 port={} sslmode=prefer", clear.port)).await).await);
    // Sockets are never encrypted, whatever sslmode asks for.
    let directory = secure.cluster.socket_directory().display();
    let socket = format!("host={directory} port={} sslmode=require", secure.cluster.port);
    assert!(!is_encrypted(&open(&socket).await).await);
    let [_, detail, hint] = refusal(&format!("host=127.0.0.1 port={} sslmode=require", clear.port), clear.port).await;
    assert_eq!(detail, "the server does not support TLS, and sslmode requires it");
    assert!(hint.starts_with("switch ssl on at the server"), "{hint}");
    // A certificate that cannot be trusted makes prefer go on in clear, and require stop.
    let files = secure.directory();
    let other = files.file("other.crt", &Authority::new("another authority").pem);
    assert!(!encrypted(&format!("user=postgres sslmode=prefer sslrootcert={other}")).await);
}

#[tokio::test]
async fn verification_checks_authority_and_name() {
    let secure = Secure::shared();
    let files = secure.directory();
    let root = files.file("root.crt", &secure.authority.pem);
    let other = files.file("other.crt", &Authority::new("another authority").pem);
    let by_address = format!("host=127.0.0.1 port={} dbname=postgres", secure.cluster.port);
    for good in [
        secure.named(&format!("sslmode=verify-full sslrootcert={root}")),
        secure.named(&format!("sslmode=verify-full sslrootcert={root} sslsni=0 ssl_max_protocol_version=TLSv1.2")),
        format!("{by_address} sslmode=verify-ca sslrootcert={root}"),
        format!("{by_address} sslmode=require sslrootcert={root}"),
        format!("{by_address} sslmode=require"),
    ] {
        assert!(is_encrypted(&open(&good).await).await, "{good}");
    }
    let port = secure.cluster.port;
    let [_, detail, hint] = refusal(&format!("{by_address} sslmode=verify-full sslrootcert={root}"), port).await;
    assert!(detail.starts_with("TLS could not be established: invalid peer certificate"), "{detail}");
    assert_eq!(hint, "connect by a name that the server's certificate has, or use sslmode=verify-ca");
    for mode in ["require", "verify-ca", "verify-full"] {
        let [_, detail, hint] = refusal(&secure.named(&format!("sslmode={mode} sslrootcert={other}")), port).await;
        assert_eq!(detail, "TLS could not be established: invalid peer certificate: UnknownIssuer", "{mode}");
        assert_eq!(hint, "name the certificate of the server's authority with sslrootcert");
    }
    let [message, detail, hint] = refusal(&secure.named("sslmode=verify-full"), port).await;
    assert_eq!(message, "could not prepare TLS for the source");
    assert_eq!(detail, "there is no root certificate to check the server's certificate with");
    assert!(hint.starts_with("name the certificate of the server's authority with sslrootcert=FILE"), "{hint}");
    let nameless = format!("hostaddr=127.0.0.1 port={port} sslmode=verify-full sslrootcert={root}");
    assert_eq!(
        refusal(&nameless, port).await[1],
        "there is no valid host name to check the server's certificate against"
    );
}

#[tokio::test]
async fn the_home_directory_s_root_certificate_is_used_unasked() {
    let secure = Secure::shared();
    let (good, bad) = (secure.directory(), secure.directory());
    good.file(".postgresql/root.crt", &secure.authority.pem);
    bad.file(".postgresql/root.crt", &Authority::new("another authority").pem);
    let in_home = |home: &Directory, rest: &str| endpoint_in(&secure.named(rest), &environment().with_home(&home.0));
    in_home(&good, "sslmode=verify-full").control().await.unwrap();
    in_home(&bad, "sslmode=disable").control().await.unwrap();
    let error = in_home(&bad, "sslmode=require").control().await.unwrap_err();
    assert!(error.detail().unwrap().ends_with("UnknownIssuer"));
}

#[tokio::test]
async fn revoked_and_expired_certificates_are_refused() {
    let secure = Secure::shared();
    let files = secure.directory();
    let root = files.file("root.crt", &secure.authority.pem);
    let empty = files.file("empty.crl", &secure.authority.revoke(&[]));
    let revoked = files.file("revoked.crl", &secure.authority.revoke(&[SERVER_SERIAL]));
    open(&secure.named(&format!("sslmode=verify-full sslrootcert={root} sslcrl={empty}"))).await;
    let text = secure.named(&format!("sslmode=verify-full sslrootcert={root} sslcrl={revoked}"));
    let [_, detail, hint] = refusal(&text, secure.cluster.port).await;
    assert_eq!(detail, "TLS could not be established: invalid peer certificate: Revoked");
    assert_eq!(hint, "the server's certificate is revoked; it needs a new one");

    let expired = secure.authority.issue_expired(NAME);
    let cluster = start_tls(Installation::newest(), &expired.certificate, &expired.key, &secure.authority.pem);
    let place = format!("host={NAME} hostaddr=127.0.0.1 port={}", cluster.port);
    open(&format!("{place} sslmode=require")).await;
    let [_, detail, hint] = refusal(&format!("{place} sslmode=verify-ca sslrootcert={root}"), cluster.port).await;
    assert!(detail.contains("certificate expired"), "{detail}");
    assert_eq!(hint, "the server needs a new certificate");
}

#[tokio::test]
async fn a_self_signed_server_is_its_own_authority() {
    let server = authority::self_signed(NAME);
    let cluster = start_tls(Installation::newest(), &server.certificate, &server.key, &server.certificate);
    let root = Directory::new(cluster.socket_directory()).file("root.crt", &server.certificate);
    let with = |host: &str, mode: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={} sslmode={mode} sslrootcert={root}", cluster.port)
    };
    open(&with(NAME, "verify-full")).await;
    open(&with("elsewhere", "verify-ca")).await;
    let [_, _, hint] = refusal(&with("elsewhere", "verify-full"), cluster.port).await;
    assert_eq!(hint, "connect by a name that the server's certificate has, or use sslmode=verify-ca");
}

#[tokio::test]
async fn certificates_of_version_1_are_checked_too() {
    let authority = Authority::new("pgsluice test authority");
    let server = authority.issue_version_1(NAME);
    let cluster = start_tls(Installation::newest(), &server.certificate, &server.key, &authority.pem);
    let files = Directory::new(cluster.socket_directory());
    let root = files.file("root.crt", &authority.pem);
    // The same name and another key.
    let impostor = files.file("impostor.crt", &Authority::new("pgsluice test authority").pem);
    let with = |host: &str, mode: &str, root: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={} sslmode={mode} {root}", cluster.port)
    };
    for version in ["TLSv1.2", "TLSv1.3"] {
        let (root, impostor) = (
            format!("sslrootcert={root} ssl_max_protocol_version={version}"),
            format!("sslrootcert={impostor} ssl_max_protocol_version={version}"),
        );
        open(&with(NAME, "require", &format!("ssl_max_protocol_version={version}"))).await;
        open(&with(NAME, "verify-full", &root)).await;
        open(&with("elsewhere", "verify-ca", &root)).await;
        let [_, _, hint] = refusal(&with("elsewhere", "verify-full", &root), cluster.port).await;
        assert_eq!(hint, "connect by a name that the server's certificate has, or use sslmode=verify-ca");
        let [_, detail, _] = refusal(&with(NAME, "verify-ca", &impostor), cluster.port).await;
        assert!(detail.starts_with("TLS could not be established: invalid peer certificate"), "{detail}");
    }
}

#[tokio::test]
async fn client_certificates_log_in() {
    let secure = Secure::shared();
    let files = secure.directory();
    let client = secure.authority.issue("cert", &[], 5);
    let certificate = files.file(".postgresql/postgresql.crt", &client.certificate);
    let key = files.file(".postgresql/postgresql.key", &client.key);
    let named = |rest: &str| secure.named(&format!("user=cert sslmode=require {rest}"));
    open(&named(&format!("sslcert={certificate} sslkey={key}"))).await;
    open(&named(&format!("sslcert={certificate} sslkey={key} ssl_max_protocol_version=TLSv1.2"))).await;
    let in_home = environment().with_home(&files.0);
    endpoint_in(&named(""), &in_home).control().await.unwrap();

    let port = secure.cluster.port;
    let without = endpoint_in(&named("sslcertmode=disable"), &in_home).control().await.unwrap_err();
    assert!(lines(&without, port)[1].contains("28000: connection requires a valid client certificate"), "{without:?}");
    let forged = Authority::new("another authority").issue("cert", &[], 5);
    let (forged, forged_key) = (files.file("forged.crt", &forged.certificate), files.file("forged.key", &forged.key));
    for version in ["TLSv1.2", "TLSv1.3"] {
        let text = named(&format!("sslcert={forged} sslkey={forged_key} ssl_max_protocol_version={version}"));
        let [_, detail, hint] = refusal(&text, port).await;
        assert!(detail.starts_with("TLS could not be established: received fatal alert"), "{version}: {detail}");
        assert_eq!(hint, "the server refused our certificate or our TLS version; its log says why");
    }
    let stranger = files.file("stranger.key", &secure.authority.issue("cert", &[], 6).key);
    let [message, detail, hint] = refusal(&named(&format!("sslcert={certificate} sslkey={stranger}")), port).await;
    assert_eq!(message, "could not prepare TLS for the source");
    assert!(detail.starts_with("the certificates cannot be used: "), "{detail}");
    assert_eq!(hint, "check that sslcert and sslkey belong together");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let [_, detail, hint] = refusal(&named(&format!("sslcert={certificate} sslkey={key}")), port).await;
    assert_eq!(detail, format!("private key file \"{key}\" can be read by its group or others"));
    assert_eq!(hint, "chmod 0600 that file");
    let missing = refusal(&named("sslcert=/nowhere/x.crt"), port).await;
    assert!(missing[1].starts_with("file \"/nowhere/x.crt\" cannot be read"), "{missing:?}");
}

#[tokio::test]
async fn direct_tls_where_the_server_has_it() {
    let secure = Secure::shared();
    let text = secure.named("sslmode=require sslnegotiation=direct");
    if secure.cluster.installation.major >= 17 {
        assert!(is_encrypted(&open(&text).await).await);
    }
    let old = Installation::all().first().unwrap();
    if old.major < 17 {
        let cluster = Secure::start(old);
        let [_, detail, _] =
            refusal(&cluster.named("sslmode=require sslnegotiation=direct"), cluster.cluster.port).await;
        assert!(detail.starts_with("TLS could not be established"), "{detail}");
    }
}

#[tokio::test]
async fn hosts_are_tried_in_order_until_one_is_there() {
    let cluster = Cluster::shared();
    let (dead, live) = (dead_port(), cluster.port);
    let control = open(&format!("host=127.0.0.1,/nowhere,localhost port={dead},{live},{live} sslmode=disable")).await;
    assert_eq!(value(&control, "SELECT inet_server_port()::text").await, live.to_string());
    open(&format!("postgres://127.0.0.1:{dead},127.0.0.1:{live}/postgres?load_balance_hosts=random")).await;

    let text = format!("host=127.0.0.1,/nowhere port={dead} dbname=shop user=ann");
    let [message, detail, hint] = refusal(&text, dead).await;
    assert_eq!(message, "could not connect to the source at ann@127.0.0.1:PORT,/nowhere:PORT/shop");
    assert_eq!(
        detail,
        "127.0.0.1:PORT: Connection refused (os error 111); /nowhere:PORT: No such file or directory (os error 2)"
    );
    assert_eq!(hint, "check that the server is running and that its socket is in that directory");
}

#[tokio::test]
async fn a_refused_login_ends_the_search() {
    let secure = Secure::shared();
    let text = format!(
        "host=127.0.0.1,127.0.0.1 port={},{} user=scram password=wrong sslmode=disable",
        secure.cluster.port,
        Cluster::shared().port
    );
    let detail = &refusal(&text, secure.cluster.port).await[1];
    assert_eq!(detail, "FATAL 28P01: password authentication failed for user \"scram\"");
}

#[tokio::test]
async fn sessions_are_chosen_by_what_they_are_good_for() {
    let secure = Secure::shared();
    let standby = Cluster::start(
        Installation::newest(),
        &Options { files: vec![("standby.signal".to_owned(), String::new())], ..Options::default() },
    );
    let hosts = format!("host=127.0.0.1,127.0.0.1 port={},{}", standby.port, secure.cluster.port);
    for (attrs, port) in [
        ("any", standby.port),
        ("read-write", secure.cluster.port),
        ("primary", secure.cluster.port),
        ("standby", standby.port),
        ("read-only", standby.port),
        ("prefer-standby", standby.port),
    ] {
        let control = open(&format!("{hosts} sslmode=disable target_session_attrs={attrs}")).await;
        assert_eq!(value(&control, "SELECT inet_server_port()::text").await, port.to_string(), "{attrs}");
    }
    let alone = secure.named("sslmode=disable user=reader");
    open(&format!("{alone} target_session_attrs=prefer-standby")).await;
    open(&format!("{alone} target_session_attrs=read-only")).await;
    for (attrs, reason) in [("read-write", "the session is read-only"), ("standby", "the server is not a standby")] {
        let detail = &refusal(&format!("{alone} target_session_attrs={attrs}"), secure.cluster.port).await[1];
        assert_eq!(*detail, format!("{reason}, which target_session_attrs does not want"));
    }
}

#[tokio::test]
async fn passwords_come_from_the_password_file() {
    let secure = Secure::shared();
    let (port, home) = (secure.cluster.port, secure.directory());
    let file = home.file(".pgpass", &format!("# mine\n*:*:*:scram:wrong\\\n{NAME}:{port}:postgres:cleartext:secret\n"));
    let in_home = environment().with_home(&home.0);
    endpoint_in(&secure.named("user=cleartext"), &in_home).control().await.unwrap();
    endpoint_in(&secure.named("user=cleartext"), &environment().with_variable("PGPASSFILE", &file))
        .control()
        .await
        .unwrap();
    let wrong = endpoint_in(&secure.named("user=scram"), &in_home).control().await.unwrap_err();
    assert!(wrong.detail().unwrap().contains("28P01"));
    let given = endpoint_in(&secure.named("user=scram password='pa:ss wörd'"), &in_home);
    given.control().await.unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let open_to_group = endpoint_in(&secure.named("user=cleartext"), &in_home).control().await.unwrap_err();
    assert_eq!(open_to_group.detail().unwrap(), "the server asked for a password and none was given");
}

#[tokio::test]
async fn services_name_servers() {
    let secure = Secure::shared();
    let home = secure.directory();
    let text = format!("[shop]\nhost=127.0.0.1\nport={}\nuser=md5\npassword=secret\n", secure.cluster.port);
    let file = home.file("services", &text);
    home.file(".pg_service.conf", &text.replace("shop", "home"));
    home.file("pg_service.conf", &text.replace("shop", "system"));
    let in_home = environment().with_home(&home.0).with_variable("PGSYSCONFDIR", &home.0.display().to_string());
    let named = environment().with_variable("PGSERVICEFILE", &file).with_variable("PGSERVICE", "shop");
    for (text, environment) in [
        ("service=home dbname=postgres", &in_home),
        ("postgres:///postgres?service=system", &in_home),
        ("postgres", &named),
        (&format!("service=shop dbname=postgres servicefile={file}"), &environment()),
    ] {
        let control = endpoint_in(text, environment).control().await.unwrap();
        assert_eq!(value(&control, "SELECT current_user::text").await, "md5");
    }
    let missing = environment().with_variable("PGSERVICEFILE", "/nowhere");
    let error = Conninfo::parse("service=shop", &missing).unwrap_err();
    assert_eq!(error.to_string(), "service file \"/nowhere\" cannot be read");
}

#[tokio::test]
async fn parameters_reach_the_session() {
    let cluster = Cluster::shared();
    let text = format!(
        "host=127.0.0.1 port={} application_name='my copy' options='-c work_mem=5MB -c lock_timeout=9s'",
        cluster.port
    );
    let endpoint = endpoint(&text).with_parameters(&[("lock_timeout", "0"), ("DateStyle", "ISO, DMY")]);
    let endpoint = endpoint.with_parameters(&[("datestyle", "ISO, YMD"), ("search_path", r#""a\b c""#)]);
    let control = endpoint.control().await.unwrap();
    for (name, expected) in [
        ("application_name", "my copy"),
        ("work_mem", "5MB"),
        ("lock_timeout", "0"),
        ("DateStyle", "ISO, YMD"),
        ("search_path", r#""a\b c""#),
        ("client_encoding", "UTF8"),
    ] {
        assert_eq!(value(&control, &format!("SHOW {name}")).await, expected, "{name}");
    }
    assert_eq!(endpoint.to_string(), format!("postgres@127.0.0.1:{}/postgres", cluster.port));
    assert_eq!((endpoint.side(), endpoint.user(), endpoint.database()), (Side::Source, "postgres", "postgres"));
}

#[tokio::test]
async fn a_closed_session_is_gone_from_the_server() {
    let cluster = Cluster::shared();
    let url = cluster.maintenance().url();
    let (watcher, session) = (open(&url).await, open(&url).await);
    let pid: i32 = session.client().query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    session.close().await;
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1";
    for _ in 0..100 {
        let count: i64 = watcher.client().query_one(sql, &[&pid]).await.unwrap().get(0);
        if count == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("session {pid} is still there");
}

#[tokio::test]
async fn sessions_can_be_opened_by_spawned_tasks() {
    let endpoint = endpoint(&Cluster::shared().maintenance().url());
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let endpoint = endpoint.clone();
            tokio::spawn(async move { endpoint.control().await.map(|control| control.major()) })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), Cluster::shared().installation.major);
    }
}

#[tokio::test]
async fn every_refusal_says_what_to_do() {
    let secure = Secure::shared();
    let port = secure.cluster.port;
    let clear = |rest: &str| format!("host=127.0.0.1 port={port} sslmode=disable {rest}");
    let cases = [
        (
            clear("user=scram password=wrong dbname=postgres"),
            "FATAL 28P01: password authentication failed for user \"scram\"",
            "check user and password; a password may also come from PGPASSWORD or ~/.pgpass",
        ),
        (
            clear("user=scram dbname=postgres"),
            "the server asked for a password and none was given",
            "give the password in the connection string, in PGPASSWORD or in ~/.pgpass (readable by its owner only)",
        ),
        (
            clear("user=md5 dbname=postgres"),
            "the server asked for a password and none was given",
            "give the password in the connection string, in PGPASSWORD or in ~/.pgpass (readable by its owner only)",
        ),
        (
            clear("user=stranger dbname=postgres"),
            "FATAL 28000: no pg_hba.conf entry for host \"127.0.0.1\", user \"stranger\", database \"postgres\", no encryption",
            "add a line to the server's pg_hba.conf that lets this user in from this machine, then reload the server",
        ),
        (
            clear("user=postgres dbname='No Such'"),
            "FATAL 3D000: database \"No Such\" does not exist",
            "name an existing database, or create it: CREATE DATABASE \"No Such\"; with none named, the user's name is the \
             database",
        ),
        (
            clear("user=crowd dbname=postgres"),
            "FATAL 53300: too many connections for role \"crowd\"",
            "no connection is left for this user; use fewer jobs, or raise the limit (max_connections, or that of role or database)",
        ),
        (
            clear("user=reader dbname=closed"),
            "FATAL 42501: permission denied for database \"closed\" (User does not have CONNECT privilege.)",
            "GRANT CONNECT ON DATABASE \"closed\" to this user",
        ),
        (
            clear("user=postgres options='-c nonsense=1'"),
            "FATAL 42704: unrecognized configuration parameter \"nonsense\"",
            "check the connection string's options",
        ),
    ];
    for (text, detail, hint) in cases {
        let lines = refusal(&text, port).await;
        assert_eq!((lines[1].as_str(), lines[2].as_str()), (detail, hint), "{text}");
        assert!(lines[0].starts_with("could not connect to the source at "), "{}", lines[0]);
    }
    let [_, detail, hint] = refusal("host=no-such-host.invalid", 5432).await;
    assert!(detail.starts_with("the host name could not be resolved: "), "{detail}");
    assert_eq!(hint, "check the spelling of the host name");
}

#[tokio::test]
async fn a_refusal_with_and_without_tls_has_both_answers() {
    let secure = Secure::shared();
    let [_, detail, _] = refusal(&secure.named("user=stranger"), secure.cluster.port).await;
    assert!(detail.starts_with(&format!("{NAME}:PORT with TLS: FATAL 28000: no pg_hba.conf entry")), "{detail}");
    assert!(detail.contains(&format!("; {NAME}:PORT: FATAL 28000: no pg_hba.conf entry")), "{detail}");
    // A wrong password is not sent again in clear.
    let [_, detail, _] = refusal(&secure.named("user=cleartext password=wrong"), secure.cluster.port).await;
    assert_eq!(detail, "FATAL 28P01: password authentication failed for user \"cleartext\"");
}

#[tokio::test]
async fn listeners_that_are_no_servers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for mode in ["disable", "prefer"] {
        let text = format!("host=127.0.0.1 port={port} connect_timeout=1 sslmode={mode}");
        let [_, detail, hint] = refusal(&text, port).await;
        assert_eq!(detail, "no connection within 1 s");
        assert!(hint.contains("connect_timeout"), "{hint}");
    }

    let web = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = web.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = web.accept().await {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let [_, detail, hint] = refusal(&format!("host=127.0.0.1 port={port}"), port).await;
    assert_eq!(detail, "the answer is not PostgreSQL's");
    assert_eq!(hint, "check that host and port are those of a PostgreSQL server, and look into its log");
    let [_, detail, _] = refusal(&format!("host=127.0.0.1 port={port} sslmode=disable"), port).await;
    assert!(detail.starts_with("the server does not speak PostgreSQL's protocol"), "{detail}");
}
