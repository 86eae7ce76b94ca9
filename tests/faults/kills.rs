//! Backends that are ended at random on either server.

use std::thread::sleep;
use std::time::Duration;

use super::{AT_ONCE, Random, SHOP, Trio, at_every_seed, survived};
use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// How many sessions runs have in a database.
const OURS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'pgsluice'";

/// Ends one of a database's sessions, if there is any.
fn kill(database: &Database<'_>, random: &mut Random) -> bool {
    let pids = database.query(&OURS.replace("count(*)", "pid"));
    if pids.is_empty() {
        return false;
    }
    let chosen = usize::try_from(random.below(pids.len() as u64)).unwrap();
    database.value(&format!("SELECT pg_terminate_backend({})", pids[chosen][0])) == "t"
}

#[test]
fn runs_that_lose_backends_at_random_tell_the_truth() {
    let cluster = Cluster::shared();
    let outcomes = at_every_seed(32, AT_ONCE, (cluster, cluster), SHOP, |trio, seed| {
        let (mut random, mut killed) = (Random(seed), 0);
        let run = trio.run().start();
        for _ in 0..=random.below(3) {
            sleep(Duration::from_millis(random.below(400)));
            let side = if random.below(2) == 0 { &trio.source } else { &trio.target };
            killed += u64::from(kill(side, &mut random));
        }
        let outcome = run.outcome();
        trio.settle(&outcome, &format!("seed {seed}, {killed} backends ended"), || trio.run());
        (killed, outcome)
    });
    let (killed, hit): (Vec<_>, Vec<_>) = outcomes.into_iter().filter(|(killed, _)| *killed > 0).unzip();
    eprintln!("{} backends ended: {} of {} runs survived", killed.iter().sum::<u64>(), survived(&hit), hit.len());
    assert!(!hit.is_empty(), "no backend was ended");
}

/// The run is killed once or twice, wherever it is then, and leaves sessions that nobody has told to end.
#[test]
fn runs_that_are_killed_at_random_are_made_whole_by_the_next() {
    let cluster = Cluster::shared();
    let killed = at_every_seed(32, AT_ONCE, (cluster, cluster), SHOP, |trio, seed| {
        let (mut random, mut killed) = (Random(seed), 0);
        for _ in 0..=random.below(2) {
            let run = trio.run().start();
            sleep(Duration::from_millis(random.below(1200)));
            run.signal("KILL");
            let outcome = run.outcome();
            match outcome.exit_code {
                None => killed += 1,
                Some(0) => break,
                Some(_) => panic!("seed {seed}: {outcome:?}"),
            }
        }
        let last = trio.run().outcome();
        trio.settle(&last, &format!("seed {seed}, killed {killed} times"), || panic!("seed {seed}: {last:?}"));
        for side in [&trio.source, &trio.target] {
            side.wait_for(OURS, "0", Duration::from_secs(10));
        }
        killed
    });
    let killed: u64 = killed.into_iter().sum();
    eprintln!("{killed} runs killed, every copy whole after the next");
    assert!(killed > 0, "no run was killed");
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
