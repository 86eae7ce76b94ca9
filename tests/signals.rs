//! Runs that are interrupted or killed, at work on real servers: nothing of theirs goes on there, the store tells the truth, and the
//! next run makes the copy whole.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::SLOW_INDEX;
use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::{self, Run};

/// From here on a server notices that a client is gone while a statement runs.
const NOTICES_MAJOR: u32 = 14;

/// The sessions of a run, by the name only it has.
fn sessions(database: &Database, name: &str) -> String {
    database.value(&format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'"))
}

fn active(name: &str, statement: &str) -> String {
    format!(
        "SELECT count(*) > 0 FROM pg_stat_activity
         WHERE application_name = '{name}' AND state = 'active' AND query LIKE '%{statement}%'"
    )
}

/// A run with sessions of a name of their own.
fn start(source: &Database, target: &Database, store: Option<&Database>, name: &str) -> Run {
    let url = |database: &Database| format!("{}&application_name={name}", database.url());
    let run = Run::snapshot(&url(source), &url(target)).arg("--no-progress");
    match store {
        Some(store) => run.arg("--store").arg(url(store)),
        None => run,
    }
}

const MANY_ROWS: &str = "
    CREATE TABLE small (x int); INSERT INTO small VALUES (1);
    CREATE TABLE big (id int, filler text);
    INSERT INTO big SELECT n, repeat('x', 500) FROM generate_series(1, 600000) AS n";

const FAST_AGAIN: &str = "CREATE OR REPLACE FUNCTION slow(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x'";

#[test]
fn an_interrupt_ends_a_copy_on_both_servers() {
    let cluster = Cluster::shared();
    let (source, target, store) = (cluster.database(), cluster.database(), cluster.database());
    source.psql(MANY_ROWS);
    let name = "signals_copy";
    let run = start(&source, &target, Some(&store), name).start();
    source.wait_for(&active(name, "COPY"), "t", Duration::from_secs(20));
    run.signal("INT");
    let begin = Instant::now();
    let outcome = run.outcome();
    assert!(begin.elapsed() < Duration::from_secs(5), "it took {:?}", begin.elapsed());
    assert_eq!(outcome.exit_code, Some(130), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("error: interrupted by SIGINT\ndetail: the target holds all rows of "),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("hint: run again to go on"), "{}", outcome.stderr);
    source.wait_for(
        &format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'"),
        "0",
        Duration::from_secs(1),
    );
    let status = store.query("SELECT status, errors ->> 'snapshot' FROM pgstream.snapshot_requests");
    assert_eq!(status[0][0], "requested");
    assert!(status[0][1].contains("interrupted by SIGINT"), "{status:?}");
    assert_eq!(store.value("SELECT status FROM pgsluice.request"), "interrupted");
    start(&source, &target, Some(&store), name).outcome().expect_done();
    oracle::assert_same(&source, &target);
    assert_eq!(store.value("SELECT status FROM pgstream.snapshot_requests"), "completed");
}

#[test]
fn a_termination_ends_an_index_build() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SLOW_INDEX);
    let name = "signals_index";
    let run = start(&source, &target, None, name).start();
    target.wait_for(&active(name, "CREATE INDEX"), "t", Duration::from_secs(20));
    run.signal("TERM");
    let outcome = run.outcome();
    let told = outcome.failure().lines().filter(|line| !line.starts_with("info")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told, @r"
    exit code: 143
    error: interrupted by SIGTERM
    detail: the target holds all rows of 1 of 1 tables; indexes, constraints and what else comes after the rows are missing in part or altogether
    hint: run again with --clean to replace what is there; with --store a run can be gone on with
    ");
    assert_eq!(sessions(&target, name), "0");
}

#[test]
fn a_second_interrupt_ends_the_run_at_once() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SLOW_INDEX);
    let name = "signals_twice";
    let run = start(&source, &target, None, name).start();
    let building = active(name, "CREATE INDEX");
    target.wait_for(&building, "t", Duration::from_secs(20));
    // A server's process that does not answer.
    let process = target.value(&building.replace("count(*) > 0", "pid")).parse().unwrap();
    run::signal(process, "STOP");
    run.signal("INT");
    sleep(Duration::from_millis(500));
    run.signal("TERM");
    let begin = Instant::now();
    let outcome = run.outcome();
    run::signal(process, "CONT");
    assert!(begin.elapsed() < Duration::from_secs(2), "it took {:?}", begin.elapsed());
    assert_eq!(outcome.exit_code, Some(143), "{}", outcome.stderr);
    target.wait_for(&building, "f", Duration::from_secs(10));
}

