//! The source is held still: what others do to its tables while they are copied waits, or is found out.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use pgsluice::connect::{Conninfo, Endpoint, Environment, Hold, Snapshot, SnapshotError};
use pgsluice::error::{Explain as _, Side};

use crate::support::cluster::{Cluster, Options};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

const PATIENCE: Duration = Duration::from_secs(60);

fn pair(script: &str) -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(script);
    (source, target)
}

fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a copy of rows alone in which those of the table `slow` do not arrive before `meanwhile` has returned: a trigger on the
/// target waits for a lock that we have.
fn copy_slowly(source: &Database, target: &Database, arguments: &[&str], meanwhile: impl FnOnce()) -> Outcome {
    target.psql(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(4711); RETURN NEW; END';
         CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW WHEN (NEW.x = 1) EXECUTE FUNCTION wait()",
    );
    let sessions = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted = ";
    thread::scope(|scope| {
        let (open, opened) = mpsc::channel::<()>();
        let url = target.url();
        let gate = scope.spawn(move || {
            with_client(&url, async |client| {
                client.batch_execute("SELECT pg_catalog.pg_advisory_lock(4711)").await.unwrap();
                while let Err(mpsc::TryRecvError::Empty) = opened.try_recv() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            });
        });
        until("the gate is closed", || target.value(&format!("{sessions} true")) == "1");
        let run = Run::snapshot(&source.url(), &target.url()).args(["--mode", "data"]).args(arguments);
        let run = scope.spawn(|| run.outcome());
        until("the copy waits at the gate", || target.value(&format!("{sessions} false")) == "1");
        meanwhile();
        drop(open);
        gate.join().unwrap();
        run.join().unwrap()
    })
}

