//! `pgsluice verify` and `snapshot --verify`: equal databases are found equal, and every kind of difference is found and named.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::encodings;
use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::{Outcome, Run};

fn verify(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::new(["verify", "--source", &source.url(), "--target", &target.url()]).args(arguments).outcome()
}

/// Two databases with the same in them, made by the same script.
fn twins(script: &str) -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(script);
    target.psql(script);
    (source, target)
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", outcome.stdout, outcome.stderr))
}

/// What a user sees of a comparison, with what it took left out.
fn shown(outcome: &Outcome) -> String {
    let mut stdout = String::new();
    for line in outcome.stdout.lines() {
        let took = line.find(" in ").zip(line.find(" s: ")).filter(|_| line.contains("table"));
        stdout.push_str(
            &took.map_or_else(|| line.to_owned(), |(from, to)| format!("{}{}", &line[..from], &line[to + 2..])),
        );
        stdout.push('\n');
    }
    format!("exit code: {}\n--- stdout\n{stdout}--- stderr\n{}", outcome.exit_code.unwrap(), outcome.stderr)
}

/// Makes a difference on the target, and gives what is said of it.
fn after(script: &str, change: &str, arguments: &[&str]) -> String {
    let (source, target) = twins(script);
    assert_eq!(verify(&source, &target, &[]).exit_code, Some(0));
    target.psql(change);
    shown(&verify(&source, &target, arguments))
}

const ITEMS: &str = "
    CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(8,2));
    INSERT INTO item SELECT i, 'item ' || i, i * 1.5 FROM generate_series(1, 1000) AS i;
    UPDATE item SET name = NULL WHERE id = 7;
    CREATE TABLE heap (a int, b text);
    INSERT INTO heap SELECT i % 3, 'same' FROM generate_series(1, 9) AS i;
    CREATE SEQUENCE counted;
    SELECT nextval('counted') FROM generate_series(1, 5)";

