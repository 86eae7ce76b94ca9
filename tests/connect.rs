//! Connections to real servers: every way to log in, host lists, and what is said when it fails.

mod authority;
mod parameters;
mod prompt;
mod secure;
mod static_binary;
mod tls;
mod wire;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::{fs, io};

use pgsluice::connect::{Conninfo, Control, Endpoint, Environment, Error};
use pgsluice::error::{Explain as _, Side};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use self::secure::{NAME, Secure};
use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::run::Run;

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

/// Collects log lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn notices_are_logged_without_what_users_raise() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let control = open(&Cluster::shared().maintenance().url()).await;
    let sql = "DROP TABLE IF EXISTS no_such_table; DO $$BEGIN RAISE NOTICE '%', 'a secret row'; END$$";
    control.client().batch_execute(sql).await.unwrap();
    control.close().await;
    drop(guard);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("no_such_table") && text.contains("does not exist, skipping"), "{text}");
    assert!(text.contains("side=source") && text.contains("server notice"), "{text}");
    assert!(!text.contains("a secret row"), "{text}");
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

#[test]
fn the_source_is_read_as_the_role_that_was_asked_for() {
    let cluster = Cluster::shared();
    cluster.create_roles(&["acting_reader", "acting \"other\""]);
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(
        "DROP ROLE IF EXISTS acting_user; CREATE ROLE acting_user LOGIN NOINHERIT; GRANT acting_reader TO acting_user;
         CREATE SCHEMA app AUTHORIZATION acting_reader; CREATE TABLE app.t (id int); ALTER TABLE app.t OWNER TO acting_reader;
         INSERT INTO app.t VALUES (7); CREATE SEQUENCE app.s; ALTER SEQUENCE app.s OWNER TO acting_reader",
    );
    let run = |role: &[&str]| {
        let run = Run::snapshot(&source.url_of("acting_user", ""), &target.url()).arg("--log-level=error");
        run.args(role).outcome()
    };
    for (role, words) in [
        (&[][..], r#"detail: for user acting_user: "app.t": no USAGE on its schema and no SELECT"#),
        (&["--role", "acting \"other\""], r#"hint: GRANT "acting ""other""" TO this user, or leave --role out"#),
        (&["--role", "nobody"], "hint: check the name given with --role: there is no such role"),
    ] {
        let failure = run(role).failure();
        assert!(failure.starts_with("exit code: 1\n") && failure.contains(words), "{failure}");
    }
    run(&["--role", "acting_reader"]).expect_done();
    assert_eq!(target.value("SELECT id FROM app.t"), "7");
    // The same for the target, by its connection string.
    let target = cluster.database();
    cluster.maintenance().psql(&format!("ALTER DATABASE {} OWNER TO acting_reader", target.name));
    let url = format!("{}&options=-c%20role%3Dacting_reader", target.url_of("acting_user", ""));
    Run::snapshot(&source.url(), &url).arg("--no-owner").outcome().expect_done();
    assert_eq!(target.value("SELECT relowner::regrole FROM pg_class WHERE relname = 't'"), "acting_reader");
    drop(target);
    drop(source);
    cluster.maintenance().psql("REVOKE acting_reader FROM acting_user; DROP ROLE acting_user");
}
