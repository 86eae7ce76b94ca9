//! Connections that swallow what is sent, and servers that take their time.

use std::time::{Duration, Instant};

use super::{AT_ONCE, SHOP, Trio, at_every_seed, proxy, survived};
use crate::support::cluster::Cluster;
use crate::support::proxy::{Cut, Network, Way};

const ROWS: &str =
    "CREATE TABLE t (x int, y text); INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 8000) AS n";

/// A network whose connections deliver nothing more after so many bytes, but for those that have less to say.
fn stalling(is_to_server: bool) -> Network {
    let way = Way { stall: Some(Cut::After(100_000)), ..Way::default() };
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
        // Who looks after the copy and who looks after the statement see the same.
        let words =
            ["nothing has moved for 300ms, and both servers wait", "no answer came, and the server waits for us"];
        assert!(words.iter().any(|words| outcome.stderr.contains(words)), "{outcome:?}");
        let digest = "SELECT count(*), count(DISTINCT x), sum(x) FROM t";
        assert_eq!(trio.target.query(digest), trio.source.query(digest));
        let left = "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass";
        trio.target.wait_for(left, "0", Duration::from_secs(10));
    }
}

fn stalls_always(seed: u64) -> bool {
    seed % 12 == 11
}

/// A network that stalls, by number: either direction or both, of one or two connections, wherever they are then, or of all.
fn stalling_anywhere(seed: u64) -> Network {
    let way = Way { stall: Some(Cut::Within(1 << 18)), ..Way::default() };
    let (to_server, to_client) = match seed % 3 {
        0 => (way, Way::default()),
        1 => (Way::default(), way),
        _ => (way.clone(), way),
    };
    let (uncut, cut_max) = if stalls_always(seed) { (0, None) } else { (seed % 9, Some(1 + seed % 2)) };
    // Then what a session had locked is locked still.
    let is_silent = seed / 3 % 2 == 1;
    Network { seed, uncut, cut_max, is_silent, to_server, to_client }
}

/// Whatever a run does: it connects, reads catalogs, makes objects, copies, builds indexes, compares.
#[test]
fn runs_whose_connections_stall_anywhere_come_to_an_end_and_tell_the_truth() {
    let cluster = Cluster::shared();
    let outcomes = at_every_seed(36, AT_ONCE, (cluster, cluster), SHOP, |trio, seed| {
        let (bad, good) = (proxy(&trio.source, stalling_anywhere(seed)), proxy(&trio.source, Network::default()));
        let (there, here) = if seed % 4 < 2 { (&bad, &good) } else { (&good, &bad) };
        let run = || {
            let run = trio.run_between(&trio.source.url_through(there), &trio.target.url_through(here));
            if seed % 2 == 0 { run.arg("--verify") } else { run }
        };
        let begin = Instant::now();
        // Where every connection stalls, trying again is of no use.
        let retries = if stalls_always(seed) { "3" } else { "60" };
        let outcome = run().env("PGSLUICE_STALL_TIMEOUT", "500ms").env("PGSLUICE_RETRIES", retries).outcome();
        let (stalls, took) = (bad.cuts(), begin.elapsed());
        bad.heal();
        let seen = format!("seed {seed}, {stalls} stalls, {took:?}");
        assert!(took < Duration::from_secs(120), "{seen}: {outcome:?}");
        trio.settle(&outcome, &seen, run);
        (stalls > 0).then_some(outcome)
    });
    let hit: Vec<_> = outcomes.into_iter().flatten().collect();
    eprintln!("{} of {} runs survived stalls", survived(&hit), hit.len());
    assert!(survived(&hit) > 0 && survived(&hit) < hit.len(), "{hit:?}");
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

#[test]
fn what_a_session_had_locked_that_its_server_does_not_know_to_be_lost_is_free_for_the_next_one() {
    use pgsluice::connect::{Conninfo, Endpoint, Environment, snapshot};
    use pgsluice::error::Side;
    let database = Cluster::shared().database();
    database.psql("CREATE TABLE t (a int)");
    // What it takes to connect and to lock passes, and no more.
    let way = Way { stall: Some(Cut::After(20_000)), ..Way::default() };
    let network = Network { to_client: way, is_silent: true, cut_max: Some(1), ..Network::default() };
    let bad = proxy(&database, network);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let conninfo = Conninfo::parse(&database.url_through(&bad), &Environment::default()).unwrap();
        let endpoint =
            Endpoint::new(Side::Target, conninfo).unwrap().with_stall_limit(Some(Duration::from_millis(300)));
        let lost = snapshot::writing(&endpoint).await.unwrap();
        lost.client().batch_execute("BEGIN; LOCK TABLE public.t").await.unwrap();
        lost.client().simple_query("SELECT repeat('x', 30000)").await.unwrap_err();
        let lock = "SET statement_timeout = '5s'; LOCK TABLE public.t";
        let other = snapshot::writing(&endpoint).await.unwrap();
        other.client().batch_execute("BEGIN; LOCK TABLE public.t IN ACCESS SHARE MODE NOWAIT").await.unwrap_err();
        let next = snapshot::writing_instead_of(&lost, &endpoint).await.unwrap();
        next.client().batch_execute(&format!("BEGIN; {lock}")).await.unwrap();
    });
}
