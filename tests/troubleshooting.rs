//! What goes wrong for people, and what they are told: exit code and stderr word for word, what the store says afterwards, and
//! that the target is as it was where nothing had to be changed.

use std::fs;
use std::net::TcpListener;

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

/// A port nobody listens on.
fn dead_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn dead_url() -> String {
    format!("postgres://postgres@127.0.0.1:{}/shop?sslmode=disable", dead_port())
}

/// A copy of one database into another with a store, as a user that logs in on the source and one on the target.
struct Attempt<'a> {
    source: Database<'a>,
    target: Database<'a>,
    store: Database<'a>,
}

impl<'a> Attempt<'a> {
    fn new(source_script: &str) -> Self {
        let cluster: &'a Cluster = Cluster::shared();
        let attempt = Self { source: cluster.database(), target: cluster.database(), store: cluster.database() };
        attempt.source.psql(source_script);
        attempt
    }

    fn run(&self, source_user: &str, target_user: &str) -> Run {
        let (source, target) = (self.source.url_of(source_user, ""), self.target.url_of(target_user, ""));
        Run::snapshot(&source, &target).arg("--store").arg(self.store.url()).arg("--log-level=warn")
    }

    /// Runs it. The target must be as it was before, and the store must say what went wrong.
    fn fails(&self, run: Run) -> Outcome {
        let before = oracle::dump(&self.target, &["--schema-only"]).lines().filter(is_stable).collect::<String>();
        let outcome = run.outcome();
        let after = oracle::dump(&self.target, &["--schema-only"]).lines().filter(is_stable).collect::<String>();
        assert_eq!(before, after, "the target was changed");
        self.store_says_it_failed(&outcome);
        outcome
    }

    fn store_says_it_failed(&self, outcome: &Outcome) {
        let rows = self.store.query("SELECT status, errors FROM pgstream.snapshot_requests");
        assert_eq!(rows.len(), 1, "{rows:?}");
        let (status, errors) = (&rows[0][0], &rows[0][1]);
        let message = outcome.stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
        assert_eq!(status, "requested");
        assert!(!message.is_empty() && errors.contains(&message.replace('"', "\\\"")), "{errors}\n{}", outcome.stderr);
    }
}

/// `pg_dump` puts a new random word into two lines of every dump.
fn is_stable(line: &&str) -> bool {
    !line.starts_with("\\restrict ") && !line.starts_with("\\unrestrict ")
}

/// A role of the shared cluster that may log in, by a name no other test uses.
fn login(name: &str, attributes: &str) {
    Cluster::shared().create_roles(&[name]);
    Cluster::shared().maintenance().psql(&format!("ALTER ROLE {name} LOGIN {attributes}"));
}

#[test]
fn connection_refused_by_the_source() {
    let attempt = Attempt::new("");
    let run = Run::snapshot(&dead_url(), &attempt.target.url()).arg("--store").arg(attempt.store.url());
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not connect to the source at postgres@127.0.0.1:PORT/shop
    detail: Connection refused (os error 111)
    hint: check that the server is running and accepts connections on that host and port (listen_addresses, port)
    "#);
}

#[test]
fn connection_refused_by_the_target() {
    let attempt = Attempt::new("CREATE TABLE t (a int)");
    let run = Run::snapshot(&attempt.source.url(), &dead_url()).arg("--store").arg(attempt.store.url());
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not connect to the target at postgres@127.0.0.1:PORT/shop
    detail: Connection refused (os error 111)
    hint: check that the server is running and accepts connections on that host and port (listen_addresses, port)
    "#);
}

