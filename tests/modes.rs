//! The modes and what divides the work: schema alone, rows alone, triggers, jobs, chunks.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

const SOURCE: &str = "
    CREATE TABLE item (id serial PRIMARY KEY, name text NOT NULL, twice int GENERATED ALWAYS AS (length(name) * 2) STORED);
    INSERT INTO item (name) SELECT repeat('x', n % 7) FROM generate_series(1, 1000) AS n;
    CREATE TABLE part (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item int NOT NULL REFERENCES item, item2 int);
    INSERT INTO part (item) SELECT n FROM generate_series(1, 500) AS n;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM part;
    CREATE VIEW names AS SELECT DISTINCT name FROM item;
    CREATE SEQUENCE alone; SELECT setval('alone', 77);";

fn pair(script: &str) -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(script);
    (source, target)
}

fn run(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").args(arguments).outcome()
}

/// A run that fails and leaves the target's rows as they were.
fn refused(source: &Database, target: &Database, arguments: &[&str]) -> String {
    let before = (oracle::schema(target), oracle::content(target));
    let outcome = run(source, target, arguments);
    assert_eq!(before, (oracle::schema(target), oracle::content(target)), "the target was changed");
    outcome.failure()
}

#[test]
fn schema_mode_copies_no_rows_sets_no_sequence_and_fills_no_view() {
    let (source, target) = pair(SOURCE);
    run(&source, &target, &["--mode", "schema"]).expect_done();
    assert_eq!(oracle::schema_difference(&source, &target), None);
    let content = oracle::content(&target);
    let relations: Vec<_> = content.lines().filter(|line| !line.contains(" | schema | ")).collect();
    insta::assert_snapshot!(relations.join("\n"), @r#"
    public.alone | sequence | 1 | false
    public.counted | rows | not populated | \N
    public.item | rows | 0 | \N
    public.item_id_seq | sequence | 1 | false
    public.part | rows | 0 | \N
    public.part_id_seq | sequence | 1 | false
    "#);
}

#[test]
fn data_mode_after_schema_mode_is_a_whole_copy() {
    let (source, target) = pair(SOURCE);
    run(&source, &target, &["--mode", "schema"]).expect_done();
    target.psql("ALTER TABLE part DROP CONSTRAINT part_item_fkey");
    run(&source, &target, &["--mode", "data"]).expect_done();
    target.psql("ALTER TABLE part ADD FOREIGN KEY (item) REFERENCES item; REFRESH MATERIALIZED VIEW counted");
    oracle::assert_same(&source, &target);
}

#[test]
fn data_mode_adds_to_the_rows_that_are_there() {
    let (source, target) =
        pair("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (2); CREATE SEQUENCE s; SELECT nextval('s')");
    target.psql("CREATE TABLE t (more text DEFAULT 'd', x int); INSERT INTO t (x) VALUES (9); CREATE SEQUENCE s");
    run(&source, &target, &["--mode", "data"]).expect_done();
    assert_eq!(target.value("SELECT string_agg(x || more, ' ' ORDER BY x) FROM t"), "1d 2d 9d");
    assert_eq!(target.value("SELECT last_value || ' ' || is_called FROM s"), "1 true");
}

#[test]
fn data_mode_stops_at_a_row_that_is_there_already() {
    let (source, target) = pair("CREATE TABLE t (x int PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
    target.psql("CREATE TABLE t (x int PRIMARY KEY); INSERT INTO t VALUES (2)");
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: could not copy table "public.t": writing it on the target failed
    detail: ERROR 23505: duplicate key value violates unique constraint "t_pkey" (Key (x)); COPY t, line 2; statement: BEGIN; COPY "public"."t" ("x") FROM STDIN (FORMAT binary)
    hint: the target's table already holds rows like these; empty it first, or see --on-conflict and --on-row-error
    "#);
}

#[test]
fn data_mode_needs_a_place_for_every_row_before_any_moves() {
    let (source, target) = pair("CREATE TABLE a (x int); INSERT INTO a VALUES (1); CREATE TABLE b (x int, y text)");
    target.psql("CREATE TABLE a (x int)");
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: the target cannot take the rows of table public.b: there is no such table
    hint: --mode data needs the table on the target with every column of the source, of its type or a wider one; --mode full creates it
    "#);
    target.psql("CREATE TABLE b (x int)");
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: the target cannot take the rows of table public.b: it has no column y
    hint: --mode data needs the table on the target with every column of the source, of its type or a wider one; --mode full creates it
    "#);
    target.psql("ALTER TABLE b ADD y int");
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: the target cannot take the rows of table public.b: its column y is integer, the source's text
    hint: --mode data needs the table on the target with every column of the source, of its type or a wider one; --mode full creates it
    "#);
    target.psql("ALTER TABLE b DROP y; ALTER TABLE b ADD y text GENERATED ALWAYS AS ('c') STORED");
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: the target cannot take the rows of table public.b: its column y is generated
    hint: --mode data needs the table on the target with every column of the source, of its type or a wider one; --mode full creates it
    "#);
    target.psql("ALTER TABLE b DROP y; ALTER TABLE b ADD y text");
    run(&source, &target, &["--mode", "data"]).expect_done();
}

#[test]
fn data_mode_needs_the_sequences_too() {
    let (source, target) = pair("CREATE TABLE a (x serial); INSERT INTO a VALUES (1)");
    target.psql("CREATE TABLE a (x int)");
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: the target cannot take the value of sequence public.a_x_seq: there is no such sequence
    hint: --mode data needs the sequence on the target; --exclude-tables leaves it out, --mode full creates it
    "#);
    run(&source, &target, &["--mode", "data", "--exclude-tables", "a_x_seq"]).expect_done();
    assert_eq!(target.value("SELECT count(*) FROM a"), "1");
}

#[test]
fn data_mode_needs_nothing_that_it_does_not_make() {
    let script = "CREATE COLLATION german (LOCALE = 'C'); CREATE TABLE parent (x int); CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
        CREATE TABLE child (name text COLLATE german) INHERITS (parent)";
    let (source, target) = pair(script);
    source.psql("INSERT INTO child VALUES (1, 'a')");
    target.psql(script);
    run(&source, &target, &["--mode", "data", "--tables", "child"]).expect_done();
    oracle::assert_same(&source, &target);
}

#[test]
fn triggers_fire_in_data_mode_unless_they_are_disabled() {
    let script = "CREATE TABLE p (x int PRIMARY KEY); CREATE TABLE t (x int REFERENCES p); CREATE TABLE log (n int)";
    let (source, target) = pair(script);
    source.psql("INSERT INTO p VALUES (1); INSERT INTO t VALUES (1)");
    target.psql(script);
    target.psql(
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (1); RETURN NEW; END';
         CREATE TRIGGER note BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note()",
    );
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data", "--tables", "t"]), @r#"
    exit code: 1
    error: could not copy table "public.t": writing it on the target failed
    detail: ERROR 23503: insert or update on table "t" violates foreign key constraint "t_x_fkey" (Key (x)); statement: BEGIN; COPY "public"."t" ("x") FROM STDIN (FORMAT binary)
    hint: load the referenced table as well, or use --disable-triggers
    "#);
    run(&source, &target, &["--mode", "data", "--tables", "t", "--disable-triggers"]).expect_done();
    assert_eq!(target.value("SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM log)"), "1 0");
    target.psql("TRUNCATE t; INSERT INTO p VALUES (1)");
    run(&source, &target, &["--mode", "data", "--tables", "t"]).expect_done();
    assert_eq!(target.value("SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM log)"), "1 1");
}

#[test]
fn a_trigger_that_drops_rows_fails_the_run() {
    let (source, target) = pair("CREATE TABLE t (x int); INSERT INTO t VALUES (1), (2)");
    target.psql(
        "CREATE TABLE t (x int); CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER drop_it BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.x = 2) EXECUTE FUNCTION drop_it()",
    );
    insta::assert_snapshot!(refused(&source, &target, &["--mode", "data"]), @r#"
    exit code: 1
    error: could not copy table "public.t": the source sent 2 rows, the target took 1
    hint: a trigger or rule on the target's table may drop or add rows; see --disable-triggers
    "#);
}

#[test]
fn every_division_of_the_work_copies_the_same() {
    let (source, _) = pair(SOURCE);
    source.psql("INSERT INTO part (item) SELECT n % 1000 + 1 FROM generate_series(1, 20000) AS n; REFRESH MATERIALIZED VIEW counted");
    for (arguments, chunks) in [
        (&["--jobs", "1"][..], None),
        (&["--jobs", "8"], None),
        (&["--jobs", "4", "--chunk-pages", "10"], Some(10)),
        (&["--jobs", "4", "--chunk-pages", "10", "--streams-per-table", "1"], None),
        (&["--jobs", "3", "--chunk-bytes", "256kB", "--streams-per-table", "2"], None),
        (&["--jobs", "4", "--schemas-at-once", "1", "--tables-at-once", "1"], None),
    ] {
        let target = source.cluster.database();
        let outcome = run(&source, &target, arguments).expect_done();
        if let Some(chunks) = chunks {
            let line = outcome.stdout.lines().find(|line| line.starts_with("public.part")).unwrap();
            assert!(line.ends_with(&format!("binary, {chunks} chunks")), "{line}");
        }
        oracle::assert_same(&source, &target);
    }
}
