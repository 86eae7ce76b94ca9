//! Faults in mid-run, with the real binary: cut connections, ended backends, restarted servers. A run survives them or ends with an
//! error, and whatever it did, no row is on the target twice, and nothing that is missing is called completed.

mod cuts;
mod full;
mod kills;
mod repeats;
mod restarts;
mod single;
mod stalls;
mod standby;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::proxy::{Network, Proxy};
use crate::support::run::{Outcome, Run};

/// Tables of every route: divided by blocks, small ones without any key that would notice a second copy of a row, one that is loaded
/// frozen, large objects, and a little of everything that comes behind the rows. Little of it, so that many copies fit into a minute.
const SHOP: &str = "
    CREATE TABLE purchase (id int, note text);
    INSERT INTO purchase SELECT n, repeat('x', n % 200) FROM generate_series(1, 4000) AS n;
    CREATE TABLE picture (id int PRIMARY KEY, data bytea);
    INSERT INTO picture SELECT n, convert_to(repeat(md5(n::text), n * 500), 'UTF8') FROM generate_series(1, 6) AS n;
    CREATE TABLE many (x int, y text); INSERT INTO many SELECT n, md5(n::text) FROM generate_series(1, 6000) AS n;
    SELECT format('CREATE TABLE small_%s AS SELECT n, md5(n::text) AS y FROM generate_series(1, %s) AS n', n, n * 7)
      FROM generate_series(1, 8) AS n \\gexec
    CREATE INDEX ON many (x); ALTER TABLE many ADD PRIMARY KEY (x);
    CREATE SEQUENCE counter; SELECT setval('counter', 4711);
    CREATE VIEW notes AS SELECT note FROM purchase; COMMENT ON VIEW notes IS 'all of them';
    SELECT lo_from_bytea(0, convert_to(repeat('large', n), 'UTF8')) FROM generate_series(1, 20) AS n;";

/// Source, target and store.
struct Trio<'a> {
    source: Database<'a>,
    target: Database<'a>,
    store: Database<'a>,
    /// The source's objects and their content.
    expected: String,
}

impl<'a> Trio<'a> {
    /// Three databases, the first filled by a script.
    fn new(source: &'a Cluster, target: &'a Cluster, script: &str) -> Self {
        let source = source.database();
        source.psql(script);
        let expected = seen_in(&source);
        Self { source, target: target.database(), store: Cluster::shared().database(), expected }
    }

    /// Nothing was tried yet.
    fn empty(&mut self) {
        self.target = self.target.cluster.database();
        self.store = self.store.cluster.database();
    }

    fn run_between(&self, source: &str, target: &str) -> Run {
        let run = Run::snapshot(source, target).arg("--store").arg(self.store.url()).arg("--no-progress");
        // As variables, so that a test can say otherwise.
        let variables = [
            ("JOBS", "3"),
            ("CHUNK_PAGES", "8"),
            ("LOG_LEVEL", "warn"),
            ("RETRIES", "60"),
            ("RETRY_DELAY", "10ms"),
            ("RETRY_DELAY_MAX", "200ms"),
            ("STALL_TIMEOUT", "2s"),
        ];
        variables.into_iter().fold(run, |run, (name, value)| run.env(&format!("PGSLUICE_{name}"), value))
    }

    fn run(&self) -> Run {
        self.run_between(&self.source.url(), &self.target.url())
    }

    /// Makes sure that a run told the truth, and that one more makes the copy whole where the first did not.
    fn settle(&self, outcome: &Outcome, seen: &str, again: impl FnOnce() -> Run) {
        let status = self.store.value("SELECT coalesce(max(status), '') FROM pgstream.snapshot_requests");
        match outcome.exit_code {
            Some(0) => assert_eq!(status, "completed", "{seen}: {outcome:?}"),
            Some(1) => {
                assert_ne!(status, "completed", "{seen}: {outcome:?}");
                assert!(outcome.stderr.contains("error: "), "{seen}: {outcome:?}");
                let again = again().outcome();
                assert_eq!(again.exit_code, Some(0), "{seen}: after {outcome:?}: {again:?}");
            }
            _ => panic!("{seen}: {outcome:?}"),
        }
        let difference = oracle::diff("objects and content", &self.expected, &seen_in(&self.target));
        assert_eq!(difference, None, "{seen}: {outcome:?}");
        let left = "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsluice'";
        assert_eq!(self.target.value(left), "0", "{seen}: a ledger is left");
    }
}

/// What there is and what it holds. Far quicker than `pg_dump`, which compares definitions more closely, but other tests do that.
fn seen_in(database: &Database<'_>) -> String {
    let objects = "
        SELECT c.oid::regclass::text, c.relkind::text, pg_get_indexdef(i.indexrelid), pg_get_userbyid(c.relowner),
               obj_description(c.oid, 'pg_class')
          FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1;
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2";
    let objects = database.query(objects).into_iter().map(|row| row.join(" | ") + "\n").collect::<String>();
    objects + &oracle::content(database)
}

fn proxy(database: &Database<'_>, network: Network) -> Proxy {
    Proxy::start(database.cluster.port, network).unwrap()
}

/// Copies that are usually under way at once: each waits more than it works.
const AT_ONCE: usize = 4;

/// Tries a fault at every seed, so many at once, each with databases of its own, the source filled by a script. Panics with all seeds at which an attempt did.
///
/// There are as many seeds as is usual, or those that `PGSLUICE_TEST_FAULT_SEEDS` says, such as `1000` or `17..18`.
fn at_every_seed<T: Send>(
    usual: u64,
    at_once: usize,
    (source, target): (&Cluster, &Cluster),
    script: &str,
    attempt: impl Fn(&mut Trio<'_>, u64) -> T + Sync,
) -> Vec<T> {
    let wanted = std::env::var("PGSLUICE_TEST_FAULT_SEEDS").unwrap_or_else(|_| usual.to_string());
    let (first, end) = wanted.split_once("..").unwrap_or(("0", &wanted));
    let (next, end) = (AtomicU64::new(first.parse().unwrap()), end.parse().unwrap());
    let work = || {
        let mut trio = Trio::new(source, target, script);
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return (done, failed);
            }
            match catch_unwind(AssertUnwindSafe(|| {
                trio.empty();
                attempt(&mut trio, seed)
            })) {
                Ok(outcome) => done.push(outcome),
                Err(_) => failed.push(seed),
            }
        }
    };
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let (worker_done, worker_failed) = worker.join().unwrap();
            done.extend(worker_done);
            failed.extend(worker_failed);
        }
    });
    assert!(failed.is_empty(), "at these seeds, each named above: {failed:?}");
    done
}

/// How many copies went to their end.
fn survived(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|outcome| outcome.exit_code == Some(0)).count()
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
