//! A standby as the source.

use std::thread::sleep;
use std::time::Duration;

use super::{Trio, restarts};
use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::oracle;

/// A primary, and a standby that follows it and lets nobody hold it up for long.
fn pair() -> Option<(Cluster, Cluster)> {
    let primary = Cluster::start(Installation::with_backups()?, &Options::default());
    let connection = format!("host=127.0.0.1 port={} user=postgres", primary.port);
    let standby = primary.standby(&[
        ("primary_conninfo", &connection),
        ("hot_standby_feedback", "off"),
        ("max_standby_streaming_delay", "100ms"),
    ]);
    Some((primary, standby))
}

/// Waits until the standby has what the primary has.
fn catch_up((primary, standby): &(Cluster, Cluster)) {
    // Commits do not wait for the disk, and what is not there is not sent.
    primary.maintenance().psql("CHECKPOINT");
    let now = primary.maintenance().value("SELECT pg_current_wal_flush_lsn()");
    let reached = format!("SELECT coalesce(pg_last_wal_replay_lsn() >= '{now}', false)");
    standby.maintenance().wait_for(&reached, "t", Duration::from_secs(30));
}

#[test]
fn rows_of_unlogged_tables_are_refused_on_a_standby_before_anything_is_made() {
    let Some(pair) = pair() else { return };
    pair.0.maintenance().psql(
        "CREATE TABLE item (id int PRIMARY KEY, name text);
         INSERT INTO item SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n;
         CREATE UNLOGGED TABLE scratch (x int); INSERT INTO scratch VALUES (1);
         SELECT lo_from_bytea(0, 'large')",
    );
    catch_up(&pair);
    let (source, target) = (pair.1.maintenance(), Cluster::shared_of(pair.0.installation).database());
    let run = || crate::support::run::Run::snapshot(&source.url(), &target.url()).args(["--log-level=error"]);
    insta::assert_snapshot!(run().outcome().failure(), @r#"
    exit code: 1
    error: could not read table "public.scratch" on the source
    detail: for user postgres: "public.scratch": it is unlogged, and a standby cannot read it
    hint: copy the definitions of unlogged tables alone with --schema-only-tables, or read the primary
    "#);
    assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE relname = 'item'"), "0");

    run().args(["--schema-only-tables", "scratch", "--verify"]).outcome().expect_done();
    assert_eq!(target.value("SELECT relpersistence FROM pg_class WHERE relname = 'scratch'"), "u");
    pair.0.maintenance().psql("TRUNCATE scratch");
    oracle::assert_same(&pair.0.maintenance(), &target);
}

/// What the primary does meanwhile, which the standby cannot do while a snapshot needs the rows that are gone.
#[test]
fn a_conflict_with_recovery_ends_the_run_by_name_and_the_next_one_is_whole() {
    let Some(pair) = pair() else { return };
    let primary = pair.0.maintenance();
    primary.psql(restarts::ROWS);
    catch_up(&pair);
    let mut trio = Trio::new(&pair.0, Cluster::shared_of(pair.0.installation), "");
    trio.target.psql(&format!("CREATE TABLE t (x int, y text); CREATE TABLE u (x int); {}", restarts::SLOW));
    let source = pair.1.maintenance();
    let run = || trio.run_between(&source.url(), &trio.target.url()).args(["--mode", "data"]);
    let first = run().start();
    trio.target.wait_for(restarts::COPYING, "t", Duration::from_secs(20));
    primary.psql("DELETE FROM t WHERE x <= 1000; VACUUM t");
    sleep(Duration::from_millis(500));
    let outcome = first.outcome();
    let conflicts = "SELECT confl_snapshot > 0 FROM pg_stat_database_conflicts WHERE datname = current_database()";
    assert_eq!(source.value(conflicts), "t", "{outcome:?}");
    assert_eq!(outcome.exit_code, Some(1), "{outcome:?}");
    let said = |words: &str| assert!(outcome.stderr.contains(words), "{words}: {outcome:?}");
    said("FATAL 40001: terminating connection due to conflict with recovery");
    said("error: the source's snapshot is lost: every session that held it has ended");
    said("on a standby by a conflict with recovery");
    assert_eq!(trio.store.value("SELECT status FROM pgstream.snapshot_requests"), "requested");

    trio.target.psql("DROP TRIGGER slow ON t");
    catch_up(&pair);
    run().outcome().expect_done();
    for table in ["t", "u"] {
        let digest = format!("SELECT count(*), count(DISTINCT x), sum(x) FROM {table}");
        assert_eq!(trio.target.query(&digest), primary.query(&digest), "{table}");
    }
    trio.expected.clear();
}
