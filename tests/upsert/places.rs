//! Where rows go: columns, types, the order of foreign keys, and which rows go at all.

use super::{data, pair, pair_with, route, rows, update};
use crate::support::run::Run;

#[test]
fn columns_may_stand_in_another_order_and_be_wider() {
    let (source, target) = pair();
    source.psql(
        "CREATE DOMAIN small AS int CHECK (VALUE < 100); CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TABLE t (a int PRIMARY KEY, b varchar(10), c numeric(10,2), d smallint[], e small, f timestamp(0), g mood);
         INSERT INTO t VALUES (1, 'x', 1.50, '{1,2}', 3, '2020-01-01', 'ok'), (2, NULL, NULL, NULL, NULL, NULL, NULL)",
    );
    target.psql(
        "CREATE TABLE t (more text NOT NULL DEFAULT 'd', g text, f timestamp, e int, d bigint[], c numeric, b text, a bigint PRIMARY KEY);
         INSERT INTO t (a, b) VALUES (2, 'old')",
    );
    let outcome = update(&source, &target, &[]).expect_done();
    assert_eq!(
        route(&outcome, "public.t"),
        "text (a column's type is another one on the target), on conflict update by t_pkey: 1 inserted, 1 updated, 0 unchanged"
    );
    assert_eq!(rows(&target, "t"), "(d,,,,,,,2)\n(d,ok,\"2020-01-01 00:00:00\",3,\"{1,2}\",1.50,x,1)");
    target.psql("TRUNCATE t");
    data(&source, &target, &[]).outcome().expect_done();
    assert_eq!(target.value("SELECT count(*) FROM t"), "2");
}

#[test]
fn a_place_that_does_not_take_every_row_is_refused_before_any_moves() {
    let (source, target) = pair();
    source
        .psql("CREATE TABLE t (a bigint PRIMARY KEY, b int GENERATED ALWAYS AS (1) STORED); INSERT INTO t VALUES (1)");
    let refused = |table: &str| {
        target.psql(&format!("DROP TABLE IF EXISTS t; {table}"));
        let failure = update(&source, &target, &[]).failure();
        assert_eq!(target.value("SELECT count(*) FROM t"), "0");
        failure.lines().find(|line| line.starts_with("error: ")).unwrap().to_owned()
    };
    insta::assert_snapshot!(refused("CREATE TABLE t (a int PRIMARY KEY)"), @r"error: the target cannot take the rows of table public.t: its column a is integer, the source's bigint");
    insta::assert_snapshot!(refused("CREATE TABLE t (a bigint PRIMARY KEY, b int)"), @r"error: the target cannot take the rows of table public.t: its column b is not generated, the source's is");
    insta::assert_snapshot!(refused("CREATE TABLE t (a bigint PRIMARY KEY, more int NOT NULL)"), @r"error: the target cannot take the rows of table public.t: its column more takes no NULL and has no default, and the source has no such column");
}

const FAMILY: &str = "CREATE TABLE z_parent (id int PRIMARY KEY, v text); CREATE TABLE m_child (id int PRIMARY KEY, parent int REFERENCES z_parent);
    CREATE TABLE a_grandchild (id int PRIMARY KEY, child int REFERENCES m_child, more int REFERENCES z_parent)";

#[test]
fn parents_go_before_children_on_every_route() {
    let (source, target) = pair_with(FAMILY);
    source.psql(
        "INSERT INTO z_parent SELECT n, repeat('x', 500) FROM generate_series(1, 5000) AS n;
         INSERT INTO m_child SELECT n, n FROM generate_series(1, 3000) AS n;
         INSERT INTO a_grandchild SELECT n, n, n FROM generate_series(1, 10) AS n",
    );
    for arguments in
        [&[][..], &["--on-conflict=update", "--batch-rows=100"], &["--on-conflict=nothing", "--chunk-pages=10"]]
    {
        target.psql("TRUNCATE z_parent, m_child, a_grandchild");
        data(&source, &target, arguments).outcome().expect_done();
        assert_eq!(
            target.value("SELECT count(*) FROM a_grandchild NATURAL FULL JOIN m_child NATURAL FULL JOIN z_parent"),
            "5000"
        );
    }
}

#[test]
fn a_table_that_refers_to_itself_is_one_batch() {
    let (source, target) =
        pair_with("CREATE TABLE t (id int PRIMARY KEY, parent int, v text); INSERT INTO t VALUES (1000, NULL, 'root')");
    source.psql("INSERT INTO t SELECT n, n + 1, repeat('x', 300) FROM generate_series(1, 999) AS n");
    target.psql("ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES t; DELETE FROM t");
    let outcome = update(&source, &target, &["--batch-rows=10", "--chunk-pages=2"]).expect_done();
    assert_eq!(
        route(&outcome, "public.t"),
        "binary, on conflict update by t_pkey, one batch because the table refers to itself: 1,000 inserted, 0 updated, 0 unchanged"
    );
    target.psql("DELETE FROM t");
    data(&source, &target, &["--chunk-pages=2"]).outcome().expect_done();
    assert_eq!(rows(&target, "t"), rows(&source, "t"));
}

