//! Types of objects that are left out, or the only ones that are copied.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::{Outcome, Run};

const SOURCE: &str = "
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE item (id int PRIMARY KEY, name text CHECK (name <> ''), mood mood);
    INSERT INTO item VALUES (1, 'a', 'good'), (2, 'b', 'bad'); COMMENT ON TABLE item IS 'items'; GRANT SELECT ON item TO PUBLIC;
    CREATE TABLE part (item int REFERENCES item, n int UNIQUE); CREATE INDEX by_name ON item (name);
    CREATE SEQUENCE number START 7;
    CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
    CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
    CREATE VIEW doubled AS SELECT twice(id) FROM item; CREATE VIEW named AS SELECT name FROM item;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM item; CREATE INDEX of_counted ON counted (count);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touched BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE RULE quiet AS ON DELETE TO part DO INSTEAD NOTHING;
    ALTER TABLE part ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON part USING (n > 0);
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON sql_drop EXECUTE FUNCTION watch();
    CREATE COLLATION by_code (LOCALE = 'C'); CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
    CREATE PUBLICATION news FOR TABLE item; CREATE CAST (mood AS int) WITH INOUT; ALTER DATABASE :DBNAME SET work_mem = '7MB'";

/// What there is of each type: the category's word, and a query for its number.
const COUNTS: &[(&str, &str)] = &[
    ("tables", "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"),
    ("sequences", "SELECT count(*) FROM pg_class WHERE relkind = 'S'"),
    ("types", "SELECT count(*) FROM pg_type WHERE typname = 'mood'"),
    ("indexes", "SELECT count(*) FROM pg_class WHERE relname IN ('by_name', 'of_counted')"),
    (
        "constraints",
        "SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace",
    ),
    ("functions", "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"),
    ("views", "SELECT count(*) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"),
    ("materialized_views", "SELECT count(*) FROM pg_class WHERE relkind = 'm'"),
    ("triggers", "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"),
    ("event_triggers", "SELECT count(*) FROM pg_event_trigger"),
    ("policies", "SELECT count(*) + (SELECT count(*) FROM pg_class WHERE relrowsecurity) FROM pg_policy"),
    ("rules", "SELECT count(*) FROM pg_rewrite WHERE rulename = 'quiet'"),
    ("comments", "SELECT count(*) FROM pg_description WHERE description = 'items'"),
    ("collations", "SELECT count(*) FROM pg_collation WHERE collname = 'by_code'"),
    ("text_search", "SELECT count(*) FROM pg_ts_config WHERE cfgname = 'plain'"),
    ("publications", "SELECT count(*) FROM pg_publication"),
    ("casts", "SELECT count(*) FROM pg_cast WHERE oid >= 16384"),
];

fn run(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").args(arguments).outcome()
}

fn pair() -> (Database<'static>, Database<'static>) {
    let (source, target) = (Cluster::shared().database(), Cluster::shared().database());
    source.psql(SOURCE);
    (source, target)
}

/// The types of which the target has none or fewer than the source.
fn fewer(source: &Database, target: &Database) -> Vec<&'static str> {
    let differs = |query: &str| source.value(query) != target.value(query);
    COUNTS.iter().filter(|(_, query)| differs(query)).map(|(word, _)| *word).collect()
}

/// What the summary says of what is left out.
fn left_out(outcome: &Outcome) -> &str {
    let from = outcome.stdout.find("\nleft out").unwrap_or(outcome.stdout.len());
    &outcome.stdout[from..]
}

#[test]
fn everything_but_some_types() {
    let (source, target) = pair();
    let arguments =
        ["--exclude-object-types", "functions, triggers,event-triggers", "--exclude-object-types", "policies"];
    let outcome = run(&source, &target, &arguments).expect_done();
    insta::assert_snapshot!(left_out(&outcome));
    assert_eq!(fewer(&source, &target), ["functions", "views", "triggers", "event_triggers", "policies"]);
    assert_eq!(target.value("SELECT count(*) FROM item"), "2");
    assert_eq!(target.value("SELECT nextval('number')"), "7");
}

