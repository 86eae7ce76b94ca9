//! Tables of the target that refer to each other in a loop of foreign keys, of which enough are deferrable.

use super::*;

/// Two tables that refer to each other, one of them only at the end of a transaction, and one before and one behind them.
const TABLES: &str = "
    CREATE TABLE first (id int PRIMARY KEY); CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL, first int, v text);
    CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL) PARTITION BY RANGE (id);
    CREATE TABLE b_low PARTITION OF b FOR VALUES FROM (0) TO (500); CREATE TABLE b_high PARTITION OF b DEFAULT;
    CREATE TABLE last (id int PRIMARY KEY, a int)";
const KEYS: &str = "
    ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE; ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a;
    ALTER TABLE a ADD FOREIGN KEY (first) REFERENCES first; ALTER TABLE last ADD FOREIGN KEY (a) REFERENCES a";
const ROWS: &str = "
    INSERT INTO first SELECT n FROM generate_series(1, 1000) AS n; INSERT INTO last SELECT id, id FROM first;
    INSERT INTO a SELECT id, 1001 - id, id, repeat('x', 200) FROM first; INSERT INTO b SELECT id, id FROM first";
const OLD_ROWS: &str = "
    BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO first VALUES (7); INSERT INTO a VALUES (7, 7, 7, 'old');
    INSERT INTO b VALUES (7, 7); COMMIT";
const NAMES: [&str; 4] = ["first", "a", "b", "last"];

fn loop_of_rows() -> (Database<'static>, Database<'static>) {
    let (source, target) = pair_with(TABLES);
    source.psql(ROWS);
    target.psql(KEYS);
    (source, target)
}

#[test]
fn it_is_one_transaction_on_every_route() {
    for arguments in [&[][..], &["--on-conflict=update"], &["--on-conflict=nothing"]] {
        let (source, target) = loop_of_rows();
        if !arguments.is_empty() {
            target.psql(OLD_ROWS);
        }
        let small = ["--batch-rows=10", "--chunk-pages=2", "--jobs=4"];
        let outcome = data(&source, &target, &[arguments, &small[..]].concat()).outcome().expect_done();
        let route = route(&outcome, "public.b_low");
        assert!(route.contains("in one transaction with the tables of a loop of foreign keys"), "{route}");
        // What is there already stays with `nothing`.
        let stays = "SELECT CASE WHEN v = 'old' THEN 'there' ELSE 'new' END AS v FROM a WHERE id = 7";
        assert_eq!(target.value(stays), if arguments == ["--on-conflict=nothing"] { "there" } else { "new" });
        target.psql("UPDATE a SET v = repeat('x', 200), b = 994 WHERE id = 7");
        for name in NAMES {
            assert_eq!(rows(&target, name), rows(&source, name));
        }
    }
}

#[test]
fn it_is_one_transaction_without_temporary_tables() {
    let (source, target) = loop_of_rows();
    target.psql(OLD_ROWS);
    let role = format!("plain_{}", target.name);
    target.psql(&format!(
        "CREATE ROLE {role} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
         REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC",
        target.name
    ));
    let run = Run::snapshot(&source.url(), &target.url_of(&role, "")).args(["--mode=data", "--on-conflict=update"]);
    run.outcome().expect_done();
    for name in NAMES {
        assert_eq!(rows(&target, name), rows(&source, name));
    }
    target.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_row_that_leads_nowhere_leaves_none_of_them() {
    let (source, target) = loop_of_rows();
    source.psql("DELETE FROM b WHERE id = 999");
    for arguments in [&[][..], &["--on-conflict=update"]] {
        let failed = data(&source, &target, arguments).outcome();
        let text = failed.failure();
        assert!(text.contains("a_b_fkey") && text.contains("public.a"), "{text}");
        assert_eq!(target.value("SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b)"), "0");
        target.psql("TRUNCATE first, last, a, b");
    }
    let rejecting = ["--on-conflict=update", "--on-row-error=reject", "--reject-file=/dev/null"];
    insta::assert_snapshot!(data(&source, &target, &rejecting).outcome().failure(), @r"
    exit code: 1
    error: rows cannot be set aside where foreign keys lead in a loop, because these are checked at the end of a transaction, when nothing tells which row is refused: public.a, public.b_low, public.b_high
    hint: --on-row-error stop ends the run at the first such row, --disable-triggers loads without checking foreign keys
    ");
}

#[test]
fn it_is_done_again_where_its_session_is_lost() {
    for arguments in [&[][..], &["--on-conflict=update"]] {
        let (source, target) = loop_of_rows();
        target.psql(
            "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END';
             CREATE TRIGGER linger BEFORE INSERT ON b_high FOR EACH ROW EXECUTE FUNCTION linger()",
        );
        let run = data(&source, &target, arguments).arg("--retry-delay=10ms").start();
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_class ON relation = pg_class.oid
            WHERE relname = 'b_high' AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()";
        let begin = Instant::now();
        while target.query(kill).is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(60), "no session writes into b_high");
        }
        run.outcome().expect_done();
        for name in NAMES {
            assert_eq!(rows(&target, name), rows(&source, name));
        }
    }
}

#[test]
fn a_table_that_somebody_waits_to_change_is_read_by_the_session_that_holds_it() {
    let (source, target) = loop_of_rows();
    // The first table takes a while, so that the loop is still to come.
    target.psql(
        "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END';
         CREATE TRIGGER linger BEFORE INSERT ON first FOR EACH ROW EXECUTE FUNCTION linger()",
    );
    let run = data(&source, &target, &["--on-conflict=update"]).start();
    let begin = Instant::now();
    let held = "SELECT 1 FROM pg_locks JOIN pg_class ON relation = pg_class.oid WHERE relname = 'a' AND mode = 'AccessShareLock'";
    let writes = "SELECT 1 FROM pg_locks JOIN pg_class ON relation = pg_class.oid WHERE relname = 'first' AND mode = 'RowExclusiveLock'";
    while source.query(held).is_empty() || target.query(writes).is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(60), "the run does not begin");
    }
    let change = std::thread::scope(|scope| {
        let change = scope.spawn(|| source.psql("ALTER TABLE a ADD COLUMN later int"));
        run.outcome().expect_done();
        change.join()
    });
    change.expect("the column is added when the copy is done");
    assert_eq!(target.value("SELECT count(*) FROM a"), "1000");
}
