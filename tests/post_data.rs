//! What is made behind the rows: when it begins, in which steps, and with which settings.

use std::time::{Duration, Instant};

use pgsluice::apply::{self, Arrival, BuildSettings, Builders, Persistence, Refused};
use pgsluice::connect::{Conninfo, Endpoint, Environment, RetryPolicy};
use pgsluice::ddl::{Action, Address, Statement};
use pgsluice::error::Side;
use pgsluice::plan::tasks::{Stage, Task};
use tokio::sync::mpsc;

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::Run;

/// What is not there after so long will never be.
const PATIENCE: Duration = Duration::from_secs(60);

/// Rows of about 120 bytes, enough of them for the table to be worked on in steps (8 MB).
const ROWS: &str = "SELECT n, n % 1000 + 1, repeat('x', 100) FROM generate_series(1, 80000) AS n";

fn pair(script: &str) -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(script);
    (source, target)
}

fn index_task(table: u32, name: &str) -> Task {
    let object = Address::in_schema("INDEX", "public", name);
    let sql = format!("CREATE INDEX {name} ON public.t{table} (id)");
    Task {
        place: None,
        statements: vec![Statement::new(Action::Create, &object, sql)],
        object,
        table,
        stage: Stage::Structure,
        rows: [table].into(),
        needs: Vec::new(),
        follows: Vec::new(),
        rests_on: Vec::new(),
        locks: [].into(),
        weight: 0,
    }
}

