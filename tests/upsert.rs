//! Rows that meet rows: what `--on-conflict` does with them, batch by batch.

use std::time::{Duration, Instant};

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::{Outcome, Run};

mod loops;
mod oracle;
mod places;
mod rejects;

fn pair() -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    (cluster.database(), cluster.database())
}

fn pair_with(script: &str) -> (Database<'static>, Database<'static>) {
    let (source, target) = pair();
    source.psql(script);
    target.psql(script);
    (source, target)
}

fn data(source: &Database, target: &Database, arguments: &[&str]) -> Run {
    Run::snapshot(&source.url(), &target.url()).args(["--mode", "data", "--log-level", "warn"]).args(arguments)
}

fn update(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    data(source, target, &["--on-conflict", "update"]).args(arguments).outcome()
}

/// The line of a table in the summary, from its route on.
fn route(outcome: &Outcome, table: &str) -> String {
    let line = outcome.stdout.lines().find(|line| line.starts_with(&format!("{table} ")));
    let line = line.unwrap_or_else(|| panic!("{table} is not in\n{}", outcome.stdout));
    line.rsplit("  ").next().unwrap().to_owned()
}

/// Every row of a table as text, in order.
fn rows(database: &Database, table: &str) -> String {
    let rows = database.query(&format!("SELECT t::text FROM {table} AS t ORDER BY 1"));
    rows.concat().join("\n")
}

/// Writes down on the target every statement that merges rows.
const COUNT_BATCHES: &str = "CREATE TABLE public.batches (n int);
    CREATE FUNCTION public.count_batch() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO public.batches SELECT count(*) FROM added; RETURN NULL; END';
    CREATE TRIGGER count_batch AFTER INSERT ON t REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_batch()";

#[test]
fn update_inserts_what_is_new_sets_what_differs_and_leaves_the_rest() {
    let (source, target) = pair_with(
        "CREATE TABLE t (id int PRIMARY KEY, n numeric, j json); INSERT INTO t VALUES (1, 1.0, '{}'), (2, 2, NULL)",
    );
    source.psql("UPDATE t SET n = 1.00 WHERE id = 1; INSERT INTO t VALUES (3, 3, '[]')");
    target.psql("INSERT INTO t VALUES (9, 9, NULL); CREATE TABLE seen AS SELECT xmin::text AS x FROM t WHERE id = 2");
    let outcome = update(&source, &target, &[]).expect_done();
    assert_eq!(route(&outcome, "public.t"), "binary, on conflict update by t_pkey: 1 inserted, 1 updated, 1 unchanged");
    assert_eq!(rows(&target, "t"), "(1,1.00,{})\n(2,2,)\n(3,3,[])\n(9,9,)");
    assert_eq!(
        target.value("SELECT count(*) FROM t, seen WHERE id = 2 AND t.xmin::text = x"),
        "1",
        "the equal row was rewritten"
    );
    let again = update(&source, &target, &[]).expect_done();
    assert_eq!(route(&again, "public.t"), "binary, on conflict update by t_pkey: 0 inserted, 0 updated, 3 unchanged");
}

#[test]
fn nothing_inserts_what_is_new_and_needs_no_key() {
    let (source, target) = pair_with("CREATE TABLE t (id int UNIQUE, v text); CREATE TABLE bare (v text)");
    source.psql("INSERT INTO t VALUES (1, 'new'), (2, 'new'), (NULL, 'new'); INSERT INTO bare VALUES ('a')");
    target.psql("INSERT INTO t VALUES (1, 'old')");
    let outcome = data(&source, &target, &["--on-conflict", "nothing"]).outcome().expect_done();
    assert_eq!(route(&outcome, "public.t"), "binary, on conflict nothing: 2 inserted, 0 updated, 1 unchanged");
    assert_eq!(rows(&target, "t"), "(,new)\n(1,old)\n(2,new)");
    assert_eq!(rows(&target, "bare"), "(a)");
}