#[test]
fn a_loop_of_foreign_keys_is_named_before_any_row_moves() {
    let (source, target) =
        pair_with("CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int)");
    source.psql("INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1)");
    target.psql("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a");
    insta::assert_snapshot!(update(&source, &target, &[]).failure(), @r"
    exit code: 1
    error: the target's foreign keys lead in a loop, so that no table can be loaded before the others: public.a → public.b → public.a
    hint: --disable-triggers loads without checking foreign keys; or make one of them DEFERRABLE, or drop it and create it again afterwards
    ");
    update(&source, &target, &["--disable-triggers"]).expect_done();
    assert_eq!((rows(&target, "a"), rows(&target, "b")), ("(1,1)".to_owned(), "(1,1)".to_owned()));
}

#[test]
fn who_may_not_disable_triggers_is_told_what_to_grant() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY)");
    source.psql("INSERT INTO t VALUES (1)");
    let role = format!("loader_{}", target.name);
    target.psql(&format!("CREATE ROLE {role} LOGIN; GRANT ALL ON t TO {role}"));
    let run = || {
        let url = target.url_of(&role, "");
        Run::snapshot(&source.url(), &url).args(["--mode=data", "--disable-triggers", "--log-level=warn"]).outcome()
    };
    if target.cluster.installation.major >= 15 {
        insta::assert_snapshot!(run().failure(), @r"
    exit code: 1
    error: the target's user may not disable triggers
    hint: a superuser can allow it: GRANT SET ON PARAMETER session_replication_role TO that user
    ");
        target.psql(&format!("GRANT SET ON PARAMETER session_replication_role TO {role}"));
        run().expect_done();
    } else {
        assert!(run().failure().contains("needs a superuser"));
    }
    target.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn where_chooses_rows_on_every_route() {
    let script = "CREATE TABLE t (id int, v text); CREATE TABLE p (id int) PARTITION BY LIST ((id % 2)); CREATE TABLE p_odd PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p_even PARTITION OF p FOR VALUES IN (0)";
    let (source, _) = pair_with(script);
    source.psql(
        "INSERT INTO t SELECT n, repeat('x', 100) FROM generate_series(1, 5000) AS n; INSERT INTO p SELECT id FROM t",
    );
    for arguments in
        [&[][..], &["--chunk-pages=5"], &["--mode=data"], &["--mode=data", "--on-conflict=nothing", "--chunk-pages=5"]]
    {
        let target = source.cluster.database();
        if arguments.first() == Some(&"--mode=data") {
            target.psql(script);
        }
        Run::snapshot(&source.url(), &target.url())
            .args([
                "--where",
                "t=id % 10 = 0 OR id = 1 -- the first",
                "--where",
                "t=id < 1000",
                "--where",
                "p*=id <= 100",
            ])
            .args(arguments)
            .outcome()
            .expect_done();
        let counts = "SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM p)";
        assert_eq!(target.value(counts), "100 100", "{arguments:?}");
    }
}

#[test]
fn a_condition_that_cannot_be_used_is_refused_before_anything_changes() {
    let (source, target) = pair();
    source.psql("CREATE TABLE t (id int)");
    let failure = |condition: &str| {
        let outcome =
            Run::snapshot(&source.url(), &target.url()).args(["--log-level=warn", "--where", condition]).outcome();
        assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE relname = 't'"), "0");
        outcome.failure()
    };
    insta::assert_snapshot!(failure("t=nothing > 1"), @r#"
    exit code: 1
    error: the source does not understand --where for table "public.t"
    detail: ERROR 42703: column "nothing" does not exist
    hint: the predicate is an expression over the table's columns; names of other objects need their schema
    "#);
    insta::assert_snapshot!(failure("t=id"), @r#"
    exit code: 1
    error: the source does not understand --where for table "public.t"
    detail: ERROR 42804: argument of WHERE must be type boolean, not type integer
    hint: the predicate is an expression over the table's columns; names of other objects need their schema
    "#);
    insta::assert_snapshot!(failure("T2=id > 1"), @r"
    exit code: 1
    error: the pattern T2 matches no table of the source
    hint: `*` is every table of public, `s.*` every table of schema s, `*.*` everything; names are folded to lower case unless they are in double quotes
    ");
    insta::assert_snapshot!(failure("t"), @r"
    exit code: 2
    error: --where needs table=predicate on each line
    ");
}
