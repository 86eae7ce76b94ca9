//! Connections that swallow what is sent, and servers that take their time.

use std::time::{Duration, Instant};

use super::{Random, SHOP, Trio, proxy, seeds};
use crate::support::cluster::Cluster;
use crate::support::proxy::{Network, Way};

const ROWS: &str =
    "CREATE TABLE t (x int, y text); INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 8000) AS n";

/// A network whose connections deliver nothing more after so many bytes, but for those that have less to say.
fn stalling(is_to_server: bool) -> Network {
    let way = Way { stall_after_bytes: Some(100_000), ..Way::default() };
    let (to_server, to_client) = if is_to_server { (way, Way::default()) } else { (Way::default(), way) };
    Network { to_server, to_client, ..Network::default() }
}

#[test]
fn a_copy_that_stands_still_is_begun_again_on_another_connection() {
    for is_source_side in [true, false] {
        let trio = Trio::new(Cluster::shared(), Cluster::shared(), ROWS);
        trio.target.psql("CREATE TABLE t (x int, y text)");
        let bad = proxy(&trio.source, stalling(!is_source_side));
        let good = proxy(&trio.source, Network::default());
        let (there, here) = if is_source_side { (&bad, &good) } else { (&good, &bad) };
        let run = trio.run_between(&trio.source.url_through(there), &trio.target.url_through(here));
        // A chunk of one block fits into what passes; those a connection begins later do not.
        let run = run.args(["--mode", "data", "--chunk-pages", "1", "--jobs", "1"]);
        let run = run.args(["--stall-timeout", "300ms"]).start();
        let outcome = run.outcome();
        assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
        assert!(outcome.stderr.contains("nothing has moved for 300ms, and both servers wait"), "{outcome:?}");
        let digest = "SELECT count(*), count(DISTINCT x), sum(x) FROM t";
        assert_eq!(trio.target.query(digest), trio.source.query(digest));
        let left = "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass";
        trio.target.wait_for(left, "0", Duration::from_secs(10));
    }
}

/// Every connection stands still after so many bytes of one direction: in the login, while the catalog is read, while tables are made,
/// copied or indexed. `PGSLUICE_TEST_STALLS` says how many places are tried.
#[test]
fn nothing_hangs_for_ever_wherever_a_connection_stands_still() {
    let mut trio = Trio::new(Cluster::shared(), Cluster::shared(), SHOP);
    for seed in 0..seeds("PGSLUICE_TEST_STALLS", 8) {
        let mut random = Random(seed);
        let bytes =
            [200, 600, 3_000, 12_000, 50_000, 200_000, 800_000][usize::try_from(random.below(7)).unwrap()] + seed;
        let way = Way { stall_after_bytes: Some(bytes), ..Way::default() };
        let is_to_server = seed % 2 == 0;
        let (to_server, to_client) = if is_to_server { (way, Way::default()) } else { (Way::default(), way) };
        trio.empty();
        let bad = proxy(&trio.source, Network { seed, to_server, to_client, ..Network::default() });
        let good = proxy(&trio.source, Network::default());
        let is_source_side = seed % 4 < 2;
        let (there, here) = if is_source_side { (&bad, &good) } else { (&good, &bad) };
        let run = |there: &crate::support::proxy::Proxy, here: &crate::support::proxy::Proxy| {
            let run = trio.run_between(&trio.source.url_through(there), &trio.target.url_through(here));
            run.args(["--stall-timeout", "500ms", "--no-retries"])
        };
        let begin = Instant::now();
        let outcome = run(there, here).outcome();
        let place = format!("seed {seed}: {bytes} bytes, to the server: {is_to_server}, source: {is_source_side}");
        assert!(begin.elapsed() < Duration::from_secs(100), "{place}: {:?}: {outcome:?}", begin.elapsed());
        eprintln!("{place}: {:?}, {:?}", outcome.exit_code, begin.elapsed());
        bad.heal();
        trio.settle(&outcome, &place, || run(there, here));
    }
}

#[test]
fn a_server_that_waits_for_a_lock_or_works_may_take_as_long_as_it_likes() {
    let trio = Trio::new(Cluster::shared(), Cluster::shared(), ROWS);
    trio.target.psql("CREATE TABLE t (x int, y text)");
    let locked = trio.target.url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use pgsluice::connect::{Conninfo, Endpoint, Environment};
        let conninfo = Conninfo::parse(&locked, &Environment::default()).unwrap();
        let session = Endpoint::new(pgsluice::error::Side::Target, conninfo).unwrap().control().await.unwrap();
        session.client().batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let begin = Instant::now();
        let run = trio.run().args(["--mode", "data", "--stall-timeout", "200ms", "--no-retries"]).start();
        tokio::time::sleep(Duration::from_secs(4)).await;
        session.client().batch_execute("COMMIT").await.unwrap();
        let outcome = tokio::task::spawn_blocking(|| run.outcome()).await.unwrap();
        assert_eq!(outcome.exit_code, Some(0), "{outcome:?}");
        assert!(begin.elapsed() > Duration::from_secs(4));
        assert!(!outcome.stderr.contains("trying again"), "{outcome:?}");
    });
}