/// A query for how many sessions have, or wait for, a lock on a table.
fn locks(table: &str, mode: &str, granted: bool) -> String {
    format!(
        "SELECT count(*) FROM pg_locks WHERE relation = '{table}'::regclass AND mode = '{mode}'
            AND granted = {granted} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
}

/// Runs a test with a session on a database.
fn with_client(url: &str, test: impl AsyncFnOnce(&tokio_postgres::Client)) {
    block_on(async {
        let control = endpoint(url).control().await.unwrap();
        test(control.client()).await;
        control.close().await;
    });
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(Side::Source, Conninfo::parse(url, &Environment::default()).unwrap()).unwrap()
}

#[test]
fn whoever_wants_to_change_a_table_waits_for_the_end_of_the_copy() {
    for change in
        ["TRUNCATE later", "ALTER TABLE later ADD y int", "VACUUM FULL later", "DROP TABLE later", "TRUNCATE slow"]
    {
        let script = "CREATE TABLE slow (x int); CREATE TABLE later (x int)";
        let (source, target) = pair(script);
        target.psql(script);
        // The first is no small table, which would be read together with the other one.
        source.psql(
            "INSERT INTO slow SELECT generate_series(1, 40000); INSERT INTO later SELECT generate_series(1, 1000)",
        );
        let table = if change.ends_with("slow") { "slow" } else { "later" };
        thread::scope(|scope| {
            // One job, larger tables first: the other one is read only after the change has queued up for it.
            let mut changer = None;
            let outcome = copy_slowly(&source, &target, &["--jobs", "1", "--tables", "slow later"], || {
                changer = Some(scope.spawn(|| source.psql(change)));
                until(change, || source.value(&locks(table, "AccessExclusiveLock", false)) == "1");
                let holders = "SELECT count(*) FROM pg_stat_activity
                    WHERE pid = ANY (SELECT unnest(pg_blocking_pids(pid)) FROM pg_locks WHERE NOT granted)
                      AND application_name LIKE 'pgsluice%' AND datname = current_database()";
                assert_ne!(source.value(holders), "0", "{change} is not blocked by pgsluice");
            });
            let outcome = outcome.expect_done();
            // The one session that reads a table before the change queues up for it is not disturbed at all.
            let is_told = outcome.stderr.contains("another session waits to change the table");
            assert_eq!(is_told, table == "later", "{change}: {}", outcome.stderr);
            changer.unwrap().join().unwrap();
        });
        assert_eq!(target.value("SELECT count(*) || ' ' || sum(x) FROM slow"), "40000 800020000", "{change}");
        assert_eq!(target.value("SELECT count(*) || ' ' || sum(x) FROM later"), "1000 500500", "{change}");
    }
}

#[test]
fn a_divided_table_is_read_whole_while_another_session_waits_to_change_it() {
    let script = "CREATE TABLE slow (x int); CREATE TABLE wide (x int, filler text)";
    let (source, target) = pair(script);
    target.psql(script);
    source.psql(
        "INSERT INTO slow SELECT generate_series(1, 70000);
         INSERT INTO wide SELECT n, repeat('f', 500) FROM generate_series(1, 3000) AS n; ANALYZE",
    );
    thread::scope(|scope| {
        let mut changer = None;
        let arguments = ["--jobs", "1", "--tables", "slow wide", "--chunk-pages", "20"];
        let begin = Instant::now();
        let outcome = copy_slowly(&source, &target, &arguments, || {
            changer =
                Some(scope.spawn(|| source.psql("ALTER TABLE wide DROP filler; ALTER TABLE slow RENAME TO quick")));
            until("ALTER TABLE", || source.value(&locks("wide", "AccessExclusiveLock", false)) == "1");
        });
        let outcome = outcome.expect_done();
        assert!(outcome.stderr.contains("another session waits to change the table"), "{}", outcome.stderr);
        assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
        changer.unwrap().join().unwrap();
    });
    assert_eq!(
        target.value("SELECT count(*) || ' ' || sum(x) || ' ' || sum(length(filler)) FROM wide"),
        "3000 4501500 1500000"
    );
}

#[test]
fn what_is_written_during_the_copy_does_not_appear() {
    let script = "CREATE TABLE slow (x int); CREATE TABLE later (x serial)";
    let (source, target) = pair(script);
    target.psql(script);
    source.psql("INSERT INTO slow SELECT generate_series(1, 9000); INSERT INTO later SELECT nextval('later_x_seq') FROM generate_series(1, 50)");
    let outcome = copy_slowly(&source, &target, &["--jobs", "1", "--tables", "slow later"], || {
        source.psql("INSERT INTO later DEFAULT VALUES; DELETE FROM later WHERE x <= 10; UPDATE slow SET x = -x");
    });
    outcome.expect_done();
    assert_eq!(target.value("SELECT count(*) || ' ' || sum(x) FROM slow"), "9000 40504500");
    assert_eq!(target.value("SELECT count(*) || ' ' || sum(x) FROM later"), "50 1275");
    assert_eq!(target.value("SELECT last_value >= 50 FROM later_x_seq"), "t");
}

#[test]
fn a_change_between_snapshot_and_lock_is_found_out() {
    for (change, expected) in [
        ("TRUNCATE t", "truncated or rewritten"),
        ("VACUUM FULL t", "truncated or rewritten"),
        ("ALTER TABLE t ADD y int", "altered"),
        ("ALTER TABLE t ALTER x TYPE bigint", "altered"),
        ("ALTER TABLE t RENAME TO u", "dropped or renamed"),
        ("ALTER TABLE t RENAME TO u; CREATE TABLE t (x int)", "altered"),
        ("DROP TABLE t", "dropped or renamed"),
        ("DROP TABLE t; CREATE TABLE t (x int)", "dropped"),
    ] {
        let (source, _) =
            pair("CREATE TABLE a (x int); CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE TABLE z (x int)");
        block_on(async {
            let source_endpoint = endpoint(&source.url());
            let snapshot = Snapshot::export(&source_endpoint).await.unwrap();
            source.psql(change);
            let error = Hold::tables(&source_endpoint, &snapshot, |_| true, |_| true).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("table \"public.t\" was {expected} on the source after the run had begun")
            );
            assert!(error.hint().unwrap().starts_with("run again when no ALTER TABLE"), "{error:?}");
            // Rows are another matter: the snapshot sees those of its moment.
            Hold::tables(&source_endpoint, &snapshot, |_| true, |table| table.name.name == "a")
                .await
                .unwrap()
                .close()
                .await;
            snapshot.close().await;
        });
    }
}