#[test]
fn equal_databases_are_equal() {
    let (source, target) = twins(ITEMS);
    // Neither the order of columns nor that of rows counts.
    target.psql("CREATE TABLE again AS SELECT * FROM heap ORDER BY a; TRUNCATE heap; INSERT INTO heap SELECT * FROM again; DROP TABLE again");
    insta::assert_snapshot!(shown(&verify(&source, &target, &[])), @r##"
    exit code: 0
    --- stdout
    table        source rows  target rows  result
    public.heap            9            9  ok
    public.item        1,000        1,000  ok

    8 definitions, 2 tables with 1,009 rows: no difference
    --- stderr
    "##);
}

#[test]
fn a_changed_a_missing_and_an_extra_row_are_shown_by_key() {
    let change = "UPDATE item SET price = price + 0.01 WHERE id = 10; DELETE FROM item WHERE id = 20; INSERT INTO item VALUES (-1, 'new')";
    insta::assert_snapshot!(after(ITEMS, change, &[]), @r##"
    exit code: 3
    --- stdout
    table        source rows  target rows  result
    public.heap            9            9  ok
    public.item        1,000        1,000  differs
      extra: (id) = (-1)
      different: (id) = (10)
      missing: (id) = (20)

    8 definitions, 2 tables with 1,009 rows: the target differs from the source: 1 table
    --- stderr
    error: the target differs from the source: 1 table
    hint: standard output names each of them
    "##);
}

#[test]
fn values_that_change_places_are_a_difference() {
    let swapped = "UPDATE item SET name = 'item ' || (31 - id) WHERE id IN (15, 16)";
    assert!(after(ITEMS, swapped, &[]).contains("different: (id) = (15)\n  different: (id) = (16)"));
    let columns = "CREATE TABLE pair (id int PRIMARY KEY, a text, b text); INSERT INTO pair VALUES (1, 'x', 'y')";
    assert!(after(columns, "UPDATE pair SET a = 'y', b = 'x'", &[]).contains("different: (id) = (1)"));
}

#[test]
fn null_is_no_empty_text() {
    assert!(after(ITEMS, "UPDATE item SET name = '' WHERE id = 7", &[]).contains("different: (id) = (7)"));
}

#[test]
fn rows_without_a_key_are_shown_by_their_place() {
    insta::assert_snapshot!(after(ITEMS, "DELETE FROM heap WHERE ctid IN ('(0,1)', '(0,4)'); INSERT INTO heap VALUES (9, NULL)", &[]), @r##"
    exit code: 3
    --- stdout
    table        source rows  target rows  result
    public.heap            9            8  differs
      missing: row like that at ctid (0,1) of the source, 2 times
      extra: row like that at ctid (0,10) of the target
    public.item        1,000        1,000  ok

    8 definitions, 2 tables with 1,009 rows: the target differs from the source: 1 table
    --- stderr
    error: the target differs from the source: 1 table
    hint: standard output names each of them
    "##);
}

#[test]
fn what_is_shown_is_limited() {
    let text = after(ITEMS, "UPDATE item SET name = 'x' WHERE id > 500", &["--differences", "2"]);
    assert!(text.contains("different: (id) = (1000)\n  different: (id) = (501)\n  and more"), "{text}");
    let none = after(ITEMS, "UPDATE item SET name = 'x' WHERE id > 500", &["--differences", "0"]);
    assert!(none.contains("differs") && !none.contains("(id)"), "{none}");
}

#[test]
fn counts_see_missing_rows_alone() {
    let (source, target) = twins(ITEMS);
    target.psql("UPDATE item SET name = 'x'");
    assert_eq!(verify(&source, &target, &["--counts"]).exit_code, Some(0));
    target.psql("DELETE FROM item WHERE id = 5");
    insta::assert_snapshot!(shown(&verify(&source, &target, &["--counts"])), @r##"
    exit code: 3
    --- stdout
    table        source rows  target rows  result
    public.heap            9            9  ok
    public.item        1,000          999  differs

    8 definitions, 2 tables with 1,009 rows (counted only): the target differs from the source: 1 table
    --- stderr
    error: the target differs from the source: 1 table
    hint: standard output names each of them
    "##);
}

#[test]
fn programs_get_json() {
    let (source, target) = twins(ITEMS);
    target.psql("UPDATE item SET name = 'x' WHERE id = 5; COMMENT ON TABLE item IS 'c'; SELECT setval('counted', 2)");
    let outcome = verify(&source, &target, &["--json", "--log-format", "json"]);
    assert_eq!(outcome.exit_code, Some(3));
    let mut object = json(&outcome);
    object["seconds"] = Value::Null;
    insta::assert_snapshot!("verify_json", serde_json::to_string_pretty(&object).unwrap());
    // Keys are on standard output alone.
    assert!(!outcome.stderr.contains("(5)"), "{}", outcome.stderr);
}

#[test]
fn a_difference_in_millions_of_rows_is_narrowed_down_by_buckets() {
    let (source, target) = twins(
        "CREATE TABLE large (a int, b text, PRIMARY KEY (b, a)); INSERT INTO large SELECT i, 'row ' || i % 7 FROM generate_series(1, 200000) AS i",
    );
    target.psql("DELETE FROM large WHERE a = 77777; UPDATE large SET a = -5 WHERE a = 123456");
    let outcome = verify(&source, &target, &["--jobs", "2"]);
    let text = shown(&outcome);
    for said in ["extra: (b, a) = (row 4, -5)", "missing: (b, a) = (row 0, 77777)", "missing: (b, a) = (row 4, 123456)"]
    {
        assert!(text.contains(said), "{text}");
    }
    assert_eq!(outcome.exit_code, Some(3));
}

#[test]
fn objects_and_properties_that_differ_are_named() {
    let script = "
        CREATE TABLE parent (id int PRIMARY KEY);
        CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent, size int CHECK (size > 0));
        CREATE INDEX child_size ON child (size);
        COMMENT ON TABLE child IS 'small';
        GRANT SELECT ON child TO PUBLIC;
        CREATE VIEW both_of AS SELECT parent.id, size FROM parent JOIN child ON child.parent = parent.id;
        CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1'";
    let change = "
        DROP INDEX child_size; ALTER TABLE child DROP CONSTRAINT child_parent_fkey; COMMENT ON TABLE child IS NULL;
        REVOKE SELECT ON child FROM PUBLIC; CREATE TABLE more (a int);
        CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 3 * $1'";
    insta::assert_snapshot!(after(script, change, &[]), @r##"
    exit code: 3
    --- stdout
    definitions that differ:
      missing: constraint child_parent_fkey on public.child
      different: function public.twice(integer)
        source: CREATE OR REPLACE FUNCTION public.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $function$SELECT 2 * $1$function$
        target: CREATE OR REPLACE FUNCTION public.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $function$SELECT 3 * $1$function$
      missing: index public.child_size
      missing: privileges of table public.child
        source: GRANT SELECT ON TABLE "public"."child" TO PUBLIC
      missing: comment on table public.child
        source: COMMENT ON TABLE "public"."child" IS 'small'
      extra: table public.more

    table          source rows  target rows  result
    public.child             0            0  ok
    public.parent            0            0  ok

    18 definitions, 2 tables with 0 rows: the target differs from the source: 6 definitions
    --- stderr
    error: the target differs from the source: 6 definitions
    hint: standard output names each of them
    "##);
    let text = after(script, change, &["--tables", "child", "--no-privileges", "--no-comments"]);
    assert!(!text.contains("more") && !text.contains("privileges of") && !text.contains("comment on"), "{text}");
    assert!(text.contains("missing: index public.child_size"), "{text}");
    let accepted = after(script, "DROP INDEX child_size", &["--allow-omissions", "index"]);
    assert!(accepted.starts_with("exit code: 0") && accepted.contains("as --allow-omissions accepts"), "{accepted}");
}

#[test]
fn tables_that_are_not_there_or_not_chosen() {
    let script = "CREATE TABLE a (i int); CREATE TABLE b (i int, j int); INSERT INTO b VALUES (1, 2)";
    let text = after(script, "DROP TABLE a; ALTER TABLE b DROP COLUMN j", &[]);
    assert!(
        text.contains("it is missing on the target") && text.contains("it has no column j on the target"),
        "{text}"
    );
    // What no pattern finds on the target is missing there.
    let text = after(script, "DROP TABLE a", &["--tables", "a"]);
    assert!(text.starts_with("exit code: 3") && text.contains("missing: table public.a"), "{text}");
    let text = after(script, "INSERT INTO b VALUES (3, 4)", &["--schema-only-tables", "b"]);
    assert!(
        text.starts_with("exit code: 0") && text.contains("rows of public.b: because of --schema-only-tables"),
        "{text}"
    );
    let text = after(script, "INSERT INTO b VALUES (3, 4)", &["--where", "b=j < 3"]);
    assert!(text.starts_with("exit code: 0"), "{text}");
    let text = after(script, "UPDATE b SET i = 5", &["--where", "b=j < 3"]);
    assert!(text.starts_with("exit code: 3"), "{text}");
}

#[test]
fn materialized_views_are_derived() {
    let script = "CREATE TABLE a (i int); INSERT INTO a VALUES (1); CREATE MATERIALIZED VIEW m AS SELECT i FROM a";
    insta::assert_snapshot!(after(script, "SET session_replication_role = replica; INSERT INTO a VALUES (2); REFRESH MATERIALIZED VIEW m; DELETE FROM a WHERE i = 2", &[]), @r##"
    exit code: 0
    --- stdout
    table     source rows  target rows  result
    public.a            1            1  ok
    public.m            1            2  derived, differs (a materialized view: no difference of the databases, REFRESH computes it again)
      extra: row like that at ctid (0,2) of the target

    4 definitions, 2 tables with 2 rows: no difference
    --- stderr
    "##);
    let text = after(script, "REFRESH MATERIALIZED VIEW m WITH NO DATA", &[]);
    assert!(
        text.starts_with("exit code: 3") && text.contains("derived, differs: it is not filled on the target"),
        "{text}"
    );
}

#[test]
fn sequences_may_be_ahead_and_not_behind() {
    assert!(after(ITEMS, "SELECT nextval('counted')", &[]).starts_with("exit code: 0"));
    let text = after(ITEMS, "SELECT setval('counted', 5, false)", &[]);
    assert!(text.contains("public.counted: its next value is 6 on the source and 5 on the target"), "{text}");
    let down = "CREATE SEQUENCE down INCREMENT -1; SELECT nextval('down'), nextval('down')";
    assert!(after(down, "SELECT nextval('down')", &[]).starts_with("exit code: 0"));
    assert!(after(down, "SELECT setval('down', -1)", &[]).starts_with("exit code: 3"));
}

#[test]
fn large_objects_are_compared_piece_by_piece() {
    let script = "SELECT lo_from_bytea(1000 + i, decode(repeat('ab', i * 300000), 'hex')) FROM generate_series(1, 5) AS i; SELECT lo_create(900)";
    let text = after(
        script,
        "SELECT lo_put(1004, 1100000, '\\x00'), lo_unlink(1002), lo_from_bytea(77, 'x'); SELECT lo_put(1001, 300000, '\\x01')",
        &[],
    );
    assert!(text.contains("large objects: 6 on the source, 6 on the target: they differ"), "{text}");
    assert!(
        text.contains("  extra: OID 77\n  different: OID 1001\n  missing: OID 1002\n  different: OID 1004\n"),
        "{text}"
    );
}

#[test]
fn what_large_objects_have_beside_their_bytes_is_compared() {
    let script = "SELECT lo_create(n) FROM generate_series(1, 5000) AS n; COMMENT ON LARGE OBJECT 4711 IS 'the one';
        GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC; COMMENT ON LARGE OBJECT 4000 IS 'gone'";
    let change = "ALTER LARGE OBJECT 3 OWNER TO pg_monitor; COMMENT ON LARGE OBJECT 4711 IS 'another';
        REVOKE SELECT ON LARGE OBJECT 4711 FROM PUBLIC; COMMENT ON LARGE OBJECT 5 IS 'new'; SELECT lo_unlink(4000)";
    let text = after(script, change, &[]);
    insta::assert_snapshot!(text, @r##"
    exit code: 3
    --- stdout
    definitions that differ:
      different: owner of large object 3
        source: ALTER LARGE OBJECT 3 OWNER TO "postgres"
        target: ALTER LARGE OBJECT 3 OWNER TO "pg_monitor"
      extra: comment on large object 5
        target: COMMENT ON LARGE OBJECT 5 IS 'new'
      missing: privileges of large object 4711
        source: GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC
      different: comment on large object 4711
        source: COMMENT ON LARGE OBJECT 4711 IS 'the one'
        target: COMMENT ON LARGE OBJECT 4711 IS 'another'

    large objects: 5,000 on the source, 4,999 on the target: they differ
      missing: OID 4000

    5,002 definitions, 0 tables with 0 rows: the target differs from the source: 4 definitions, large objects
    --- stderr
    error: the target differs from the source: 4 definitions, large objects
    hint: standard output names each of them
    "##);
    let some = after(script, change, &["--no-comments", "--differences", "1"]);
    let first = "definitions that differ:\n  different: owner of large object 3\n";
    assert!(some.contains(first) && some.contains("  missing: privilege of 1 more of the large objects\n"), "{some}");
    let accepted = after(script, "REVOKE SELECT ON LARGE OBJECT 4711 FROM PUBLIC", &["--allow-omissions=privilege"]);
    assert!(accepted.starts_with("exit code: 0") && accepted.contains("as --allow-omissions accepts"), "{accepted}");
    let rows_alone = after(script, "COMMENT ON LARGE OBJECT 4711 IS NULL", &["--mode", "data"]);
    assert!(rows_alone.starts_with("exit code: 0"), "{rows_alone}");
}

#[test]
fn partitions_are_compared_where_the_rows_are() {
    let script = "
        CREATE TABLE log (at int, what text) PARTITION BY RANGE (at);
        CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (100);
        CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (100) TO (200);
        INSERT INTO log SELECT i, 'x' FROM generate_series(0, 199) AS i";
    let (source, target) = twins(script);
    let text = shown(&verify(&source, &target, &[]));
    assert!(text.contains("public.log_1") && text.contains("public.log_2"), "{text}");
    // The same rows in other partitions.
    target.psql("DROP TABLE log_2; CREATE TABLE log_rest PARTITION OF log DEFAULT; INSERT INTO log SELECT i, 'x' FROM generate_series(100, 199) AS i");
    let text = shown(&verify(&source, &target, &["--mode", "data"]));
    assert!(text.starts_with("exit code: 0") && text.contains("public.log          200          200  ok"), "{text}");
    target.psql("INSERT INTO log VALUES (1000, 'x')");
    let text = shown(&verify(&source, &target, &["--mode", "data"]));
    assert!(text.contains("extra: row like that at ctid public.log_rest, (0,101) of the target"), "{text}");
}

#[test]
fn a_table_of_many_columns_and_one_of_none() {
    let columns: Vec<_> = (0..1500).map(|number| format!("c{number} bool")).collect();
    let (source, target) = twins(&format!(
        "CREATE TABLE wide ({}); INSERT INTO wide (c7) VALUES (true); CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES",
        columns.join(", ")
    ));
    assert_eq!(verify(&source, &target, &[]).exit_code, Some(0));
    target.psql("UPDATE wide SET c1499 = false; INSERT INTO bare DEFAULT VALUES");
    let text = shown(&verify(&source, &target, &[]));
    assert!(
        text.contains(
            "public.bare            1            2  differs\n  extra: row like that at ctid (0,1) of the target"
        ),
        "{text}"
    );
    assert!(text.contains("public.wide            1            1  differs"), "{text}");
}

#[test]
fn what_may_not_be_read_is_named_and_not_verified() {
    let cluster: &'static Cluster = Cluster::shared();
    cluster.create_roles(&["verify_reader"]);
    let (source, target) = twins(
        "CREATE TABLE open (i int); CREATE TABLE closed (i int); CREATE TABLE hiding (i int); ALTER TABLE hiding ENABLE ROW LEVEL SECURITY;
         GRANT SELECT ON open, hiding TO verify_reader",
    );
    let outcome = verify(&source, &target, &["--role", "verify_reader"]);
    let text = shown(&outcome);
    assert_eq!(outcome.exit_code, Some(1), "{text}");
    assert!(
        text.contains("not verified: no SELECT on the source")
            && text.contains("row-level security hides rows on the source"),
        "{text}"
    );
    assert!(text.contains("error: not everything could be compared: 2 tables"), "{text}");
    target.psql("INSERT INTO open VALUES (1)");
    assert_eq!(verify(&source, &target, &["--role", "verify_reader"]).exit_code, Some(3), "a difference goes first");
}

/// Values that are hard to compare: every type, and texts that depend on the settings of sessions.
const TYPES: &str = r#"
    CREATE TYPE mood AS ENUM ('low', 'high'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN short AS varchar(5);
    CREATE TABLE every (id int PRIMARY KEY, a smallint, b bigint, c numeric, d real, e double precision, f money, g char(5), h varchar(9),
        i text, j bytea, k timestamp, l timestamptz, m date, n time, o timetz, p interval, q boolean, r point, s line, t lseg, u box,
        v path, w polygon, x circle, y cidr, z inet, aa macaddr, ab macaddr8, ac bit(3), ad bit varying, ae tsvector, af tsquery,
        ag uuid, ah xml, ai json, aj jsonb, ak int[], al int4range, am mood, an pair, ao short, ap regclass, aq name, ar oid,
        at mood[], au pair[], av pg_lsn, aw txid_snapshot, ax short[], ay int GENERATED ALWAYS AS (id * 2) STORED);
    INSERT INTO every VALUES (1, 1, -1, 1.50, -0.0, 'NaN', 12.34, 'a', 'b', E'c\n', '\x00ff', '2020-01-01 01:02:03.4', '2020-01-01 01:02:03+04',
        '0044-03-15 BC', '01:02:03', '01:02:03+04', '1 year 2 days -3 seconds', true, '(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '((1,2),(3,4))',
        '((1,2),(3,4))', '((1,2),(3,4))', '<(1,2),3>', '10.0.0.0/8', '10.0.0.1', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '101', '1',
        'a:1 b:2', 'a & b', '00000000-0000-0000-0000-000000000001', '<a/>', '{"a" :  1}', '{"a": 1}', '{1,NULL,3}', '[1,5)', 'high',
        '(1,x)', 'dom', 'every', 'n', 5, '{low,NULL}', '{"(1,x)",NULL}', '0/16B3748', '10:20:10,14,15', '{a,NULL}');
    INSERT INTO every (id) VALUES (2);
    INSERT INTO every (id, an, c, e) VALUES (3, ROW(NULL, NULL), 1.5, '-Infinity'), (4, NULL, 'NaN', 1e-300)"#;

#[test]
fn every_type_is_compared_whatever_the_settings_of_sessions() {
    let (source, target) = twins(TYPES);
    for setting in [
        "DateStyle = 'German'",
        "TimeZone = 'Asia/Kolkata'",
        "extra_float_digits = -3",
        "bytea_output = 'escape'",
        "IntervalStyle = 'iso_8601'",
        "lc_monetary = 'C'",
    ] {
        target.psql(&format!("ALTER DATABASE {} SET {setting}", target.name));
    }
    assert_eq!(verify(&source, &target, &["--mode", "data"]).exit_code, Some(0));
    for change in [
        "c = 1.5",
        "d = 0",
        "an = NULL",
        "ai = '{\"a\":1}'",
        "g = 'a b'",
        "j = '\\x00fe'",
        "at = '{low}'",
        "r = '(1,2.0000000000000004)'",
        "l = l + '1 microsecond'",
        "ap = 'pg_class'",
        "ax = '{a}'",
    ] {
        let (source, target) = twins(TYPES);
        target.psql(&format!("UPDATE every SET {change} WHERE id IN (1, 3)"));
        assert_eq!(verify(&source, &target, &["--mode", "data"]).exit_code, Some(3), "{change}");
    }
}

#[test]
fn other_encodings_and_versions_hash_the_same() {
    // A new database's public is not the same in every version.
    const DATA: &[&str] = &["--mode", "data"];
    let clusters = Cluster::every_version();
    let script = "
        CREATE TABLE t (id int PRIMARY KEY, a text, b numeric, c timestamptz, d jsonb, e bytea, f int[]);
        INSERT INTO t SELECT i, repeat('ä' || i, i % 50), i / 7.0, '2020-01-01'::timestamptz + i * interval '1 minute', to_jsonb(i), decode(md5(i::text), 'hex'),
            ARRAY[i, NULL] FROM generate_series(1, 500) AS i";
    let source = clusters[0].database();
    source.psql(script);
    for cluster in clusters.iter().skip(1) {
        let target = cluster.database();
        target.psql(script);
        let outcome = verify(&source, &target, DATA);
        assert_eq!(outcome.exit_code, Some(0), "{}: {}{}", cluster.installation.major, outcome.stdout, outcome.stderr);
        target.psql("UPDATE t SET d = '0' WHERE id = 250");
        let text = shown(&verify(&source, &target, DATA));
        assert!(text.contains("different: (id) = (250)"), "{text}");
    }
    if clusters.len() < 2 {
        eprintln!("skipped: servers of other versions are not at hand");
    }
    let latin = encodings::database(clusters[0], "LATIN1", "verified");
    latin.psql(&format!("SET client_encoding = 'UTF8'; {script}"));
    assert_eq!(verify(&source, &latin, DATA).exit_code, Some(0));
    latin.psql("UPDATE t SET a = 'x' WHERE id = 7");
    assert!(shown(&verify(&source, &latin, DATA)).contains("different: (id) = (7)"));
}

fn snapshot(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::snapshot(&source.url(), &target.url()).arg("--verify").args(arguments).outcome()
}

#[test]
fn a_run_that_verifies_is_exact_while_the_source_changes() {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(
        "CREATE TABLE busy (id serial PRIMARY KEY, n int); INSERT INTO busy (n) SELECT i FROM generate_series(1, 50000) AS i;
         SELECT lo_from_bytea(5, 'x')",
    );
    let deadline = Instant::now() + Duration::from_secs(60);
    let stop = AtomicBool::new(false);
    let outcome = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut changes = 0;
            while !stop.load(Ordering::SeqCst) && Instant::now() < deadline {
                source.psql("UPDATE busy SET n = n + 1 WHERE id % 100 = 1; INSERT INTO busy (n) VALUES (0); DELETE FROM busy WHERE id % 1000 = 7");
                changes += 1;
            }
            changes
        });
        thread::sleep(Duration::from_millis(300));
        let outcome = snapshot(&source, &target, &[]);
        stop.store(true, Ordering::SeqCst);
        assert!(writer.join().unwrap() > 2);
        outcome
    });
    let outcome = outcome.expect_done();
    assert!(
        outcome.stdout.contains("compared with the source:") && outcome.stdout.contains("no difference"),
        "{}",
        outcome.stdout
    );
    // Later changes are differences.
    assert_eq!(verify(&source, &target, &[]).exit_code, Some(3));
}

#[test]
fn a_run_that_finds_a_difference_is_not_completed() {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql("CREATE TABLE kept (id int PRIMARY KEY, v text); INSERT INTO kept VALUES (1, 'a'), (2, 'b')");
    // Somebody changes a row while the run is at its keys.
    let store = source.url();
    target.psql(
        "CREATE FUNCTION public.spoil() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             UPDATE public.kept SET v = 'spoilt' WHERE id = 2; END $$;
         CREATE EVENT TRIGGER spoil ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.spoil()",
    );
    let outcome = snapshot(&source, &target, &["--store", &store]);
    assert_eq!(outcome.exit_code, Some(3), "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("different: (id) = (2)"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("error: the target differs from the source: 1 table"), "{}", outcome.stderr);
    let request = source.query("SELECT status, errors::text FROM pgstream.snapshot_requests");
    assert_ne!(request[0][0], "completed");
    assert!(request[0][1].contains("its rows differ") && !request[0][1].contains("(2)"), "{request:?}");
}

#[test]
fn modes_in_which_a_run_cannot_verify_are_refused() {
    let run = |mode: &str| {
        let outcome = Run::new(["snapshot", "--source=s", "--target=t", "--verify", "--mode", mode]).outcome();
        format!("exit code: {}\n{}", outcome.exit_code.unwrap(), outcome.stderr)
    };
    insta::assert_snapshot!(run("data"), @r##"
    exit code: 2
    error: --verify needs --mode full: tables that were there may hold other rows; pgsluice verify --mode data compares all of them afterwards
    "##);
    insta::assert_snapshot!(run("schema"), @r"
    exit code: 2
    error: --verify needs --mode full: without rows there is nothing to compare
    ");
}
