//! Transactions that the target takes back: serialization failures, deadlocks, connections that are cut while rows are merged or
//! large objects travel. Each is done again, and once.

use std::time::Duration;

use super::{AT_ONCE, Trio, at_every_seed, proxy, survived};
use crate::support::cluster::Cluster;
use crate::support::proxy::{Cut, Network, Way};

const ROWS: &str = "CREATE TABLE t (x int PRIMARY KEY, y text); INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n";

const SAME: &str = "SELECT count(*), count(DISTINCT x), sum(x), md5(string_agg(y, '' ORDER BY x)) FROM t";

/// Refuses every thousandth row, three times in all.
fn refusing(code: &str) -> String {
    format!(
        "CREATE SEQUENCE tries;
         CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF new.x % 1000 = 0 AND nextval('public.tries') <= 3 THEN
                 RAISE EXCEPTION 'not now' USING ERRCODE = '{code}';
             END IF;
             RETURN new;
         END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();"
    )
}

#[test]
fn what_could_not_be_serialized_or_was_a_deadlock_is_done_again() {
    for (code, merging) in [("40001", None), ("40P01", None), ("40001", Some("update")), ("40P01", Some("nothing"))] {
        let trio = Trio::new(Cluster::shared(), Cluster::shared(), ROWS);
        trio.target.psql(&format!("CREATE TABLE t (x int PRIMARY KEY, y text); {}", refusing(code)));
        let run = trio.run().args(["--mode", "data"]);
        let run = merging.into_iter().fold(run, |run, action| run.args(["--on-conflict", action]));
        let outcome = run.outcome();
        assert_eq!(outcome.exit_code, Some(0), "{code} {merging:?}: {outcome:?}");
        assert!(outcome.stderr.contains(code) && outcome.stderr.contains("trying again"), "{outcome:?}");
        assert_eq!(trio.target.value("SELECT last_value > 3 FROM tries"), "t");
        assert_eq!(trio.target.query(SAME), trio.source.query(SAME), "{code} {merging:?}");
    }
}

#[tokio::test]
async fn a_real_deadlock_is_survived() {
    use pgsluice::connect::{Conninfo, Endpoint, Environment};
    let trio = Trio::new(Cluster::shared(), Cluster::shared(), ROWS);
    trio.target.psql(
        "CREATE TABLE t (x int PRIMARY KEY, y text); CREATE TABLE total (n int); INSERT INTO total VALUES (0);
         CREATE FUNCTION add() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN IF new.x = 5000 THEN UPDATE public.total SET n = n + 1; END IF; RETURN new; END';
         CREATE TRIGGER add BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION add()",
    );
    let conninfo = Conninfo::parse(&trio.target.url(), &Environment::default()).unwrap();
    let other = Endpoint::new(pgsluice::error::Side::Target, conninfo).unwrap().control().await.unwrap();
    // The other one never looks for a deadlock, so that it is the run that is ended.
    let hold = "SET deadlock_timeout = '1h'; BEGIN; UPDATE total SET n = n + 1";
    other.client().batch_execute(hold).await.unwrap();
    let run = trio.run().args(["--mode", "data"]).start();
    let waits = "SELECT count(*) > 0 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%COPY%'";
    trio.target.wait_for(waits, "t", Duration::from_secs(20));
    other.client().batch_execute("LOCK TABLE t IN SHARE MODE").await.unwrap();
    other.client().batch_execute("COMMIT").await.unwrap();
    let outcome = tokio::task::spawn_blocking(|| run.outcome()).await.unwrap();
    assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains("40P01: deadlock detected"), "{outcome:?}");
    assert_eq!(trio.target.query(SAME), trio.source.query(SAME));
    assert_eq!(trio.target.value("SELECT n FROM total"), "2", "once by the other one, once by the run");
}

/// Cuts connections within so many bytes towards the server, or from it, but for the first few.
fn cutting(seed: u64, bytes: u64) -> Network {
    let way = Way { cut: Some(Cut::Within(bytes)), ..Way::default() };
    let (to_server, to_client) = if seed.is_multiple_of(2) { (way, Way::default()) } else { (Way::default(), way) };
    Network { seed, uncut: 4 + seed % 3, cut_max: Some(1 + seed % 5), to_server, to_client, ..Network::default() }
}

/// Copies through networks that cut; after the run, or after one more, source and target are the same. Some run meets a cut and ends
/// well.
fn survives(script: &str, there: &str, arguments: &[&str], is_source_side: bool) {
    let cluster = Cluster::shared();
    let outcomes = at_every_seed(12, AT_ONCE, (cluster, cluster), script, |trio, seed| {
        if !there.is_empty() {
            trio.target.psql(there);
        }
        let (bad, good) = (proxy(&trio.source, cutting(seed, 1 << 20)), proxy(&trio.source, Network::default()));
        let (read, write) = if is_source_side { (&bad, &good) } else { (&good, &bad) };
        let urls = (trio.source.url_through(read), trio.target.url_through(write));
        let run = || trio.run_between(&urls.0, &urls.1).args(arguments);
        let outcome = run().outcome();
        let cuts = bad.cuts();
        bad.heal();
        trio.settle(&outcome, &format!("seed {seed}, {cuts} cuts"), run);
        (cuts > 0).then_some(outcome)
    });
    let hit: Vec<_> = outcomes.into_iter().flatten().collect();
    eprintln!("{} of {} runs that met a cut survived", survived(&hit), hit.len());
    assert!(survived(&hit) > 0, "no run met a cut and survived");
}

#[test]
fn merging_survives_cuts_on_either_side() {
    let there = format!("{ROWS}; DELETE FROM t WHERE x % 2 = 0; UPDATE t SET y = 'old' WHERE x % 3 = 0; VACUUM t");
    let arguments = ["--mode", "data", "--on-conflict", "update", "--batch-rows", "500"];
    for is_source_side in [true, false] {
        survives(ROWS, &there, &arguments, is_source_side);
    }
}

#[test]
fn a_loop_of_foreign_keys_survives_cuts_on_either_side() {
    let tables = "CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL, v text); CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE";
    let rows = "BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO a SELECT n, n, md5(n::text) FROM generate_series(1, 10000) AS n;
        INSERT INTO b SELECT n, n FROM generate_series(1, 10000) AS n; COMMIT";
    let script = format!("{tables}; {rows}");
    let half = format!(
        "{script}; BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM b WHERE id % 2 = 0; DELETE FROM a WHERE id % 2 = 0;
         UPDATE a SET v = 'old' WHERE id % 3 = 0; COMMIT"
    );
    for is_source_side in [true, false] {
        survives(&script, tables, &["--mode", "data"], is_source_side);
        survives(&script, &half, &["--mode", "data", "--on-conflict", "update"], is_source_side);
    }
}

#[test]
fn large_objects_survive_cuts_on_either_side() {
    let script =
        "SELECT lo_from_bytea(0, convert_to(repeat(md5(n::text), 4000), 'UTF8')) FROM generate_series(1, 30) AS n";
    for is_source_side in [true, false] {
        survives(script, "", &[], is_source_side);
    }
}
