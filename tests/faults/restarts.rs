//! Servers that crash and start again in mid-run.

use std::thread::sleep;
use std::time::Duration;

use super::{Random, SHOP, Trio, at_every_seed, survived};
use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::oracle;

/// Rows that take the target a while, and tables that are there before.
pub(super) const SLOW: &str = "
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF new.x % 2000 = 0 THEN PERFORM pg_sleep(0.02); END IF; RETURN new; END';
    CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()";

pub(super) const ROWS: &str =
    "CREATE TABLE t (x int, y text); CREATE TABLE u (x int); INSERT INTO u SELECT generate_series(1, 500);
    INSERT INTO t SELECT n, repeat('x', 100) FROM generate_series(1, 200000) AS n";

pub(super) const COPYING: &str = "SELECT count(*) > 0 FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE '%COPY%' AND state = 'active' AND pid <> pg_backend_pid()";

fn own() -> Cluster {
    Cluster::start(Installation::newest(), &Options::default())
}

#[test]
fn a_target_that_is_restarted_in_mid_copy_gets_every_row_once() {
    let target = own();
    let trio = Trio::new(Cluster::shared(), &target, ROWS);
    trio.target.psql(&format!("CREATE TABLE t (x int, y text); CREATE TABLE u (x int); {SLOW}"));
    let run = trio.run().args(["--mode", "data"]).start();
    trio.target.wait_for(COPYING, "t", Duration::from_secs(20));
    sleep(Duration::from_millis(200));
    target.crash_and_restart();
    let outcome = run.outcome();
    assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("tried more than once, each of them there once"), "{outcome:?}");
    for table in ["t", "u"] {
        let digest = format!("SELECT count(*), count(DISTINCT x), sum(x) FROM {table}");
        assert_eq!(trio.target.query(&digest), trio.source.query(&digest), "{table}");
    }
    assert_eq!(trio.target.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsluice'"), "0");
}

#[test]
fn runs_whose_target_crashes_anywhere_tell_the_truth() {
    let target = own();
    let outcomes = at_every_seed(8, 1, (Cluster::shared(), &target), SHOP, |trio, seed| {
        let run = trio.run().start();
        sleep(Duration::from_millis(Random(seed).below(800)));
        target.crash_and_restart();
        let outcome = run.outcome();
        trio.settle(&outcome, &format!("seed {seed}"), || trio.run());
        outcome
    });
    eprintln!("the target crashed: {} of {} runs survived", survived(&outcomes), outcomes.len());
}

#[test]
fn a_source_that_is_restarted_ends_the_run_by_name_and_the_next_one_goes_on() {
    let source = own();
    let trio = Trio::new(&source, Cluster::shared(), ROWS);
    trio.target.psql(&format!("CREATE TABLE t (x int, y text); CREATE TABLE u (x int); {SLOW}"));
    let run = || trio.run().args(["--mode", "data"]);
    let first = run().start();
    trio.target.wait_for(COPYING, "t", Duration::from_secs(20));
    source.crash_and_restart();
    let outcome = first.outcome();
    assert_eq!(outcome.exit_code, Some(1), "{outcome:?}");
    let error = "error: the source's snapshot is lost: every session that held it has ended";
    assert!(outcome.stderr.contains(error), "{outcome:?}");
    assert!(outcome.stderr.contains("hint: the source was stopped or restarted"), "{outcome:?}");
    assert_eq!(trio.store.value("SELECT status FROM pgstream.snapshot_requests"), "requested");
    trio.target.psql("DROP TRIGGER slow ON t");
    run().outcome().expect_done();
    let content = |database| {
        oracle::content(database).lines().filter(|line| line.contains("public.")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(content(&trio.source), content(&trio.target));
    assert_eq!(trio.store.value("SELECT status FROM pgstream.snapshot_requests"), "completed");
}
