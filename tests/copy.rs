//! Rows on their way: the wire session, the pump and the workers, between real databases.

mod small_tables;

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pgsluice::connect::{self, CommandTag, Conninfo, Endpoint, Environment, RetryPolicy, WireError};
use pgsluice::copy::{self, BatchLimits, Error, Limits, Options, Progress, Pump, PumpError, TableOutcome};
use pgsluice::ddl::sql::QualifiedName;
use pgsluice::error::{Explain, Side};
use pgsluice::plan::chunks::{ChunkPolicy, ForcedChunk, TableSize, chunks};
use pgsluice::plan::load::{Chunk, CopyFormat, TableLoad};

use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// A failure that is not noticed would wait for ever.
const PATIENCE: Duration = Duration::from_secs(60);

struct Pair {
    source: Database<'static>,
    target: Database<'static>,
}

impl Pair {
    fn new() -> Self {
        Self::between(Cluster::shared(), Cluster::shared())
    }

    fn between(source: &'static Cluster, target: &'static Cluster) -> Self {
        Self { source: source.database(), target: target.database() }
    }

    /// The same script on both sides.
    fn with(script: &str) -> Self {
        let pair = Self::new();
        pair.source.psql(script);
        pair.target.psql(script);
        pair
    }

    fn endpoints(&self) -> (Endpoint, Endpoint) {
        (endpoint(Side::Source, &self.source.url()), endpoint(Side::Target, &self.target.url()))
    }

    async fn copy(&self, loads: &[TableLoad]) -> Result<Vec<TableOutcome>, Error> {
        let (source, target) = self.endpoints();
        let snapshot = Snapshot::export(&source).await;
        let progress = Progress::new(loads.len(), 4);
        let reading = snapshot.reading(&source);
        let run = copy::run(&reading, &target, loads, options(4), &progress, |_| {});
        let result = tokio::time::timeout(PATIENCE, run).await.expect("the run ends");
        if let Ok(outcomes) = &result {
            assert_eq!(progress.rows(), outcomes.iter().map(|outcome| outcome.rows).sum::<u64>());
            assert_eq!(progress.bytes(), outcomes.iter().map(|outcome| outcome.bytes).sum::<u64>());
            assert_eq!(progress.tables_finished(), loads.len());
        }
        assert!(progress.current().all(|table| table.is_none()), "no worker is left");
        result
    }

    fn assert_equal(&self, table: &str) {
        let digest =
            format!("SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ONLY {table} AS t");
        assert_eq!(self.target.query(&digest), self.source.query(&digest), "{table}");
    }
}

struct Snapshot(Arc<connect::Snapshot>);

impl Snapshot {
    async fn export(source: &Endpoint) -> Self {
        Self(Arc::new(connect::Snapshot::export(source).await.unwrap()))
    }

    fn reading<'a>(&self, source: &'a Endpoint) -> copy::Reading<'a> {
        copy::Reading { source, snapshot: Arc::clone(&self.0), hold: None }
    }
}

fn endpoint(side: Side, url: &str) -> Endpoint {
    Endpoint::new(side, Conninfo::parse(url, &Environment::default()).unwrap()).unwrap()
}

fn options(jobs: usize) -> Options {
    let jobs = NonZeroUsize::new(jobs).unwrap();
    Options {
        limits: Limits { jobs, schemas_at_once: None, tables_at_once: None, streams_per_table: jobs },
        disable_triggers: false,
        stall_limit: None,
        retry: RetryPolicy::NEVER,
        ledger: None,
        batch: BatchLimits { rows: 1000, bytes: 1 << 20, timeout: Duration::from_secs(5) },
        rejects: None,
    }
}

fn load(schema: &str, table: &str, columns: &[&str]) -> TableLoad {
    TableLoad {
        relation: 1,
        table: QualifiedName::new(schema, table),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        format: CopyFormat::Binary,
        created_here: true,
        chunks: vec![Chunk::Whole],
        key_column: None,
        // Enough to be loaded frozen.
        bytes_estimate: 1 << 20,
        chunking_reason: "test",
        text_reason: None,
        through: None,
        filter: None,
        predicates: Vec::new(),
        merge: None,
        level: 0,
        turn: None,
    }
}

