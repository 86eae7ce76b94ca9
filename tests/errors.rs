//! Everything that can be wrong with what the user typed, and what it says: exit code and stderr, word for word. A password is in
//! every one of the connection strings, and in none of the answers.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;

use crate::support::run::{Outcome, Run};

const PASSWORD: &str = "hunter2";

/// A directory of its own, gone in the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pgsluice-errors-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One line of what was typed, and all of what came back.
fn shown(what: &str, run: Run, directory: &Path) -> String {
    let Outcome { exit_code, stdout, stderr } = run.outcome();
    assert!(!stderr.contains(PASSWORD) && stdout.is_empty(), "{what}: {stdout}{stderr}");
    let words = stderr.replace(directory.to_str().unwrap(), "DIRECTORY");
    format!("$ {what}\nexit code: {}\n{words}\n", exit_code.unwrap())
}

fn schema(source: &str) -> Run {
    Run::new(["schema", "--source", source])
}

#[test]
fn connection_strings_that_cannot_be_read() {
    let directory = Directory::new("strings");
    let strings = [
        "postgres://u:hunter2@h/d?sslmod=disable",
        "postgres://u:hunter2@h/d?hunter2&x",
        "host=h password=hunter2 replication=true",
        "host=h password=hunter2 sslmode=always",
        "host=h password=hunter2 port=99999",
        "host=a,b,c port=1,2 password=hunter2",
        "host=h hostaddr=127.0.0.1,127.0.0.2 password=hunter2",
        "host=h password='hunter2",
        "host=h password=hunter2 nonsense",
        "postgres://u:hunter2@[::1/d",
        "postgres://u:hunter2%ZZ@h/d",
        "mysql://u:hunter2@h/d",
        "host=h password=hunter2 sslmode=disable sslnegotiation=direct",
        "host=h password=hunter2 gssencmode=require",
        "host=h password=hunter2 sslmode=prefer sslrootcert=system",
        "host=h password=hunter2 connect_timeout=soon",
        "host=h password=hunter2 min_protocol_version=3.2 max_protocol_version=3.0",
    ];
    let all: String = strings
        .into_iter()
        .map(|string| shown(&string.replace(PASSWORD, "***"), schema(string).env("PGUSER", "u"), &directory.0))
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn services_and_files_of_connections_that_cannot_be_used() {
    let directory = Directory::new("files");
    let services = directory.file("services", "[good]\nhost=h\n[bad]\nhost h\n");
    let nested = directory.file("nested", "[loop]\nservice=other\n");
    let key = directory.file("not.key", "no key at all");
    let certificate = directory.file("not.crt", "no certificate at all");
    let missing = directory.0.join("missing");
    let with = |string: &str, file: &str| {
        schema(string).env("PGSERVICEFILE", file).env("PGSYSCONFDIR", "/nonexistent").env("PGUSER", "u")
    };
    let tls = |more: String| schema(&format!("host=127.0.0.1 port=1 user=u password=hunter2 sslmode=require {more}"));
    let all = [
        ("an unknown service", with("service=no", &services)),
        ("a line without =", with("service=bad", &services)),
        ("a service in a service", with("service=loop", &nested)),
        ("a service file that is not there", with("service=good", missing.to_str().unwrap())),
        ("a root certificate that is none", tls(format!("sslrootcert={certificate}"))),
        ("a root certificate that is not there", tls(format!("sslrootcert={}", missing.display()))),
        ("a client certificate that is none", tls(format!("sslcert={certificate} sslkey={key}"))),
    ]
    .map(|(what, run)| shown(what, run, &directory.0))
    .concat();
    insta::assert_snapshot!(all);
}

#[test]
fn patterns_and_settings_that_cannot_be_read() {
    let directory = Directory::new("settings");
    let copy = || Run::snapshot("postgres://u:hunter2@h/d", "postgres://u:hunter2@h/e");
    let flags: [&[&str]; 22] = [
        &["--tables", "a.b.c"],
        &["--tables", "."],
        &["--tables", "\"open"],
        &["--tables", "\"\""],
        &["--where", "orders"],
        &["--where", "orders="],
        &["--jobs", "0"],
        &["--jobs", "-1"],
        &["--chunk-bytes", "1 parsec"],
        &["--mode", "half"],
        &["--copy-format", "csv"],
        &["--roles", "some"],
        &["--on-conflict", "ignore"],
        &["--on-row-error", "reject"],
        &["--rejects-max", "many"],
        &["--allow-omissions", "everything"],
        &["--session-setting", "work_mem"],
        &["--maintenance-work-mem", "lots"],
        &["--stall-timeout", "5 moons"],
        &["--retry-delay", "soon"],
        &["--log-level", "loud"],
        &["--log-format", "xml"],
    ];
    let mut all: String =
        flags.into_iter().map(|words| shown(&words.join(" "), copy().args(words), &directory.0)).collect();
    for (what, text) in [
        ("a line without =", "PGSLUICE_JOBS"),
        ("a name that is none", "1X=2"),
        ("an open quote", "PGSLUICE_TARGET=\"hunter2"),
        ("an unknown setting", "PGSLUICE_JOB=4"),
        ("a value that is none", "PGSLUICE_JOBS=four"),
    ] {
        let path = directory.file("a.env", text);
        all.push_str(&shown(what, copy().args(["-c", &path]), &directory.0));
    }
    let missing = directory.0.join("missing.env");
    all.push_str(&shown("a file that is not there", copy().arg("-c").arg(missing), &directory.0));
    for words in
        [&["snapshot", "--job", "4"][..], &["snapsho"], &["verify", "--ddl"], &["completions", "tcsh"], &["status"]]
    {
        all.push_str(&shown(&words.join(" "), Run::new(words), &directory.0));
    }
    insta::assert_snapshot!(all);
}

/// Answers the first bytes of one connection after the other with `answer`, and closes it.
fn server(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(answer);
        }
    });
    port
}

#[test]
fn what_is_no_server_of_ours() {
    let directory = Directory::new("servers");
    let mut all = String::new();
    for (what, answer, more) in [
        ("closes the connection when asked for TLS", &b""[..], "sslmode=require"),
        ("does not offer TLS", b"N", "sslmode=require"),
        ("says neither yes nor no to TLS", b"?", "sslmode=require"),
        ("talks before TLS", b"Smore", "sslmode=require"),
        ("is no TLS", b"S", "sslmode=require"),
        ("closes the connection during the login", b"", "sslmode=disable"),
        ("is no PostgreSQL", b"HTTP/1.0 400 Bad Request\r\n\r\n", "sslmode=disable"),
        ("breaks off in the middle of a message", b"R\0\0\0\x08\0", "sslmode=disable"),
        ("wants Kerberos", b"R\0\0\0\x08\0\0\0\x07", "sslmode=disable"),
        ("does not know direct TLS", b"E", "sslmode=require sslnegotiation=direct"),
    ] {
        let port = server(answer);
        let source = format!("host=127.0.0.1 port={port} user=u password=hunter2 dbname=d connect_timeout=5 {more}");
        let words = shown(what, schema(&source), &directory.0);
        all.push_str(&words.replace(&port.to_string(), "PORT"));
    }
    insta::assert_snapshot!(all);
}