#[test]
fn connection_refused_by_the_store() {
    let attempt = Attempt::new("CREATE TABLE t (a int)");
    let run = Run::snapshot(&attempt.source.url(), &attempt.target.url()).arg("--store").arg(dead_url());
    insta::assert_snapshot!(run.outcome().failure(), @r#"
    exit code: 1
    error: could not connect to the store at postgres@127.0.0.1:PORT/shop
    detail: Connection refused (os error 111)
    hint: check that the server is running and accepts connections on that host and port (listen_addresses, port)
    "#);
    assert_eq!(attempt.target.value("SELECT to_regclass('t')"), "\\N");
}

#[test]
fn invalid_configuration() {
    let directory = std::env::temp_dir().join(format!("pgsluice-troubleshooting-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let shown = |text: &str| {
        fs::write(directory.join("snapshot.env"), text).unwrap();
        Run::new(["run", "-c", "snapshot.env"]).directory(&directory).outcome().failure()
    };
    insta::assert_snapshot!(shown("PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URI=postgres://h\n"), @r#"
    exit code: 2
    error: PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URI (snapshot.env:1) is not a setting
    hint: did you mean PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL?
    "#);
    insta::assert_snapshot!(shown("PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL=postgres://h\n"), @r#"
    exit code: 2
    error: no target given
    hint: give --target URL, or set PGSLUICE_TARGET or PGSTREAM_POSTGRES_WRITER_TARGET_URL
    "#);
    let both = "PGSLUICE_SOURCE=postgres://h\nPGSLUICE_TARGET=postgres://h\n";
    insta::assert_snapshot!(shown(&format!("{both}PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS=many\n")), @r#"
    exit code: 2
    error: PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS (snapshot.env:3) needs a whole number from 1 to 10000
    "#);
    insta::assert_snapshot!(shown("PGSLUICE_SOURCE=postgres://h:port\nPGSLUICE_TARGET=postgres://h\n"), @r#"
    exit code: 2
    error: could not use the connection string of the source
    detail: the connection string has a port that is not a number from 1 to 65535
    hint: the port follows the host, as in host:5432; in a URI, special characters of user and password are percent-encoded (@ is %40, / is %2F, : is %3A); in keyword=value form, values with spaces are quoted: password='two words'
    "#);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn the_user_does_not_exist() {
    let attempt = Attempt::new("");
    let run = attempt.run("trouble_nobody", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not connect to the source at trouble_nobody@127.0.0.1:PORT/test_N
    detail: FATAL 28000: role "trouble_nobody" does not exist
    hint: check that the role exists and may log in
    "#);
}

#[test]
fn permission_denied_to_one_table_of_many() {
    login("trouble_reader", "");
    let attempt = Attempt::new(
        "CREATE TABLE a (a int); CREATE TABLE m (a int); CREATE TABLE z (a int);
         GRANT SELECT ON a, z TO trouble_reader",
    );
    let run = attempt.run("trouble_reader", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not read table "public.m" on the source
    detail: for user trouble_reader: "public.m": no SELECT
    hint: on the source: GRANT SELECT ON "public"."m" TO "trouble_reader"; or leave the tables out with --exclude-tables
    "#);
    let run = attempt.run("trouble_reader", "postgres").args(["--exclude-tables", "m"]);
    run.outcome().expect_done();
}

#[test]
fn permission_denied_to_a_schema() {
    login("trouble_outsider", "");
    let attempt = Attempt::new("CREATE SCHEMA s; CREATE TABLE s.t (a int); GRANT SELECT ON s.t TO trouble_outsider");
    let run = attempt.run("trouble_outsider", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not read table "s.t" on the source
    detail: for user trouble_outsider: "s.t": no USAGE on its schema
    hint: on the source: GRANT USAGE ON SCHEMA "s" TO "trouble_outsider"; or leave the tables out with --exclude-tables
    "#);
}

#[test]
fn permission_denied_to_a_sequence() {
    login("trouble_no_sequence", "");
    let attempt = Attempt::new(
        "CREATE TABLE t (a serial); INSERT INTO t DEFAULT VALUES; GRANT SELECT ON t TO trouble_no_sequence",
    );
    let run = attempt.run("trouble_no_sequence", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not read sequence "public.t_a_seq" on the source
    detail: ERROR 42501: permission denied for sequence t_a_seq
    hint: on the source: GRANT SELECT ON SEQUENCE "public"."t_a_seq" to the user
    "#);
}

#[test]
fn row_security_hides_rows_from_the_user() {
    login("trouble_tenant", "");
    let attempt = Attempt::new(
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); GRANT SELECT ON t TO trouble_tenant;
         ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (a > 1)",
    );
    let run = attempt.run("trouble_tenant", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not read table "public.t" on the source
    detail: for user trouble_tenant: "public.t": row-level security hides rows
    hint: on the source: ALTER ROLE "trouble_tenant" BYPASSRLS; or leave the tables out with --exclude-tables
    "#);
}

#[test]
fn permission_denied_to_create_in_the_schema() {
    login("trouble_writer", "");
    let attempt = Attempt::new("CREATE TABLE t (a int)");
    attempt.target.psql("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let run = attempt.run("postgres", "trouble_writer");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not create table "public.t" on the target
    detail: ERROR 42501: permission denied for schema public; statement: CREATE TABLE "public"."t" (
            "a" integer
        )
    hint: the target's user may not do this; connect as a superuser or as the owner of the database; tables or sequences need it, and their rows and values are never left out
    "#);
}

#[test]
fn snapshot_failed_for_lack_of_connections() {
    login("trouble_single", "CONNECTION LIMIT 1");
    let attempt = Attempt::new("CREATE TABLE t (a int); GRANT SELECT ON t TO trouble_single");
    let run = attempt.run("trouble_single", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not connect to the source at trouble_single@127.0.0.1:PORT/test_N
    detail: FATAL 53300: too many connections for role "trouble_single"
    hint: no connection is left for this user; use fewer jobs, or raise the limit (max_connections, or that of role or database)
    "#);
}

#[test]
fn snapshot_failed_for_lack_of_the_right() {
    login("trouble_no_export", "");
    let attempt = Attempt::new(
        "CREATE TABLE t (a int); GRANT SELECT ON t TO trouble_no_export;
         REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC",
    );
    let run = attempt.run("trouble_no_export", "postgres");
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not export a snapshot on the source
    detail: ERROR 42501: permission denied for function pg_export_snapshot
    hint: connect as a user that may do this, such as the owner of the database
    "#);
}

#[test]
fn missing_table() {
    let attempt = Attempt::new("CREATE TABLE \"Customers\" (a int)");
    let run = attempt.run("postgres", "postgres").args(["--tables", "Customers"]);
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: the pattern Customers matches no table of the source
    hint: names are folded to lower case unless they are in double quotes: '"public"."Customers"'
    "#);
    let run = attempt.run("postgres", "postgres").args(["--tables", "\"Customers\""]);
    run.outcome().expect_done();
}

#[test]
fn missing_database() {
    let attempt = Attempt::new("");
    let url = attempt.source.url().replace(&attempt.source.name, "no_such_database");
    let run = Run::snapshot(&url, &attempt.target.url()).arg("--store").arg(attempt.store.url());
    insta::assert_snapshot!(attempt.fails(run).failure(), @r#"
    exit code: 1
    error: could not connect to the source at postgres@127.0.0.1:PORT/no_such_database
    detail: FATAL 3D000: database "no_such_database" does not exist
    hint: name an existing database, or create it: CREATE DATABASE "no_such_database"; with none named, the user's name is the database
    "#);
}
