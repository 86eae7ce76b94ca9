//! Somebody between pgsluice and the server: a pooler in transaction mode, a load balancer.

use std::fs;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{SHOP, bare_cluster, check_urls, only, pair};
use crate::support::cluster::Cluster;
use crate::support::run::Run;

/// A `PgBouncer` of the test's own.
struct Pooler {
    port: u16,
    process: Child,
}

impl Pooler {
    /// None where there is no `PgBouncer` on this machine.
    fn start(cluster: &Cluster, mode: &str) -> Option<Self> {
        let program =
            ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().find(|path| Path::new(path).exists())?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let directory = PathBuf::from(format!("/tmp/pgsluice-pooler-{port}"));
        fs::create_dir_all(&directory).unwrap();
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).unwrap();
        let file = directory.join("pgbouncer.ini");
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\nignore_startup_parameters = options\n",
            cluster.port
        );
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(program);
        let id = Command::new("id").arg("-u").output().unwrap();
        if id.stdout.starts_with(b"0\n") {
            command.args(["-u", "nobody"]);
        }
        let process = command.arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self { port, process };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "PgBouncer does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Some(pooler)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres:postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(format!("/tmp/pgsluice-pooler-{}", self.port));
    }
}

#[test]
fn a_pooler_that_changes_processes_between_transactions_is_found_and_refused() {
    let (source, target) = pair(SHOP);
    let (Some(by_transaction), Some(by_session)) =
        (Pooler::start(source.cluster, "transaction"), Pooler::start(source.cluster, "session"))
    else {
        eprintln!("skipped: there is no pgbouncer on this machine");
        return;
    };
    let pooled = check_urls(&by_transaction.url(&source.name), &by_transaction.url(&target.name), &[]);
    insta::assert_snapshot!(only(&pooled, "error"));
    assert_eq!(pooled.exit_code, Some(1));
    for (source, target) in
        [(by_transaction.url(&source.name), target.url()), (source.url(), by_transaction.url(&target.name))]
    {
        let failure = Run::snapshot(&source, &target).outcome().failure();
        assert!(failure.contains("is given another process for every transaction"), "{failure}");
    }
    assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE relname = 'item'"), "0");
    // What pools sessions changes nothing.
    let (from, to) = (by_session.url(&source.name), by_session.url(&target.name));
    assert_eq!(check_urls(&from, &to, &["--jobs=2"]).exit_code, Some(0));
    Run::snapshot(&from, &to).arg("--jobs=2").outcome().expect_done();
}

/// The pooler tells every session of a process that the server does not know.
#[test]
fn what_a_server_works_at_behind_a_pooler_of_sessions_may_take_as_long_as_it_likes() {
    let (source, target) = pair(
        "CREATE TABLE t (x int); INSERT INTO t VALUES (1);
         CREATE FUNCTION slow(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
             'BEGIN PERFORM pg_sleep(4); RETURN x; END';
         CREATE INDEX t_slow ON t (slow(x))",
    );
    let Some(pooler) = Pooler::start(source.cluster, "session") else {
        eprintln!("skipped: there is no pgbouncer on this machine");
        return;
    };
    let run = Run::snapshot(&source.url(), &pooler.url(&target.name)).args(["--jobs=2", "--stall-timeout=300ms"]);
    let outcome = run.arg("--no-retries").outcome().expect_done();
    assert!(!outcome.stderr.contains("no answer"), "{outcome:?}");
}

/// Forwards connections to several ports of 127.0.0.1 in turn. Lives as long as the test process.
fn balance(ports: [u16; 2]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for (client, port) in listener.incoming().flatten().zip(ports.into_iter().cycle()) {
            let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
            let forward = |mut from: TcpStream, mut to: TcpStream| {
                thread::spawn(move || {
                    let _ = io::copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                })
            };
            forward(client.try_clone().unwrap(), server.try_clone().unwrap());
            forward(server, client);
        }
    });
    port
}

#[test]
fn sessions_that_land_on_different_servers_are_found_and_refused() {
    let (source, target) = pair(SHOP);
    let port = balance([Cluster::shared().port, bare_cluster().port]);
    let balanced = format!("postgres://postgres:postgres@127.0.0.1:{port}/postgres?sslmode=disable");
    insta::assert_snapshot!(only(&check_urls(&balanced, &target.url(), &[]), "error"));
    for (source, target) in [(balanced.clone(), target.url()), (source.url(), balanced)] {
        let failure = Run::snapshot(&source, &target).outcome().failure();
        assert!(failure.contains("land on different servers"), "{failure}");
    }
}