#[tokio::test]
async fn indexes_are_built_as_soon_as_their_table_has_its_rows() {
    let target = Cluster::shared().database();
    target.psql("CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)");
    let conninfo = Conninfo::parse(&target.url(), &Environment::default()).unwrap();
    let endpoint = Endpoint::new(Side::Target, conninfo).unwrap();
    let settings = BuildSettings { sessions: 2, maintenance_bytes: None, session_settings: Vec::new() };
    let mut builders = Builders::open(&endpoint, settings).await.unwrap();
    let tasks = [index_task(1, "first"), index_task(2, "second")];
    let (sender, arrivals) = mpsc::unbounded_channel();
    let running = async {
        let mut refused = Refused::default();
        let persistence = Persistence { ledger: None, retry: RetryPolicy::NEVER };
        let progress = apply::TaskProgress::default();
        let settle = async |_| Ok::<(), apply::Error>(());
        let behind =
            apply::post_data(&mut builders, &tasks, arrivals, &mut refused, persistence, &progress, settle).await;
        let apply::Behind { failures, durations } = behind.unwrap();
        assert_eq!(failures, []);
        assert_eq!(durations.keys().copied().collect::<Vec<_>>(), [1, 2], "what each table's index took");
    };
    let indexes = || target.query("SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1");
    assert!(indexes().is_empty());
    let watching = async {
        sender.send(Arrival::Table(2)).unwrap();
        let begin = Instant::now();
        while indexes().is_empty() {
            assert!(begin.elapsed() < PATIENCE, "the index is not built before all rows are there");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(indexes(), [["second"]]);
        sender.send(Arrival::All).unwrap();
    };
    tokio::join!(running, watching);
    builders.close().await;
    assert_eq!(indexes(), [["first"], ["second"]]);
}

#[test]
fn foreign_keys_of_large_tables_are_validated_apart_and_end_as_they_are_on_the_source() {
    let (source, target) = pair(&format!(
        "CREATE TABLE customer (id int PRIMARY KEY);
         INSERT INTO customer SELECT generate_series(1, 1000);
         CREATE TABLE plain (id int PRIMARY KEY, customer int, filler text);
         INSERT INTO plain {ROWS};
         ALTER TABLE plain ADD CONSTRAINT plain_fk FOREIGN KEY (customer) REFERENCES customer ON DELETE CASCADE
             DEFERRABLE INITIALLY DEFERRED;
         COMMENT ON CONSTRAINT plain_fk ON plain IS 'whose';
         CREATE TABLE parted (id int, customer int REFERENCES customer ON UPDATE SET NULL, filler text)
             PARTITION BY RANGE (id);
         CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (40000);
         CREATE TABLE high (filler text, customer int, id int);
         ALTER TABLE parted ATTACH PARTITION high FOR VALUES FROM (40000) TO (90000);
         INSERT INTO parted {ROWS};
         CREATE TABLE of_parted (id int PRIMARY KEY, parted int, filler text);
         ALTER TABLE parted ADD PRIMARY KEY (id);
         INSERT INTO of_parted {ROWS};
         ALTER TABLE of_parted ADD FOREIGN KEY (parted) REFERENCES parted;
         ALTER TABLE plain ADD CONSTRAINT never FOREIGN KEY (id) REFERENCES customer NOT VALID;"
    ));
    let outcome = Run::snapshot(&source.url(), &target.url()).arg("--log-level=trace").outcome().expect_done();
    let said = |words: &str| outcome.stderr.matches(words).count();
    assert_eq!(said(r#"VALIDATE CONSTRAINT \"plain_fk\""#), 1);
    assert_eq!(said(r#"VALIDATE CONSTRAINT \"parted_customer_fkey\""#), 2, "once for each partition");
    assert_eq!(
        said("VALIDATE CONSTRAINT"),
        3,
        "what the source never validated is not, and what refers to partitions is at once"
    );
    oracle::assert_same(&source, &target);
    let keys = "SELECT conrelid::regclass, conname, convalidated, conislocal, coninhcount, conparentid <> 0,
                       (SELECT count(*) FROM pg_trigger WHERE tgconstraint = k.oid)
                  FROM pg_constraint AS k WHERE contype = 'f' ORDER BY conrelid::regclass::text, 2";
    assert_eq!(target.query(keys), source.query(keys));
}

#[test]
fn a_key_that_rows_break_is_named_once_and_everything_else_is_made() {
    let (source, target) = pair(&format!(
        "CREATE TABLE customer (id int PRIMARY KEY);
         CREATE TABLE broken (id int PRIMARY KEY, customer int, filler text);
         CREATE INDEX broken_customer ON broken (customer);
         INSERT INTO broken {ROWS};
         ALTER TABLE broken ADD CONSTRAINT broken_fk FOREIGN KEY (customer) REFERENCES customer NOT VALID;
         UPDATE pg_constraint SET convalidated = true WHERE conname = 'broken_fk';"
    ));
    let outcome = Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").outcome();
    assert_eq!(outcome.exit_code, Some(1));
    assert_eq!(
        outcome.stdout.matches("broken_fk").count(),
        2,
        "once, and once in the server's words: {}",
        outcome.stdout
    );
    assert_eq!(target.value("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"), "3");
    assert_eq!(target.value("SELECT count(*) FROM broken"), "80000");
}

#[test]
fn large_tables_are_analyzed_unless_that_is_not_wanted() {
    let script = format!(
        "CREATE TABLE large (id int, customer int, filler text); INSERT INTO large {ROWS};
         CREATE INDEX ON large ((customer % 7));
         CREATE TABLE small (id int); INSERT INTO small VALUES (1);
         CREATE TABLE parted (id int) PARTITION BY RANGE (id);
         CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (100000);
         INSERT INTO parted SELECT generate_series(1, 20000);"
    );
    let analyzed = "SELECT tablename, count(*) FROM pg_stats WHERE schemaname = 'public' GROUP BY 1 ORDER BY 1";
    let (source, target) = pair(&script);
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    assert_eq!(target.query(analyzed), [["large", "3"], ["large_expr_idx", "1"], ["part", "1"], ["parted", "1"]]);
    let target = source.cluster.database();
    Run::snapshot(&source.url(), &target.url()).arg("--analyze=no").outcome().expect_done();
    assert!(target.query(analyzed).is_empty());
}

#[test]
fn newer_targets_take_the_statistics_of_the_source_over() {
    let newest = Cluster::every_version().into_iter().find(|cluster| cluster.installation.major >= 18);
    let Some(cluster) = newest else {
        eprintln!("skipped: no server of 18 or newer");
        return;
    };
    let sources = Cluster::every_version();
    for source in sources.into_iter().map(Cluster::database) {
        let target = cluster.database();
        source.psql(&format!(
            "CREATE TABLE large (id int, customer int, filler text, tags text[], span int4range);
             INSERT INTO large SELECT n, c, f, ARRAY[f, c::text], int4range(n, n + c) FROM ({ROWS}) AS r (n, c, f);
             CREATE INDEX ON large ((customer % 7));
             ALTER TABLE large DROP COLUMN filler;
             CREATE TABLE unknown (id int, filler text);
             CREATE TABLE parted (id int) PARTITION BY RANGE (id);
             CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (100000);
             INSERT INTO parted SELECT generate_series(1, 20000);
             CREATE TABLE extended (a int, b int); CREATE STATISTICS extended_both ON a, b FROM extended;
             INSERT INTO extended SELECT n, n FROM generate_series(1, 20000) AS n;
             ANALYZE;
             INSERT INTO unknown SELECT n, f FROM ({ROWS}) AS r (n, c, f)"
        ));
        // Statistics that an ANALYZE of the target would not find.
        source.psql("UPDATE pg_statistic SET stanullfrac = 0.25 WHERE starelid = 'large'::regclass AND staattnum = 1");
        Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
        let columns = "SELECT tablename, attname, inherited, null_frac, n_distinct, most_common_vals, histogram_bounds, correlation,
                              most_common_elems
                         FROM pg_stats WHERE schemaname = 'public' AND tablename ~ 'large|part' ORDER BY 1, 2, 3";
        assert_eq!(target.query(columns), source.query(columns), "from {}", source.cluster.installation.major);
        let rows = "SELECT reltuples FROM pg_class WHERE relname IN ('large', 'part') ORDER BY relname";
        assert_eq!(target.query(rows), [["80000"], ["20000"]]);
        let analyzed = "SELECT count(*) FROM pg_stats WHERE tablename IN ('unknown', 'extended')";
        assert_eq!(target.value(analyzed), "4", "what cannot be taken over is analyzed");
    }
}

#[test]
fn the_sessions_that_build_have_the_settings_that_were_asked_for() {
    let (source, target) = pair(
        "CREATE FUNCTION checked(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
             BEGIN
                 IF current_setting('pgsluice_test.flag', true) IS DISTINCT FROM 'on'
                    OR current_setting('maintenance_work_mem') <> '24MB' THEN
                     RAISE 'flag %, memory %', current_setting('pgsluice_test.flag', true),
                                               current_setting('maintenance_work_mem');
                 END IF;
                 RETURN $1;
             END $$;
         CREATE TABLE t (id int);
         CREATE INDEX ON t (checked(id));
         SET pgsluice_test.flag = 'on'; SET maintenance_work_mem = '24MB';
         INSERT INTO t SELECT generate_series(1, 10)",
    );
    let run = |arguments: &[&str]| {
        Run::snapshot(&source.url(), &target.url()).args(["--log-level=warn", "--clean"]).args(arguments).outcome()
    };
    assert_eq!(run(&[]).exit_code, Some(1));
    run(&["--maintenance-work-mem=24MB", "--session-setting", "pgsluice_test.flag=on"]).expect_done();
    run(&["--session-setting", "maintenance_work_mem=24MB pgsluice_test.flag=on"]).expect_done();
}

#[test]
fn a_setting_that_the_target_refuses_ends_the_run_before_anything_is_changed() {
    let (source, target) = pair("CREATE TABLE t (id int)");
    let run = Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn");
    let outcome = run.args(["--session-setting", "work_memory=1GB"]).outcome();
    insta::assert_snapshot!(outcome.failure(), @r#"
    exit code: 1
    error: could not set "work_memory" on the target
    detail: ERROR 42704: unrecognized configuration parameter "work_memory"
    hint: correct --session-setting; it takes what SET takes in a session of the target's user
    "#);
    assert!(target.query("SELECT FROM pg_tables WHERE schemaname = 'public'").is_empty());
}

#[test]
fn many_constraints_between_few_tables_never_wait_for_each_other_in_a_circle() {
    let tables = 6;
    let mut script = String::new();
    for table in 0..tables {
        script.push_str(&format!("CREATE TABLE t{table} (id int PRIMARY KEY, a int UNIQUE, b int);"));
        script.push_str(&format!("INSERT INTO t{table} SELECT n, n, n FROM generate_series(1, 100) AS n;"));
        script.push_str(&format!("CREATE INDEX ON t{table} (b); CREATE STATISTICS s{table} ON a, b FROM t{table};"));
    }
    for (from, to) in (0..tables).flat_map(|from| (0..tables).map(move |to| (from, to))) {
        script.push_str(&format!("ALTER TABLE t{from} ADD FOREIGN KEY (a) REFERENCES t{to} (id);"));
        script.push_str(&format!("ALTER TABLE t{from} ADD FOREIGN KEY (b) REFERENCES t{to} (a);"));
    }
    let (source, target) = pair(&script);
    let run = Run::snapshot(&source.url(), &target.url()).arg("--index-jobs=12");
    run.outcome().expect_done();
    oracle::assert_same(&source, &target);
}
