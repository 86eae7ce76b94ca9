//! One fault at a time, with what is said about it.

use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::Run;

use super::{SHOP, Trio};

#[test]
fn a_limit_of_time_on_the_role_does_not_end_a_copy() {
    let cluster = Cluster::shared();
    let trio = Trio::new(cluster, cluster, "CREATE TABLE t (x int); INSERT INTO t VALUES (1);
        CREATE FUNCTION slow(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep(0.5); RETURN x; END';
        CREATE INDEX ON t (slow(x))");
    for database in [&trio.source, &trio.target] {
        database.psql(&format!("ALTER ROLE postgres IN DATABASE {} SET statement_timeout = '100ms'", database.name));
    }
    trio.run().outcome().expect_done();
}

#[test]
fn a_target_with_few_connections_is_filled_by_fewer_workers() {
    let options = Options {
        settings: vec![("max_connections".into(), "8".into()), ("superuser_reserved_connections".into(), "0".into())],
        ..Options::default()
    };
    let target = Cluster::start(Installation::newest(), &options);
    let trio = Trio::new(Cluster::shared(), &target, SHOP);
    trio.run().args(["--jobs", "12", "--index-jobs", "12"]).outcome().expect_done();
    oracle::assert_same(&trio.source, &trio.target);
}

#[test]
fn a_source_with_room_for_one_worker_gives_its_spare_session_up() {
    let cluster = Cluster::shared();
    let trio = Trio::new(cluster, cluster, "CREATE TABLE t (x int); INSERT INTO t SELECT generate_series(1, 20000)");
    let role = format!("reader_{}", trio.source.name);
    // The snapshot's two sessions, the locks', the observer, and none for a worker.
    trio.source.psql(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 4; GRANT SELECT ON t TO {role}"));
    let outcome = trio.run_between(&trio.source.url_of(&role, ""), &trio.target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains("only one session holds the source's snapshot"), "{outcome:?}");
    assert_eq!(trio.target.value("SELECT count(*) FROM t"), "20000");
    trio.target.psql(&format!("DROP OWNED BY {role}"));
    trio.source.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn what_cannot_heal_is_not_tried_again() {
    let cluster = Cluster::shared();
    let trio = Trio::new(cluster, cluster, "CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
    trio.target.psql("CREATE TABLE t (x int CHECK (x > 1))");
    let outcome = trio.run().args(["--mode", "data"]).outcome();
    assert_eq!(outcome.exit_code, Some(1));
    assert!(outcome.stderr.contains("ERROR 23514"), "{outcome:?}");
    assert!(!outcome.stderr.contains("trying again") && !outcome.stderr.contains("tried"), "{outcome:?}");
}

#[test]
fn a_standby_is_refused_as_the_target_before_anything_is_read() {
    let standby = Cluster::start(
        Installation::newest(),
        &Options { files: vec![("standby.signal".to_owned(), String::new())], ..Options::default() },
    );
    let source = Cluster::shared().database();
    source.psql("CREATE TABLE t (x int)");
    let run =
        Run::snapshot(&source.url(), &standby.maintenance().url()).args(["--no-progress", "--log-level", "error"]);
    insta::assert_snapshot!(run.outcome().failure(), @r"
    exit code: 1
    error: the target is a standby, which cannot be written
    hint: name the primary, with target_session_attrs=primary where several hosts are given
    ");
}

#[test]
fn a_ledger_that_a_killed_run_left_is_in_nobodys_way() {
    let cluster = Cluster::shared();
    let trio = Trio::new(cluster, cluster, "CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
    trio.target.psql("CREATE SCHEMA pgsluice;
        CREATE TABLE pgsluice.run_ledger (run int8 NOT NULL, relation oid NOT NULL, part text NOT NULL, rows int8 NOT NULL,
                                          CONSTRAINT run_ledger_key PRIMARY KEY (run, relation, part));
        INSERT INTO pgsluice.run_ledger VALUES (4711, 0, 'run', 1), (4711, 99, 'whole', 7)");
    trio.run().outcome().expect_done();
    oracle::assert_same(&trio.source, &trio.target);
}

#[test]
fn a_user_who_may_not_make_a_ledger_still_copies_rows() {
    let cluster = Cluster::shared();
    let trio = Trio::new(cluster, cluster, "CREATE TABLE t (x int); INSERT INTO t SELECT generate_series(1, 20000)");
    let role = format!("writer_{}", trio.target.name);
    trio.target.psql(&format!("CREATE TABLE t (x int); CREATE ROLE {role} LOGIN; GRANT INSERT, SELECT ON t TO {role}"));
    let target = trio.target.url_of(&role, "");
    let outcome = trio.run_between(&trio.source.url(), &target).args(["--mode", "data"]).outcome();
    assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains("no ledger can be kept"), "{outcome:?}");
    assert_eq!(trio.target.value("SELECT count(*) FROM t"), "20000");
    trio.target.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