/// The load of a table, divided into chunks of so many blocks.
fn divided(database: &Database<'_>, table: &str, columns: &[&str], pages: u32) -> TableLoad {
    let size = TableSize {
        heap_bytes: database.value(&format!("SELECT pg_relation_size('{table}')")).parse().unwrap(),
        toast_bytes: 0,
        is_heap: true,
    };
    let policy = ChunkPolicy {
        server_major: 15,
        block_bytes: NonZeroU32::new(8192).unwrap(),
        jobs: 4,
        streams_per_table: 4,
        total_bytes: size.heap_bytes,
        merges: false,
        forced: NonZeroU32::new(pages).map(ForcedChunk::Pages),
    };
    TableLoad { chunks: chunks(size, &policy, None).chunks, ..load("public", table, columns) }
}

/// Fills a table with 200 MB in which the source cannot hide behind anybody's buffers.
const LARGE: &str = "INSERT INTO large SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, 200000) AS n";

#[tokio::test(flavor = "multi_thread")]
async fn values_nulls_and_odd_names_arrive_as_they_are() {
    let pair = Pair::with(
        r#"CREATE SCHEMA "Odd ""schema";
           CREATE TABLE "Odd ""schema"."a.b
c" ("Id" int, "q""x" text, "ünï" bytea, twice int GENERATED ALWAYS AS ("Id" * 2) STORED, j jsonb, f float8[]);
           CREATE TABLE empty (a int);"#,
    );
    pair.source.psql(
        r#"INSERT INTO "Odd ""schema"."a.b
c" ("Id", "q""x", "ünï", j, f)
           SELECT n, CASE WHEN n % 3 > 0 THEN repeat('é\', n % 50) END, decode(md5(n::text), 'hex'),
           jsonb_build_object('n', n, 'null', NULL), ARRAY['NaN', 'Infinity', n / 7.0, NULL]::float8[]
           FROM generate_series(1, 5000) AS n"#,
    );
    let odd = load("Odd \"schema", "a.b\nc", &["Id", "q\"x", "ünï", "j", "f"]);
    for format in [CopyFormat::Binary, CopyFormat::Text] {
        let loads = [TableLoad { format, ..odd.clone() }, load("public", "empty", &["a"])];
        let outcomes = pair.copy(&loads).await.unwrap();
        assert_eq!(outcomes.iter().map(|outcome| outcome.rows).collect::<Vec<_>>(), [5000, 0]);
        pair.assert_equal("\"Odd \"\"schema\".\"a.b\nc\"");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_sends_and_takes() {
    let newest = Cluster::shared();
    for cluster in Cluster::every_version() {
        for (source, target) in [(cluster, newest), (newest, cluster)] {
            let pair = Pair::between(source, target);
            for database in [&pair.source, &pair.target] {
                database.psql("CREATE TABLE whole (a int, b timestamptz); CREATE TABLE parts (a int, b numeric)");
            }
            pair.source.psql(
                "INSERT INTO whole SELECT n, now() FROM generate_series(1, 1000) AS n;
                 INSERT INTO parts SELECT n, n / 7.0 FROM generate_series(1, 5000) AS n",
            );
            let loads = [load("public", "whole", &["a", "b"]), divided(&pair.source, "parts", &["a", "b"], 5)];
            pair.copy(&loads).await.unwrap();
            pair.assert_equal("whole");
            pair.assert_equal("parts");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_columns_keeps_its_rows() {
    let pair = Pair::with("CREATE TABLE bare (); CREATE TABLE shed (a int); ALTER TABLE shed DROP a");
    pair.source.psql(
        "INSERT INTO shed SELECT FROM generate_series(1, 3000);
         INSERT INTO bare SELECT FROM generate_series(1, 3000)",
    );
    for format in [CopyFormat::Binary, CopyFormat::Text] {
        let whole = TableLoad { format, ..load("public", "bare", &[]) };
        let pieces = TableLoad { format, ..divided(&pair.source, "shed", &[], 2) };
        assert!(pieces.chunks.len() > 3);
        let outcomes = pair.copy(&[whole, pieces]).await.unwrap();
        assert_eq!((outcomes[0].rows, outcomes[1].rows), (3000, 3000));
        assert_eq!(pair.target.value("SELECT count(*) FROM bare"), "3000");
        assert_eq!(pair.target.value("SELECT count(*) FROM shed"), "3000");
        pair.target.psql("TRUNCATE shed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_gives_its_own_rows_only() {
    let pair = Pair::with("CREATE TABLE parent (a int); CREATE TABLE child () INHERITS (parent)");
    pair.source
        .psql("INSERT INTO parent SELECT generate_series(1, 2000); INSERT INTO child SELECT generate_series(1, 2000)");
    pair.copy(&[load("public", "parent", &["a"]), load("public", "child", &["a"])]).await.unwrap();
    pair.assert_equal("parent");
    pair.assert_equal("child");
    pair.target.psql("TRUNCATE parent");
    pair.copy(&[divided(&pair.source, "parent", &["a"], 3)]).await.unwrap();
    pair.assert_equal("parent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_table_arrives_frozen_and_only_ours_is_truncated() {
    let pair = Pair::with("CREATE TABLE t (a int)");
    pair.source.psql("INSERT INTO t SELECT generate_series(1, 1000)");
    pair.target.psql("INSERT INTO t VALUES (-1)");
    let ours = load("public", "t", &["a"]);
    pair.copy(&[TableLoad { created_here: false, ..ours.clone() }]).await.unwrap();
    assert_eq!(pair.target.value("SELECT count(*) FROM t"), "1001", "rows that were there before stay");
    pair.copy(&[ours]).await.unwrap();
    pair.assert_equal("t");
    pair.target.psql("CREATE EXTENSION pg_visibility");
    assert_eq!(pair.target.value("SELECT count(*) FROM pg_visibility('t') WHERE NOT all_frozen"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn block_ranges_take_every_row_of_the_snapshot_while_the_table_changes() {
    let pair = Pair::with("CREATE TABLE t (id int, x text)");
    pair.source.psql("INSERT INTO t SELECT n, repeat('x', 100) FROM generate_series(1, 20000) AS n");
    let load = divided(&pair.source, "t", &["id", "x"], 20);
    assert!(load.chunks.len() > 10, "{}", load.chunks.len());
    // Grown between planning and snapshot: the last range is open.
    pair.source.psql("INSERT INTO t SELECT n, repeat('y', 100) FROM generate_series(20001, 40000) AS n");
    let digest = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY id)) FROM t";
    let before = pair.source.query(digest);
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    // Changed after the snapshot: rows move to other blocks, and the snapshot still sees them where they were.
    pair.source.psql("UPDATE t SET x = 'z' WHERE id % 3 = 0; DELETE FROM t WHERE id % 7 = 0; INSERT INTO t VALUES (0)");
    let progress = Progress::new(1, 4);
    let outcomes =
        copy::run(&snapshot.reading(&source), &target, &[load], options(4), &progress, |_| {}).await.unwrap();
    assert_eq!(outcomes[0].rows, 40000);
    assert_eq!(pair.target.query(digest), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_far_larger_than_the_buffer_arrives_whole() {
    let pair = Pair::with("CREATE TABLE t (id int, x bytea)");
    pair.source.psql("INSERT INTO t VALUES (1, NULL), (2, repeat('0123456789abcdef', 8 << 20)::bytea), (3, 'z')");
    pair.copy(&[load("public", "t", &["id", "x"])]).await.unwrap();
    let digest = "SELECT id, length(x), md5(x) FROM t ORDER BY id";
    assert_eq!(pair.target.query(digest), pair.source.query(digest));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_is_noticed_at_once_and_both_sessions_stay_usable() {
    let pair = Pair::new();
    pair.target.psql("CREATE TABLE t (id int8 CHECK (id <> 1000), x text)");
    let (source, target) = pair.endpoints();
    let (mut reader, mut writer) = (source.wire().await.unwrap(), target.wire().await.unwrap());
    // Without an end in sight, and with rows of every size, so that the refusal comes in the middle of one.
    let endless = "COPY (SELECT n::int8, repeat('secret', n % 5000)
                   FROM (SELECT generate_series(1, 1000000000) AS n) AS numbers) TO STDOUT";
    for sql in [endless.to_owned(), format!("{endless} (FORMAT binary)")] {
        let begin = Instant::now();
        reader.copy_out(&sql).await.unwrap();
        let options = sql.rsplit_once("STDOUT").unwrap().1;
        writer.copy_in(&format!("BEGIN; COPY t FROM STDIN{options}")).await.unwrap();
        let key = reader.cancel_key().unwrap().clone();
        let mut pump = Pump::new(&mut reader, &mut writer);
        let error = tokio::time::timeout(PATIENCE, pump.run(|_| ())).await.unwrap().unwrap_err();
        let PumpError::Target(WireError::Server(error)) = error else { panic!("{error:?}") };
        assert_eq!(error.code, "23514");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        source.cancel(&key).await;
        tokio::time::timeout(PATIENCE, pump.discard_rest()).await.unwrap();
        assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
        assert_eq!(writer.execute("ROLLBACK").await.unwrap()[0].as_str(), "ROLLBACK");
        let tags = reader.execute("SELECT 1; SELECT 2").await.unwrap();
        assert_eq!(tags.iter().map(CommandTag::rows).collect::<Vec<_>>(), [Some(1), Some(1)]);
    }
    assert_eq!(pair.target.value("SELECT count(*) FROM t"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_names_table_and_constraint_but_no_value() {
    let pair = Pair::new();
    pair.source.psql("CREATE TABLE t (id int, x text); INSERT INTO t VALUES (1, 'secret')");
    pair.target.psql("CREATE TABLE t (id int, x text, CONSTRAINT short CHECK (length(x) < 3))");
    let error = pair.copy(&[load("public", "t", &["id", "x"])]).await.unwrap_err();
    assert_eq!(error.to_string(), r#"could not copy table "public.t": writing it on the target failed"#);
    assert_eq!(
        error.detail().unwrap(),
        "ERROR 23514: new row for relation \"t\" violates check constraint \"short\"; COPY t, line 1; statement: BEGIN; \
         TRUNCATE ONLY \"public\".\"t\"; COPY \"public\".\"t\" (\"id\", \"x\") FROM STDIN (FORMAT binary, FREEZE)"
    );
    assert!(!format!("{error:?} {:?}", error.hint()).contains("secret"));
    assert_eq!(pair.target.value("SELECT count(*) FROM t"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_a_type_refuses_is_not_quoted() {
    let pair = Pair::new();
    pair.source.psql("CREATE TABLE t (x text); INSERT INTO t VALUES ('1'), ('se\"cret')");
    pair.target.psql("CREATE TABLE t (x int)");
    let load = TableLoad { format: CopyFormat::Text, ..load("public", "t", &["x"]) };
    let detail = pair.copy(&[load]).await.unwrap_err().detail().unwrap();
    assert!(
        detail.starts_with("ERROR 22P02: invalid input syntax for type integer: \"…\"; COPY t, line 2, column x;"),
        "{detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn unequal_counts_are_an_error_and_leave_no_rows() {
    let pair = Pair::with("CREATE TABLE t (a int)");
    pair.source.psql("INSERT INTO t SELECT generate_series(1, 100)");
    pair.target.psql(
        "CREATE FUNCTION drop_some() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN IF new.a % 10 = 0 THEN RETURN NULL; END IF; RETURN new; END';
         CREATE TRIGGER drop_some BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION drop_some()",
    );
    let loads = [load("public", "t", &["a"])];
    let error = pair.copy(&loads).await.unwrap_err();
    assert_eq!(error.to_string(), r#"could not copy table "public.t": the source sent 100 rows, the target took 90"#);
    assert_eq!(pair.target.value("SELECT count(*) FROM t"), "0");

    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let options = Options { disable_triggers: true, ..options(1) };
    copy::run(&snapshot.reading(&source), &target, &loads, options, &Progress::new(1, 1), |_| {}).await.unwrap();
    pair.assert_equal("t");
}

/// A trigger that lets the target take its time, so that something can happen to the source meanwhile.
const SLOW: &str = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF new.id % 50 = 0 THEN PERFORM pg_catalog.pg_sleep(0.01); END IF; RETURN new; END';
    CREATE TRIGGER slow BEFORE INSERT ON large FOR EACH ROW EXECUTE FUNCTION slow()";

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_dies_in_mid_row_fails_the_run_and_leaves_no_rows() {
    let pair = Pair::with("CREATE TABLE large (id int, x text)");
    pair.source.psql(LARGE);
    pair.target.psql(SLOW);
    let loads = [load("public", "large", &["id", "x"])];
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let progress = Progress::new(1, 1);
    let watched = progress.clone();
    let run = tokio::spawn(async move {
        copy::run(&snapshot.reading(&source), &target, &loads, options(1), &progress, |_| {}).await
    });
    while watched.bytes() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(watched.current().collect::<Vec<_>>(), [Some(0)]);
    pair.source.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%COPY%TO STDOUT%' AND pid <> pg_backend_pid()",
    );
    let error = tokio::time::timeout(PATIENCE, run).await.unwrap().unwrap().unwrap_err();
    assert_eq!(error.to_string(), r#"could not copy table "public.large": reading it on the source failed"#);
    assert_eq!(pair.target.value("SELECT count(*) FROM large"), "0");
    assert_no_copy_runs(&pair.target);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_says_why() {
    let pair = Pair::with("CREATE TABLE large (id int, x text)");
    pair.source.psql(LARGE);
    pair.target.psql(SLOW);
    let loads = [load("public", "large", &["id", "x"])];
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let progress = Progress::new(1, 1);
    let watched = progress.clone();
    let run = tokio::spawn(async move {
        copy::run(&snapshot.reading(&source), &target, &loads, options(1), &progress, |_| {}).await
    });
    while watched.bytes() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    pair.target.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%COPY%FROM STDIN%' AND pid <> pg_backend_pid()",
    );
    let error = tokio::time::timeout(PATIENCE, run).await.unwrap().unwrap().unwrap_err();
    let detail = error.detail().unwrap();
    assert!(detail.starts_with("FATAL 57P01: terminating connection due to administrator command"), "{detail}");
    assert_no_copy_runs(&pair.source);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_failure_stops_the_other_workers() {
    let pair = Pair::with("CREATE TABLE large (id int, x text); CREATE TABLE small (a int)");
    pair.source.psql(LARGE);
    pair.source.psql("INSERT INTO small VALUES (1)");
    pair.target.psql(SLOW);
    pair.target.psql("ALTER TABLE small ADD CHECK (a > 1)");
    let begin = Instant::now();
    let error = pair.copy(&[load("public", "large", &["id", "x"]), load("public", "small", &["a"])]).await.unwrap_err();
    assert!(error.to_string().contains("public.small"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    assert_no_copy_runs(&pair.source);
    assert_no_copy_runs(&pair.target);
}

/// What was cancelled or lost its client is gone soon.
fn assert_no_copy_runs(database: &Database<'_>) {
    let begin = Instant::now();
    let count = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%COPY%' AND state = 'active' AND pid <> pg_backend_pid()";
    while database.value(count) != "0" {
        assert!(begin.elapsed() < Duration::from_secs(10), "a COPY still runs");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_error_fails_the_target_with_a_reason_and_both_go_on() {
    let pair = Pair::new();
    pair.target.psql("CREATE TABLE t (a int)");
    let (source, target) = pair.endpoints();
    let (mut reader, mut writer) = (source.wire().await.unwrap(), target.wire().await.unwrap());
    reader.copy_out("COPY (SELECT 1 / (5000 - n) FROM generate_series(1, 10000) AS n) TO STDOUT").await.unwrap();
    writer.copy_in("BEGIN; COPY t FROM STDIN").await.unwrap();
    let error = Pump::new(&mut reader, &mut writer).run(|_| ()).await.unwrap_err();
    let PumpError::Source(WireError::Server(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.code, "22012");
    assert_eq!(reader.execute("SELECT 1").await.unwrap().len(), 1);
    assert_eq!(writer.execute("COMMIT").await.unwrap()[0].as_str(), "ROLLBACK");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_statement_leaves_the_session_usable() {
    let database = Cluster::shared().database();
    let mut wire = endpoint(Side::Target, &database.url()).wire().await.unwrap();
    for _ in 0..2 {
        let error = wire.execute("SELECT 1; SELECT 1 / 0; SELECT 2").await.unwrap_err();
        assert_eq!(error.code(), Some("22012"));
        let error = wire.copy_in("COPY missing FROM STDIN").await.unwrap_err();
        assert_eq!(error.code(), Some("42P01"));
        let error = wire.copy_out("COPY missing TO STDOUT").await.unwrap_err();
        assert_eq!(error.code(), Some("42P01"));
    }
    assert!(wire.execute("").await.unwrap().is_empty());
    assert_eq!(wire.parameter("client_encoding"), Some("UTF8"));
    let error = wire.copy_in("SELECT 1").await.unwrap_err();
    assert!(matches!(error, WireError::Protocol(_)), "{error:?}");
    wire.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_statement_makes_the_session_unusable() {
    let database = Cluster::shared().database();
    let mut wire = endpoint(Side::Target, &database.url()).wire().await.unwrap();
    let sleep = wire.execute("SELECT pg_sleep(30)");
    assert!(tokio::time::timeout(Duration::from_millis(100), sleep).await.is_err());
    assert!(matches!(wire.execute("SELECT 1").await, Err(WireError::Unusable)));
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_connections_mean_fewer_workers() {
    let tables: Vec<String> =
        (0..6).map(|n| format!("CREATE TABLE t{n} AS SELECT generate_series(1, 1000) AS a")).collect();
    let script = tables.join(";");
    let pair = Pair::new();
    pair.source.psql(&script);
    pair.target.psql(&script.replace("1, 1000", "1, 0"));
    pair.source.psql(
        "DROP ROLE IF EXISTS copy_crowded; CREATE ROLE copy_crowded LOGIN PASSWORD 'x' CONNECTION LIMIT 2;
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO copy_crowded",
    );
    let loads: Vec<TableLoad> = (0..6).map(|n| load("public", &format!("t{n}"), &["a"])).collect();
    let crowded = endpoint(Side::Source, &pair.source.url_of("copy_crowded", "x"));
    let (source, target) = pair.endpoints();
    let snapshot = Snapshot::export(&source).await;
    let outcomes = copy::run(&snapshot.reading(&crowded), &target, &loads, options(6), &Progress::new(6, 6), |_| {})
        .await
        .unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.rows == 1000));
    (0..6).for_each(|n| pair.assert_equal(&format!("t{n}")));

    pair.source.psql("ALTER ROLE copy_crowded CONNECTION LIMIT 0");
    let none = copy::run(&snapshot.reading(&crowded), &target, &loads, options(6), &Progress::new(6, 6), |_| {}).await;
    assert!(none.unwrap_err().is_too_many_connections());
    pair.source.psql("DROP OWNED BY copy_crowded; DROP ROLE copy_crowded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_lost_is_named() {
    let pair = Pair::with("CREATE TABLE t (a int)");
    let (source, target) = pair.endpoints();
    let loads = [load("public", "t", &["a"])];
    let progress = Progress::new(1, 2);
    let snapshot = Snapshot::export(&source).await;
    pair.source.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    let error =
        copy::run(&snapshot.reading(&source), &target, &loads, options(2), &progress, |_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "the source's snapshot is lost: every session that held it has ended");
}