#[test]
fn a_killed_run_leaves_no_statement_behind_on_servers_that_notice() {
    for installation in Installation::all().iter().filter(|of| of.major >= NOTICES_MAJOR) {
        let cluster = Cluster::shared_of(installation);
        let (source, target, store) = (cluster.database(), cluster.database(), cluster.database());
        source.psql(SLOW_INDEX);
        let name = "signals_killed";
        let run = start(&source, &target, Some(&store), name).start();
        target.wait_for(&active(name, "CREATE INDEX"), "t", Duration::from_secs(20));
        run.signal("KILL");
        run.outcome();
        let left = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'");
        target.wait_for(&left, "0", Duration::from_secs(6));
        source.psql(FAST_AGAIN);
        start(&source, &target, Some(&store), name).outcome().expect_done();
        oracle::assert_same(&source, &target);
    }
}

const SHOP: &str = "
    CREATE SCHEMA sales;
    CREATE TYPE sales.state AS ENUM ('open', 'done');
    CREATE TABLE sales.customer (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE sales.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int REFERENCES sales.customer,
                               state sales.state, filler text);
    CREATE TABLE log (at int, message text) PARTITION BY RANGE (at);
    CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (500);
    CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (500) TO (2000);
    INSERT INTO sales.customer (name) SELECT 'c' || n FROM generate_series(1, 500) AS n;
    INSERT INTO sales.orders (customer, state, filler)
        SELECT 1 + n % 500, 'open', repeat('x', n % 300) FROM generate_series(1, 20000) AS n;
    INSERT INTO log SELECT n % 2000, 'm' || n FROM generate_series(1, 5000) AS n;
    CREATE INDEX ON log (at); CREATE INDEX orders_filler ON sales.orders (filler);
    CREATE VIEW sales.open AS SELECT * FROM sales.orders WHERE state = 'open';
    CREATE MATERIALIZED VIEW sales.totals AS SELECT customer, count(*) FROM sales.orders GROUP BY customer;
    CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touched BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.touch();
    COMMENT ON TABLE sales.orders IS 'what was ordered';
    SELECT lo_from_bytea(0, 'one'), lo_from_bytea(0, 'two')";

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Runs that are killed wherever it hits them, until one is left alone. `PGSLUICE_TEST_KILL_SEEDS=1000` tries more.
#[test]
fn a_copy_is_whole_however_often_it_was_killed() {
    let cluster = Cluster::shared();
    let source = cluster.database();
    source.psql(SHOP);
    let seeds = std::env::var("PGSLUICE_TEST_KILL_SEEDS").map_or(12, |seeds| seeds.parse().unwrap());
    let whole = {
        let target = cluster.database();
        let begin = Instant::now();
        Run::snapshot(&source.url(), &target.url()).arg("--no-progress").outcome().expect_done();
        u64::try_from(begin.elapsed().as_millis()).unwrap()
    };
    let (schema, content) = (oracle::schema(&source), oracle::content(&source));
    let (mut killed, mut stages) = (0, std::collections::BTreeSet::new());
    for seed in 0..seeds {
        let mut random = Random(seed);
        let (target, store) = (cluster.database(), cluster.database());
        let mut is_kept = false;
        for _ in 0..=random.below(3) {
            is_kept = random.below(3) == 0;
            let run = started(&source, &target, &store, is_kept);
            sleep(Duration::from_millis(random.below(whole + whole / 4)));
            run.signal("KILL");
            let outcome = run.outcome();
            let was_completed = "SELECT count(*) FROM pgstream.snapshot_requests WHERE status = 'completed'";
            let has_table = store.value("SELECT count(*) FROM pg_tables WHERE tablename = 'snapshot_requests'") == "1";
            if outcome.exit_code == Some(0) || (has_table && store.value(was_completed) != "0") {
                break;
            }
            killed += 1;
            if store.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'pgsluice'") == "4" {
                stages.extend(store.query("SELECT stage FROM pgsluice.request").into_iter().flatten());
            }
        }
        let last = started(&source, &target, &store, is_kept).outcome();
        assert_eq!(last.exit_code, Some(0), "seed {seed}: {}", last.stderr);
        let statuses = store.query("SELECT status, errors FROM pgstream.snapshot_requests");
        assert_eq!(statuses, [["completed", "\\N"]], "seed {seed}");
        let is_same = oracle::schema(&target) == schema && oracle::content(&target) == content;
        assert!(is_same, "seed {seed}: {:?}", oracle::difference(&source, &target));
    }
    assert!(killed >= seeds / 2, "only {killed} runs were hit");
    assert!(stages.contains("made"), "no run was hit behind the making of objects: {stages:?}");
}

fn started(source: &Database, target: &Database, store: &Database, is_kept: bool) -> run::Running {
    let run = Run::snapshot(&source.url(), &target.url()).arg("--store").arg(store.url()).arg("--no-progress");
    let run = run.args(["--jobs", "3", "--chunk-pages", "40"]);
    if is_kept { run.arg("--keep-loaded") } else { run }.start()
}