#[test]
fn counts_are_in_the_log_as_well() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY)");
    source.psql("INSERT INTO t VALUES (1)");
    let outcome = Run::snapshot(&source.url(), &target.url())
        .args(["--mode=data", "--on-conflict=update", "--log-format=json", "--no-progress"])
        .outcome()
        .expect_done();
    let events = outcome.stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let event = events.into_iter().find(|event| event["message"] == "rows merged").unwrap();
    assert_eq!((&event["table"], &event["inserted"], &event["rejected"]), (&"public.t".into(), &1.into(), &0.into()));
}

#[test]
fn a_batch_ends_with_its_rows_its_bytes_or_its_time() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY, v text)");
    source.psql("INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 10) AS n");
    target.psql(COUNT_BATCHES);
    let batches = |arguments: &[&str]| {
        target.psql("TRUNCATE t, batches");
        update(&source, &target, &["--tables", "t"]).expect_done();
        target.psql("TRUNCATE t, batches");
        update(&source, &target, &[&["--tables", "t"], arguments].concat()).expect_done();
        assert_eq!(rows(&target, "t"), rows(&source, "t"), "{arguments:?}");
        target.value("SELECT string_agg(n::text, ' ' ORDER BY ctid) FROM batches")
    };
    assert_eq!(batches(&[]), "10");
    assert_eq!(batches(&["--batch-rows", "1"]), "1 1 1 1 1 1 1 1 1 1");
    assert_eq!(batches(&["--batch-rows", "4"]), "4 4 2");
    assert_eq!(batches(&["--batch-rows", "5"]), "5 5");
    assert_eq!(batches(&["--batch-bytes", "1"]), "1 1 1 1 1 1 1 1 1 1");
    assert_eq!(batches(&["--batch-bytes", "3500"]), "4 4 2");
    // Rows large enough that the server does not keep several of them back.
    source.psql("TRUNCATE t; INSERT INTO t SELECT n, repeat('y', 20000) FROM generate_series(1, 3) AS n");
    let slow = "t=pg_sleep(0.3)::text IS NOT NULL";
    assert_eq!(batches(&["--where", slow, "--batch-timeout", "50ms"]), "1 1 1");
    assert_eq!(batches(&["--where", slow, "--batch-timeout", "60s"]), "3");
}

#[test]
fn of_rows_with_one_key_in_one_batch_the_last_one_counts() {
    let (source, target) = pair();
    source.psql(
        "CREATE TABLE t (k numeric, v int); INSERT INTO t VALUES (1.0, 1), (2, 2), (1.00, 3), (1.000, 4), (2, 2)",
    );
    target.psql("CREATE TABLE t (k numeric PRIMARY KEY, v int)");
    let outcome = update(&source, &target, &[]);
    // A column that takes NULL on the source may not here; the rows decide.
    let outcome = outcome.expect_done();
    assert_eq!(
        route(&outcome, "public.t"),
        "binary, on conflict update by t_pkey: 2 inserted, 0 updated, 0 unchanged, 3 repeated"
    );
    assert_eq!(rows(&target, "t"), "(1.0,4)\n(2,2)");
    // Another unique index on the target: what stood between two rows with one key matters.
    target.psql("TRUNCATE t; ALTER TABLE t ADD UNIQUE (v)");
    source.psql("TRUNCATE t; INSERT INTO t VALUES (1, 1), (1, 2), (2, 1), (2, 3), (3, 1)");
    update(&source, &target, &[]).expect_done();
    assert_eq!(rows(&target, "t"), "(1,2)\n(2,3)\n(3,1)");
}

