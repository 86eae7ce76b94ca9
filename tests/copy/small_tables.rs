//! Small tables, many in one transaction.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use pgsluice::copy::{self, Error, Options, Progress};
use pgsluice::error::{Explain as _, Side};
use pgsluice::plan::load::{CopyFormat, TableLoad};

use super::{Pair, Snapshot, endpoint, load, options};
use crate::support::cluster::{self, Cluster};
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::proxy::{Network, Proxy, Way};
use crate::support::run::Run;

/// One worker, so that all small tables are one bundle.
fn one_worker() -> Options {
    options(1)
}

fn small(table: &str, columns: &[&str]) -> TableLoad {
    TableLoad { bytes_estimate: 8192, ..load("public", table, columns) }
}

/// Tables `t1` and so on, with as many rows as their number on the source.
fn tables(count: usize) -> (Pair, Vec<TableLoad>) {
    let create: Vec<String> = (1..=count).map(|n| format!("CREATE TABLE t{n} (a int, b text);")).collect();
    let fill: Vec<String> = (1..=count)
        .map(|n| format!("INSERT INTO t{n} SELECT i, repeat('x', i) FROM generate_series(1, {n}) AS i;"))
        .collect();
    let pair = Pair::with(&create.concat());
    pair.source.psql(&fill.concat());
    let loads = (1..=count).map(|n| small(&format!("t{n}"), &["a", "b"])).collect();
    (pair, loads)
}

/// The statements the target's server ran for COPY transactions, by way of the transaction that made each row.
fn transactions(pair: &Pair, count: usize) -> String {
    let union: Vec<String> = (1..=count).map(|n| format!("SELECT xmin::text AS x FROM t{n}")).collect();
    pair.target.value(&format!("SELECT count(DISTINCT x) FROM ({}) AS rows", union.join(" UNION ALL ")))
}