#[test]
fn new_rows_are_no_change() {
    let (source, _) = pair("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
    block_on(async {
        let source_endpoint = endpoint(&source.url());
        let snapshot = Snapshot::export(&source_endpoint).await.unwrap();
        source.psql("INSERT INTO t VALUES (2); DELETE FROM t WHERE x = 1; VACUUM t; ANALYZE t; CREATE INDEX ON t (x)");
        let hold = Hold::tables(&source_endpoint, &snapshot, |_| true, |_| true).await.unwrap();
        // One for the session that reads rows, one for that which reads the catalog.
        assert_eq!(source.value(&locks("t", "AccessShareLock", true)), "2");
        hold.close().await;
        snapshot.close().await;
        until("the lock is released", || source.value(&locks("t", "AccessShareLock", true)) == "0");
    });
}

#[test]
fn a_table_that_another_session_keeps_locked_is_named() {
    let (source, target) = pair("CREATE TABLE a (x int); CREATE TABLE t (x int); CREATE TABLE z (x int)");
    with_client(&source.url(), async |client| {
        client.batch_execute("BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let run = Run::snapshot(&source.url(), &target.url()).args(["--log-level=warn", "--no-progress"]);
        let outcome = tokio::task::spawn_blocking(|| run.outcome()).await.unwrap();
        insta::assert_snapshot!(outcome.failure(), @r#"
        exit code: 1
        error: could not lock table "public.t" in ACCESS SHARE mode on the source
        detail: ERROR 55P03: could not obtain lock on relation "public.t"
        hint: another session holds or waits for a lock on the table (ALTER TABLE, TRUNCATE, VACUUM FULL); try again when it has finished
        "#);
    });
}

/// A server with room for the locks of about a hundred tables.
fn short_of_locks() -> Cluster {
    let settings = [("max_locks_per_transaction", "10"), ("max_connections", "20"), ("max_prepared_transactions", "0")];
    let options = Options {
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Options::default()
    };
    Cluster::start(Installation::newest(), &options)
}

const SIX_HUNDRED_TABLES: &str = "SELECT format('CREATE TABLE t_%s (x int); INSERT INTO t_%s VALUES (%s)', n, n, n)
    FROM generate_series(1, 600) AS n \\gexec\n";

#[test]
fn a_script_is_not_printed_when_a_table_that_is_not_locked_was_altered_meanwhile() {
    let cluster = short_of_locks();
    let source = cluster.database();
    source.psql(SIX_HUNDRED_TABLES);
    source.psql("CREATE VIEW v AS SELECT 1 AS x");
    with_client(&source.url(), async |client| {
        // Views are not locked beforehand: the server waits for this one when it writes down its query.
        client.batch_execute("BEGIN; LOCK TABLE public.v IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let run = Run::new(["schema", "--source", &source.url(), "--log-level=warn"]);
        let run = tokio::task::spawn_blocking(|| run.outcome());
        let waiting = locks("v", "AccessShareLock", false);
        until("the view is waited for", || source.value(&waiting) == "1");
        client.batch_execute("ALTER TABLE public.t_99 ADD y int; COMMIT").await.unwrap();
        insta::assert_snapshot!(run.await.unwrap().failure(), @r#"
        exit code: 1
        error: table "public.t_99" was altered on the source after the run had begun
        hint: run again when no ALTER TABLE, TRUNCATE, VACUUM FULL or DROP TABLE is under way
        "#);
    });
}

#[test]
fn a_lock_table_that_does_not_fit_every_table() {
    let cluster = short_of_locks();
    let (source, target) = (cluster.database(), Cluster::shared().database());
    source.psql(SIX_HUNDRED_TABLES);
    let outcome = Run::snapshot(&source.url(), &target.url()).args(["--jobs", "2"]).outcome().expect_done();
    assert!(outcome.stderr.contains("the source's lock table does not fit every table"), "{}", outcome.stderr);
    oracle::assert_same(&source, &target);

    block_on(async {
        let source_endpoint = endpoint(&source.url());
        let snapshot = Snapshot::export(&source_endpoint).await.unwrap();
        let hold = Hold::tables(&source_endpoint, &snapshot, |_| true, |_| true).await.unwrap();
        // By name t_1 comes first and is held, t_99 last and is not.
        let oid = |name: &str| source.value(&format!("SELECT '{name}'::regclass::oid")).parse::<u32>().unwrap();
        let (locked, truncated, dropped, untouched) = (oid("t_1"), oid("t_99"), oid("t_98"), oid("t_97"));
        assert!(hold.holds(locked) && !hold.holds(truncated));
        source.psql("TRUNCATE t_99; DROP TABLE t_98; INSERT INTO t_97 VALUES (1)");
        for (table, name) in [(truncated, "t_99"), (dropped, "t_98")] {
            let error = hold.confirm(&[untouched, table]).await.unwrap_err();
            assert!(
                matches!(&error, SnapshotError::Changed { table, .. } if *table == format!("public.{name}")),
                "{error}"
            );
        }
        hold.confirm(&[untouched]).await.unwrap();
        hold.confirm(&[locked]).await.unwrap();
        hold.close().await;
        snapshot.close().await;
    });
}