#[test]
fn each_type_that_nothing_needs_can_be_left_out_alone() {
    for word in
        ["indexes", "constraints", "views", "materialized_views", "triggers", "event_triggers", "policies", "rules"]
            .iter()
            .chain(&["comments", "collations", "text_search", "sequences", "extensions"])
    {
        let (source, target) = pair();
        run(&source, &target, &["--exclude-object-types", word]).expect_done();
        let expected: &[&str] = match *word {
            "extensions" => &[],
            "materialized_views" => &["indexes", "materialized_views"],
            word => &[word],
        };
        assert_eq!(fewer(&source, &target), expected, "without {word}");
    }
}

#[test]
fn some_types_alone() {
    let (source, target) = pair();
    let outcome = run(&source, &target, &["--include-object-types", "tables types"]).expect_done();
    insta::assert_snapshot!(left_out(&outcome));
    let kept = ["tables", "types"];
    let expected: Vec<_> = COUNTS.iter().map(|(word, _)| *word).filter(|word| !kept.contains(word)).collect();
    assert_eq!(fewer(&source, &target), expected);
    assert_eq!(target.value("SELECT count(*) FROM item"), "2");
    assert_eq!(target.value("SELECT has_table_privilege('pg_monitor', 'item', 'SELECT')"), "t");
    // What is there already holds up what is added to it.
    run(&source, &target, &["--include-object-types", "indexes,constraints"]).expect_done();
    let missing = fewer(&source, &target);
    assert!(!missing.contains(&"constraints") && target.value(COUNTS[3].1) == "1", "{missing:?}");
}

#[test]
fn without_tables_there_are_no_rows() {
    let (source, target) = pair();
    source.psql("SELECT lo_from_bytea(4711, 'x')");
    let outcome = run(&source, &target, &["--exclude-object-types", "tables"]).expect_done();
    assert!(outcome.stdout.starts_with("0 tables, 0 rows"), "{}", outcome.stdout);
    assert!(left_out(&outcome).contains("view public.named: it needs table public.item, which is not copied"));
    assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'v', 'm') AND oid >= 16384"), "0");
    assert_eq!(target.value("SELECT count(*) FROM pg_largeobject_metadata"), "0");
}

#[test]
fn what_a_table_needs_must_be_chosen_or_be_there() {
    let (source, target) = pair();
    let outcome = run(&source, &target, &["--include-object-types", "tables"]);
    insta::assert_snapshot!(outcome.failure());
    assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE oid >= 16384"), "0");
    target.psql("CREATE TYPE mood AS ENUM ('good', 'bad')");
    run(&source, &target, &["--include-object-types", "tables"]).expect_done();
    assert_eq!(target.value("SELECT count(*) FROM item"), "2");
}

#[test]
fn a_serial_column_without_its_sequence_is_refused() {
    let (source, target) = (Cluster::shared().database(), Cluster::shared().database());
    source.psql("CREATE TABLE t (id serial)");
    let outcome = run(&source, &target, &["--exclude-object-types", "sequences"]);
    let said = "error: cannot copy table public.t without sequence public.t_id_seq";
    assert!(outcome.exit_code == Some(1) && outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[test]
fn a_misspelt_type_gets_the_nearest_one() {
    let run = Run::snapshot("postgres://h", "postgres://h").args(["--exclude-object-types", "tables,trigers"]);
    insta::assert_snapshot!(run.outcome().failure());
}

#[test]
fn pgstreams_names_are_taken_and_exclude_each_other() {
    let run = Run::snapshot("postgres://h", "postgres://h")
        .env("PGSTREAM_POSTGRES_SNAPSHOT_INCLUDE_OBJECT_TYPES", "tables")
        .env("PGSTREAM_POSTGRES_SNAPSHOT_EXCLUDE_OBJECT_TYPES", "views");
    insta::assert_snapshot!(run.outcome().failure());
}
