//! Rows that the target refuses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::{data, pair, pair_with, route, rows, update};
use crate::support::run::Run;

/// The path of a file that is not there, removed with the value.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let file = Self(std::env::temp_dir().join(format!("pgsluice-rejects-{}-{name}", std::process::id())));
        let _ = fs::remove_file(&file.0);
        file
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.0).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn refused_rows_go_to_the_file_with_their_reason_and_the_others_to_the_table() {
    let (source, target) = pair();
    source.psql(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'new'); CREATE TABLE t (id int PRIMARY KEY, n int, parent int, mood mood, v varchar(9));
         INSERT INTO t SELECT n, n, NULL, 'ok', 'x' FROM generate_series(1, 100) AS n;
         UPDATE t SET n = -1 WHERE id = 17; UPDATE t SET parent = 5 WHERE id = 50; UPDATE t SET mood = 'new' WHERE id = 51;
         UPDATE t SET n = 3 WHERE id = 99; UPDATE t SET v = 'raise' WHERE id = 100",
    );
    target.psql(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE parent (id int PRIMARY KEY);
         CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no %'', NEW.v; END';
         CREATE TABLE t (id int PRIMARY KEY, n int UNIQUE CONSTRAINT positive CHECK (n > 0), mood mood, v varchar(9),
                         parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.v = 'raise') EXECUTE FUNCTION no();
         INSERT INTO t VALUES (1, 1000)",
    );
    let file = File::new("reasons");
    let arguments = ["--on-row-error=reject", "--batch-rows=30", "--reject-file", file.path()];
    let outcome = update(&source, &target, &arguments);
    assert_eq!(outcome.exit_code, Some(1));
    assert_eq!(
        route(&outcome, "public.t"),
        "text (rows may be rejected), on conflict update by t_pkey, unchanged also where trigger no drops rows: 94 inserted, 1 updated, 0 unchanged, 5 rejected"
    );
    insta::assert_snapshot!(outcome.stderr, @r"
    error: not everything was copied: 5 rows rejected
    hint: --reject-file has the rows that were rejected, each with its cause; all others are there
    ");
    insta::assert_snapshot!(file.text(), @r#"
    {"table":"public.t","sqlstate":"23514","constraint":"positive","message":"new row for relation \"t\" violates check constraint \"positive\"","row":{"id":"17","n":"-1","parent":null,"mood":"ok","v":"x"}}
    {"table":"public.t","sqlstate":"23503","constraint":"t_parent_fkey","message":"insert or update on table \"t\" violates foreign key constraint \"t_parent_fkey\"","row":{"id":"50","n":"50","parent":"5","mood":"ok","v":"x"}}
    {"table":"public.t","sqlstate":"22P02","constraint":null,"message":"invalid input value for enum public.mood: \"…\"","row":{"id":"51","n":"51","parent":null,"mood":"new","v":"x"}}
    {"table":"public.t","sqlstate":"23505","constraint":"t_n_key","message":"duplicate key value violates unique constraint \"t_n_key\"","row":{"id":"99","n":"3","parent":null,"mood":"ok","v":"x"}}
    {"table":"public.t","sqlstate":"P0001","constraint":null,"message":"a function raised this error; its words may hold row values, see the server's log","row":{"id":"100","n":"100","parent":null,"mood":"ok","v":"raise"}}
    "#);
    assert_eq!(fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(target.value("SELECT count(*) || ' ' || min(n) FROM t"), "95 1");

    // The file is not overwritten; another run with so many accepted is done.
    let again = update(&source, &target, &arguments);
    insta::assert_snapshot!(again.failure().replace(file.path(), "FILE"), @r#"
    exit code: 1
    error: could not make the file "FILE" for rejected rows
    detail: File exists (os error 17)
    hint: rows that were rejected before are not overwritten; move the file away or name another
    "#);
    let other = File::new("other");
    update(&source, &target, &["--on-row-error=reject", "--rejects-max=5", "--reject-file", other.path()])
        .expect_done();
    assert_eq!(other.text().lines().count(), 5);
}

#[test]
fn a_key_that_is_there_is_refused_where_nothing_else_was_asked_for() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY, v text)");
    source.psql("INSERT INTO t SELECT n, 'new' FROM generate_series(1, 5) AS n");
    target.psql("INSERT INTO t VALUES (3, 'old')");
    let file = File::new("key");
    data(&source, &target, &["--on-row-error=reject", "--rejects-max=1", "--reject-file", file.path()])
        .outcome()
        .expect_done();
    insta::assert_snapshot!(file.text(), @r#"{"table":"public.t","sqlstate":"23505","constraint":"t_pkey","message":"duplicate key value violates unique constraint \"t_pkey\"","row":{"id":"3","v":"new"}}"#);
    assert_eq!(rows(&target, "t"), "(1,new)\n(2,new)\n(3,old)\n(4,new)\n(5,new)");
}

#[test]
fn a_refused_row_stops_the_run_unless_it_may_be_rejected() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY, n int)");
    source.psql("INSERT INTO t VALUES (1, 1), (2, -2)");
    target.psql("ALTER TABLE t ADD CONSTRAINT positive CHECK (n > 0)");
    let failure = update(&source, &target, &[]).failure();
    assert!(failure.contains("violates check constraint \"positive\"") && !failure.contains("-2"), "{failure}");
    assert_eq!(rows(&target, "t"), "");
}

#[test]
fn without_temporary_tables_rows_are_rejected_as_well() {
    let (source, target) = pair_with("CREATE TABLE t (id int PRIMARY KEY, v varchar(3), d text)");
    source.psql(
        "ALTER TABLE t ALTER v TYPE text; INSERT INTO t VALUES (1, 'abc', 'x'), (2, 'abcd', NULL), (3, 'a', 'y')",
    );
    target.psql("ALTER TABLE t ALTER v TYPE text, ADD CHECK (length(v) < 4)");
    let role = format!("rejecting_{}", target.name);
    let grants = format!("GRANT ALL ON t TO {role}; REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", target.name);
    target.psql(&format!("CREATE ROLE {role} LOGIN; {grants}"));
    let file = File::new("parameters");
    let outcome = Run::snapshot(&source.url(), &target.url_of(&role, ""))
        .args(["--mode=data", "--on-conflict=update", "--on-row-error=reject", "--reject-file", file.path()])
        .outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
    assert_eq!(rows(&target, "t"), "(1,abc,x)\n(3,a,y)");
    insta::assert_snapshot!(file.text(), @r#"{"table":"public.t","sqlstate":"23514","constraint":"t_v_check","message":"new row for relation \"t\" violates check constraint \"t_v_check\"","row":{"id":"2","v":"abcd","d":null}}"#);
    target.psql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