#[tokio::test(flavor = "multi_thread")]
async fn small_tables_share_a_transaction_and_keep_their_own_counts() {
    let (pair, mut loads) = tables(70);
    for (n, load) in loads.iter_mut().enumerate() {
        load.relation = u32::try_from(n).unwrap();
        load.format = if n % 2 == 0 { CopyFormat::Binary } else { CopyFormat::Text };
    }
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let progress = Progress::new(loads.len(), 1);
    let (sender, receiver) = std::sync::mpsc::channel();
    let arrived = move |table| sender.send(table).unwrap();
    let outcomes =
        copy::run(&snapshot.reading(&source), &target, &loads, one_worker(), &progress, arrived).await.unwrap();
    assert_eq!(receiver.iter().collect::<Vec<_>>(), (0..70).collect::<Vec<_>>(), "each once, in order");
    assert_eq!(outcomes.iter().map(|of| of.rows).collect::<Vec<_>>(), (1..=70).collect::<Vec<u64>>());
    assert_eq!(progress.bytes(), outcomes.iter().map(|of| of.bytes).sum::<u64>());
    assert_eq!((progress.rows(), progress.tables_finished()), (70 * 71 / 2, 70));
    (1..=70).for_each(|n| pair.assert_equal(&format!("t{n}")));
    assert_eq!(transactions(&pair, 70), "2", "64 tables at most");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_sends_and_takes_bundles() {
    let newest = Cluster::shared();
    for cluster in Cluster::every_version() {
        for (source, target) in [(cluster, newest), (newest, cluster)] {
            let pair = Pair::between(source, target);
            let create: Vec<String> = (0..20).map(|n| format!("CREATE TABLE t{n} (a int, b text);")).collect();
            pair.source.psql(&create.concat());
            pair.target.psql(&create.concat());
            pair.source.psql("INSERT INTO t3 SELECT i, repeat('é', i % 900) FROM generate_series(1, 3000) AS i");
            pair.source.psql("INSERT INTO t19 VALUES (NULL, NULL)");
            let loads: Vec<_> = (0..20).map(|n| small(&format!("t{n}"), &["a", "b"])).collect();
            pair.copy(&loads).await.unwrap();
            (0..20).for_each(|n| pair.assert_equal(&format!("t{n}")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_a_bundle_names_its_table_and_nothing_of_the_bundle_stays() {
    let secret = "INSERT INTO t7 VALUES (1000, 'secret')";
    for (on_target, on_source, code) in [
        ("ALTER TABLE t7 ADD CHECK (a < 1000)", secret, "ERROR 23514: new row for relation \"t7\" violates check"),
        ("DROP TABLE t7", secret, "ERROR 42P01: relation \"public.t7\" does not exist"),
        ("ALTER TABLE t7 DROP b", secret, "ERROR 42703: column \"b\" of relation \"t7\" does not exist"),
        ("SELECT 1", "ALTER TABLE t7 DROP b", "ERROR 42703: column \"b\""),
        ("SELECT 1", "DROP TABLE t7", "ERROR 42P01: relation \"public.t7\" does not exist"),
    ] {
        let (pair, loads) = tables(9);
        pair.target.psql(on_target);
        pair.source.psql(on_source);
        let (source, target) = pair.endpoints();
        let snapshot = Snapshot::export(&source).await;
        let progress = Progress::new(loads.len(), 1);
        let reading = snapshot.reading(&source);
        let arrived = |table| panic!("table {table} has not arrived");
        let run = copy::run(&reading, &target, &loads, one_worker(), &progress, arrived);
        let error = run.await.unwrap_err();
        assert!(error.to_string().starts_with("could not copy table \"public.t7\": "), "{error}");
        let detail = error.detail().unwrap();
        assert!(detail.starts_with(code), "{detail}");
        assert!(detail.contains("statement: COPY \"public\".\"t7\""), "{detail}");
        assert!(!format!("{error:?} {detail}").contains("secret"), "{detail}");
        assert_eq!((progress.rows(), progress.bytes(), progress.tables_finished()), (0, 0, 0));
        for n in [1, 6, 8, 9] {
            assert_eq!(pair.target.value(&format!("SELECT count(*) FROM t{n}")), "0", "{on_target}, {on_source}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unequal_counts_of_one_table_keep_the_bundle_from_being_committed() {
    let (pair, loads) = tables(9);
    pair.target.psql(
        "CREATE FUNCTION drop_some() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN IF new.a = 3 THEN RETURN NULL; END IF; RETURN new; END';
         CREATE TRIGGER drop_some BEFORE INSERT ON t5 FOR EACH ROW EXECUTE FUNCTION drop_some()",
    );
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let progress = Progress::new(loads.len(), 1);
    let reading = snapshot.reading(&source);
    let run = copy::run(&reading, &target, &loads, one_worker(), &progress, |_| {});
    let error = run.await.unwrap_err();
    assert_eq!(error.to_string(), r#"could not copy table "public.t5": the source sent 5 rows, the target took 4"#);
    (1..=9).for_each(|n| assert_eq!(pair.target.value(&format!("SELECT count(*) FROM t{n}")), "0"));
    assert_eq!((progress.rows(), progress.bytes(), progress.tables_finished()), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_target_refuses_to_commit_is_found_by_copying_one_by_one() {
    let (pair, mut loads) = tables(5);
    pair.target.psql(
        "CREATE TABLE keys (a int PRIMARY KEY); INSERT INTO keys SELECT generate_series(1, 3);
         ALTER TABLE t4 ADD CONSTRAINT known FOREIGN KEY (a) REFERENCES keys DEFERRABLE INITIALLY DEFERRED",
    );
    for load in &mut loads {
        load.created_here = false;
    }
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let progress = Progress::new(loads.len(), 1);
    let error =
        copy::run(&snapshot.reading(&source), &target, &loads, one_worker(), &progress, |_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), r#"could not copy table "public.t4": writing it on the target failed"#);
    assert!(error.detail().unwrap().contains("23503"), "{error:?}");
    assert!(matches!(&error, Error::Statement { side: Side::Target, statement, .. } if statement == "COMMIT"));
    let counts: Vec<_> = (1..=5).map(|n| pair.target.value(&format!("SELECT count(*) FROM t{n}"))).collect();
    // Equals go in their order, so those before it have arrived, each for itself, and are counted once.
    assert_eq!(counts, ["1", "2", "3", "0", "0"]);
    assert_eq!((progress.rows(), progress.tables_finished()), (6, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_on_one_table_of_a_bundle_is_worked_around() {
    use pgsluice::connect::Hold;
    use std::sync::Arc;

    let (pair, mut loads) = tables(6);
    for (n, load) in loads.iter_mut().enumerate() {
        load.relation = pair.source.value(&format!("SELECT 't{}'::regclass::oid", n + 1)).parse().unwrap();
    }
    let (source, target) = pair.endpoints();
    let snapshot = Arc::new(pgsluice::connect::Snapshot::export(&source).await.unwrap());
    let hold = Arc::new(Hold::tables(&source, &snapshot, |_| true, |_| true).await.unwrap());
    let waiter = endpoint(Side::Source, &pair.source.url()).control().await.unwrap();
    let change = tokio::spawn(async move { waiter.client().batch_execute("TRUNCATE t3").await });
    let waits = "SELECT count(*) FROM pg_locks WHERE relation = 't3'::regclass AND NOT granted";
    while pair.source.value(waits) == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let progress = Progress::new(loads.len(), 1);
    let reading = copy::Reading { source: &source, snapshot: Arc::clone(&snapshot), hold: Some(Arc::clone(&hold)) };
    let outcomes = copy::run(&reading, &target, &loads, one_worker(), &progress, |_| {}).await.unwrap();
    assert_eq!(outcomes.iter().map(|of| of.rows).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(progress.bytes(), outcomes.iter().map(|of| of.bytes).sum::<u64>(), "nothing is counted twice");
    assert_eq!(transactions(&pair, 6), "6", "one by one");
    drop(reading);
    Arc::into_inner(hold).unwrap().close().await;
    Arc::into_inner(snapshot).unwrap().close().await;
    change.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_row_passes_through_a_bundle_in_little_memory() {
    // 60 MB that take up 700 kB.
    let pair = Pair::with("CREATE TABLE t (id int, x text); CREATE TABLE u (id int, x text)");
    pair.source.psql("INSERT INTO t VALUES (1, repeat('x', 60000000)); INSERT INTO u VALUES (2, 'u')");
    let outcomes = pair.copy(&[small("t", &["id", "x"]), small("u", &["id", "x"])]).await.unwrap();
    assert!(outcomes[0].bytes > 60_000_000);
    pair.assert_equal("t");
    pair.assert_equal("u");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_small_tables_cost_few_round_trips_to_servers_far_away() {
    const DELAY: Duration = Duration::from_millis(10);
    let (pair, loads) = tables(300);
    let network = Network::both(Way { delay: DELAY, ..Way::default() });
    let line = Proxy::start(Cluster::shared().port, network).unwrap();
    let source = endpoint(Side::Source, &pair.source.url_through(&line));
    let target = endpoint(Side::Target, &pair.target.url_through(&line));
    let snapshot = Snapshot::export(&source).await;
    let progress = Progress::new(loads.len(), 1);
    let begin = Instant::now();
    let jobs = Options { limits: copy::Limits { jobs: NonZeroUsize::MIN, ..options(1).limits }, ..options(1) };
    let outcomes = copy::run(&snapshot.reading(&source), &target, &loads, jobs, &progress, |_| {}).await.unwrap();
    let elapsed = begin.elapsed();
    assert_eq!(outcomes.iter().map(|of| of.rows).sum::<u64>(), 300 * 301 / 2);
    // One round trip for each table alone would take 6 s.
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
}

#[test]
fn more_tables_than_the_lock_tables_hold_are_copied() {
    let settings = vec![("max_locks_per_transaction".into(), "10".into()), ("max_connections".into(), "20".into())];
    let options = cluster::Options { settings, ..cluster::Options::default() };
    let cluster = Cluster::start(Installation::newest(), &options);
    let (source, target) = (cluster.database(), cluster.database());
    // Far more than the 200 locks, and what the server keeps in reserve.
    source.psql(
        "SELECT format('CREATE TABLE t_%s (x int PRIMARY KEY, y text); INSERT INTO t_%s VALUES (%s, %L)', n, n, n, 'y')
           FROM generate_series(1, 1500) AS n \\gexec",
    );
    Run::snapshot(&source.url(), &target.url()).args(["--jobs", "3"]).outcome().expect_done();
    // pg_dump cannot lock them all.
    assert_eq!(oracle::content_difference(&source, &target), None);
    assert_eq!(
        target.value("SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conname LIKE 't!_%' ESCAPE '!'"),
        "1500"
    );
}