#[test]
fn the_key_is_chosen_in_a_known_way_and_a_table_without_one_is_named() {
    let table = "CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int NOT NULL, d int)";
    let (source, target) = pair_with(table);
    source.psql("INSERT INTO t VALUES (1, 1, 1, 1)");
    target.psql(
        "CREATE UNIQUE INDEX z_partial ON t (a) WHERE a > 0; CREATE UNIQUE INDEX z_expression ON t ((a + 1));
         CREATE UNIQUE INDEX z_null ON t (d); ALTER TABLE t ADD CONSTRAINT z_deferrable UNIQUE (b) DEFERRABLE",
    );
    insta::assert_snapshot!(update(&source, &target, &[]).failure(), @r"
    exit code: 1
    error: --on-conflict update has no key to find rows by in 1 of the target's tables
    detail: public.t
    hint: it needs a unique index that is valid, not deferrable, on columns alone that take no NULL, and not partial; --no-arbiter skip leaves such tables out, --no-arbiter insert adds their rows to what is there
    ");
    let chosen = |index: &str| {
        target.psql(index);
        let route = route(&update(&source, &target, &[]).expect_done(), "public.t");
        route.split(": ").next().unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(chosen("CREATE UNIQUE INDEX y_two ON t (a, b)"), "y_two");
    assert_eq!(chosen("CREATE UNIQUE INDEX x_two ON t (b, c)"), "x_two");
    assert_eq!(chosen("CREATE UNIQUE INDEX z_one ON t (c) INCLUDE (d)"), "z_one");
    assert_eq!(chosen("ALTER TABLE t ADD CONSTRAINT zz_primary PRIMARY KEY (a, b, c)"), "zz_primary");
    if target.cluster.installation.major >= 15 {
        target.psql("TRUNCATE t; ALTER TABLE t DROP CONSTRAINT zz_primary; DROP INDEX y_two, x_two, z_one, z_null");
        assert_eq!(chosen("CREATE UNIQUE INDEX with_null ON t (d) NULLS NOT DISTINCT"), "with_null");
    }
}

#[test]
fn a_table_without_a_key_is_skipped_or_added_to_on_request() {
    let (source, target) = pair_with("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
    let skipped = update(&source, &target, &["--no-arbiter", "skip"]).expect_done();
    assert_eq!(rows(&target, "t"), "(1)");
    assert!(skipped.stdout.contains("rows of public.t: its table has no key"), "{}", skipped.stdout);
    let inserted = update(&source, &target, &["--no-arbiter", "insert"]).expect_done();
    assert_eq!((route(&inserted, "public.t").as_str(), rows(&target, "t").as_str()), ("binary", "(1)\n(1)"));
}

#[test]
fn identity_and_generated_columns_are_honoured() {
    let script = "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int, twice int GENERATED ALWAYS AS (v * 2) STORED);
        CREATE TABLE u (k int PRIMARY KEY, id int GENERATED ALWAYS AS IDENTITY, v int)";
    let (source, target) = pair_with(script);
    source.psql("INSERT INTO t (v) VALUES (1), (2); INSERT INTO u (k, v) VALUES (1, 1), (2, 2)");
    target.psql("INSERT INTO t (v) VALUES (9); INSERT INTO u (k, id, v) OVERRIDING SYSTEM VALUE VALUES (1, 50, 9)");
    insta::assert_snapshot!(update(&source, &target, &[]).failure(), @r"
    exit code: 1
    error: --on-conflict update cannot set column id of the target's table public.u: GENERATED ALWAYS AS IDENTITY
    hint: --keep-identity leaves the target's value in rows that are there; or make it GENERATED BY DEFAULT
    ");
    update(&source, &target, &["--keep-identity"]).expect_done();
    assert_eq!(rows(&target, "t"), "(1,1,2)\n(2,2,4)");
    assert_eq!(rows(&target, "u"), "(1,50,1)\n(2,2,2)");
}

#[test]
fn rules_that_rewrite_are_refused_before_anything_moves() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    target.psql("CREATE RULE away AS ON INSERT TO t DO ALSO NOTIFY x");
    insta::assert_snapshot!(update(&source, &target, &[]).failure(), @r"
    exit code: 1
    error: --on-conflict cannot be used with the target's table public.t: its rule away rewrites INSERT or UPDATE
    hint: disable or drop the rule, or leave the table out with --exclude-tables
    ");
}

#[test]
fn a_trigger_that_may_drop_rows_is_named() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY)");
    source.psql("INSERT INTO t VALUES (1), (2)");
    target.psql(
        "CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER picky BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 2) EXECUTE FUNCTION drop_it()",
    );
    let outcome = update(&source, &target, &[]).expect_done();
    assert_eq!(
        route(&outcome, "public.t"),
        "binary, on conflict update by t_pkey, unchanged also where trigger picky drops rows: 1 inserted, 0 updated, 1 unchanged"
    );
    assert_eq!(rows(&target, "t"), "(1)");
}

#[test]
fn without_temporary_tables_the_result_is_the_same() {
    let script = "CREATE TABLE t (id int PRIMARY KEY, v text, a text[], n numeric(5,2))";
    let (source, target) = pair_with(script);
    source.psql(
        r#"INSERT INTO t VALUES (1, E'tab\there "quoted" back\\slash', '{"a b",NULL}', 1.5), (2, NULL, NULL, NULL), (3, '', '{}', 3),
           (4, E'line\nbreak', '{"{}"}', -1)"#,
    );
    target.psql("INSERT INTO t VALUES (2, 'old', NULL, 0), (3, '', '{}', 3)");
    let role = format!("plain_{}", target.name);
    target.psql(&format!(
        "CREATE ROLE {role} LOGIN; GRANT ALL ON t TO {role}; REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC",
        target.name
    ));
    for batch_rows in ["1", "3", "1000"] {
        target.psql("DELETE FROM t WHERE id NOT IN (2, 3); UPDATE t SET v = 'old' WHERE id = 2");
        let outcome = Run::snapshot(&source.url(), &target.url_of(&role, ""))
            .args(["--mode=data", "--on-conflict=update", "--batch-rows", batch_rows])
            .outcome()
            .expect_done();
        assert_eq!(
            route(&outcome, "public.t"),
            "binary, on conflict update by t_pkey: 2 inserted, 1 updated, 1 unchanged"
        );
        assert_eq!(rows(&target, "t"), rows(&source, "t"));
    }
    target.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn chunks_merge_side_by_side() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY, v text)");
    source.psql("INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n");
    target.psql(
        "INSERT INTO t SELECT n, CASE WHEN n % 4 = 0 THEN md5(n::text) END FROM generate_series(1, 40000, 2) AS n",
    );
    let outcome =
        update(&source, &target, &["--chunk-pages", "20", "--batch-rows", "700", "--jobs", "4"]).expect_done();
    let route = route(&outcome, "public.t");
    assert!(route.ends_with(" chunks: 10,000 inserted, 10,000 updated, 0 unchanged"), "{route}");
    let digest = "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM t WHERE id <= 20000";
    assert_eq!(target.value(digest), source.value(digest));
}

/// A run whose session on the target is killed while it merges the rows of a table, batch by batch.
fn killed_while_merging(arguments: &[&str]) -> (Database<'static>, Database<'static>, Outcome) {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY, v text)");
    source.psql("INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n");
    target.psql(
        "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END';
         CREATE TRIGGER linger AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION linger()",
    );
    let run = data(&source, &target, &["--on-conflict=update", "--batch-rows", "500"]).args(arguments).start();
    target.wait_for("SELECT count(*) >= 2000 FROM t", "t", Duration::from_secs(60));
    // Between two batches no statement of ours is to be seen.
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%pgsluice_rows%' AND pid <> pg_backend_pid()";
    let begin = Instant::now();
    while target.query(kill).is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(60), "no session is merging");
    }
    let outcome = run.outcome();
    (source, target, outcome)
}

#[test]
fn a_session_that_is_killed_leaves_whole_batches() {
    let (source, target, outcome) = killed_while_merging(&["--no-retries"]);
    assert_eq!(outcome.exit_code, Some(1), "{outcome:?}");
    let count: u32 = target.value("SELECT count(*) FROM t").parse().unwrap();
    assert!((2000..20000).contains(&count) && count.is_multiple_of(500), "{count} rows");
    let outcome = update(&source, &target, &["--batch-rows", "5000"]).expect_done();
    assert!(route(&outcome, "public.t").contains(&format!("0 updated, {} unchanged", thousands(count))));
    assert_eq!(rows(&target, "t"), rows(&source, "t"));
}

#[test]
fn rows_are_merged_on_by_another_session_and_counted_once() {
    let (source, target, outcome) = killed_while_merging(&["--retry-delay", "10ms"]);
    let outcome = outcome.expect_done();
    assert!(route(&outcome, "public.t").contains(": 20,000 inserted, 0 updated, 0 unchanged"), "{outcome:?}");
    assert_eq!(rows(&target, "t"), rows(&source, "t"));
}

fn thousands(count: u32) -> String {
    if count < 1000 { count.to_string() } else { format!("{},{:03}", count / 1000, count % 1000) }
}
