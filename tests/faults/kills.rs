//! Backends that are ended at random on either server.

use std::thread::sleep;
use std::time::Duration;

use super::{Random, SHOP, Trio, seeds};
use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// Ends one of a database's sessions, if there is any.
fn kill(database: &Database<'_>, random: &mut Random) -> bool {
    let ours = "datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'pgsluice'";
    let pids = database.query(&format!("SELECT pid FROM pg_stat_activity WHERE {ours} ORDER BY pid"));
    if pids.is_empty() {
        return false;
    }
    let chosen = usize::try_from(random.below(pids.len() as u64)).unwrap();
    database.value(&format!("SELECT pg_terminate_backend({})", pids[chosen][0])) == "t"
}

/// `PGSLUICE_TEST_BACKEND_KILLS` says how many runs lose backends.
#[test]
fn runs_that_lose_backends_at_random_tell_the_truth() {
    let cluster = Cluster::shared();
    let mut trio = Trio::new(cluster, cluster, SHOP);
    let (mut survived, mut killed) = (0, 0);
    let count = seeds("PGSLUICE_TEST_BACKEND_KILLS", 24);
    for seed in 0..count {
        let mut random = Random(seed);
        trio.empty();
        let run = trio.run().start();
        for _ in 0..=random.below(3) {
            sleep(Duration::from_millis(random.below(400)));
            let side = if random.below(2) == 0 { &trio.source } else { &trio.target };
            killed += u64::from(kill(side, &mut random));
        }
        let outcome = run.outcome();
        survived += u64::from(outcome.exit_code == Some(0));
        trio.settle(&outcome, &format!("seed {seed}"), || trio.run());
    }
    eprintln!("{killed} backends ended: {survived} of {count} runs survived");
    assert!(killed > count / 2, "{killed} backends were ended");
}

#[test]
fn the_session_that_holds_the_snapshot_may_be_lost() {
    let cluster = Cluster::shared();
    let trio = Trio::new(
        cluster,
        cluster,
        "CREATE TABLE t (x int, y text);
        INSERT INTO t SELECT n, repeat('x', 100) FROM generate_series(1, 200000) AS n",
    );
    // Slow enough to be met at work.
    trio.target.psql(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                          'BEGIN IF new.x % 2000 = 0 THEN PERFORM pg_sleep(0.02); END IF; RETURN new; END';
                      CREATE TABLE t (x int, y text);
                      CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()",
    );
    let run = trio.run().args(["--mode", "data"]).start();
    trio.target.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%COPY%' AND state = 'active' AND pid <> pg_backend_pid()", "t", Duration::from_secs(20));
    let leader = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                  AND state LIKE 'idle%' AND application_name = 'pgsluice' ORDER BY backend_start LIMIT 1";
    trio.source.psql(leader);
    // Workers that lose their sessions have to find the snapshot under its new name.
    sleep(Duration::from_millis(100));
    trio.source.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%COPY%TO STDOUT%' AND pid <> pg_backend_pid()");
    let outcome = run.outcome();
    assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains("the session that held the source's snapshot was lost"), "{outcome:?}");
    assert!(outcome.stdout.contains("tried more than once, each of them there once"), "{outcome:?}");
    let digest = "SELECT count(*), sum(x) FROM t";
    assert_eq!(trio.target.query(digest), trio.source.query(digest));
}
