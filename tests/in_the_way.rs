//! A target that already holds what would be created: nothing is changed unless `--clean` says so, and then exactly what is in
//! the way is dropped.

use std::path::Path;

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

const SOURCE: &str = "
    CREATE SCHEMA shop;
    CREATE TYPE shop.mood AS ENUM ('good', 'bad');
    CREATE DOMAIN shop.price AS numeric CHECK (VALUE >= 0);
    CREATE SEQUENCE shop.number START 5;
    CREATE FUNCTION shop.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
    CREATE TABLE shop.item (id serial PRIMARY KEY, mood shop.mood, price shop.price, name text);
    CREATE INDEX item_name ON shop.item (name);
    CREATE TABLE shop.part (item int REFERENCES shop.item, number int DEFAULT nextval('shop.number'));
    CREATE VIEW shop.good AS SELECT * FROM shop.item WHERE mood = 'good';
    CREATE MATERIALIZED VIEW shop.total AS SELECT count(*) AS items FROM shop.item;
    CREATE STATISTICS shop.item_statistics ON mood, name FROM shop.item;
    INSERT INTO shop.item (mood, price, name) VALUES ('good', 1, 'a'), ('bad', 2, 'b');
    INSERT INTO shop.part (item) VALUES (1), (2);
    REFRESH MATERIALIZED VIEW shop.total";

fn pair() -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SOURCE);
    (source, target)
}

fn run(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").args(arguments).outcome()
}

/// A run that fails and leaves the target as it was.
fn refused(source: &Database, target: &Database, arguments: &[&str]) -> String {
    let before = (oracle::schema(target), oracle::content(target));
    let outcome = run(source, target, arguments);
    assert_eq!(before, (oracle::schema(target), oracle::content(target)), "the target was changed");
    outcome.failure()
}

#[test]
fn an_object_of_every_kind_is_named_before_anything_is_changed() {
    let (source, target) = pair();
    // A schema that is there is used as it is, and one of them is of another kind than the source's object.
    target.psql(
        "CREATE SCHEMA shop; CREATE TYPE shop.mood AS (a int); CREATE DOMAIN shop.price AS text; CREATE SEQUENCE shop.number;
         CREATE FUNCTION shop.twice(a int) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
         CREATE TABLE shop.item (x int); INSERT INTO shop.item VALUES (1);
         CREATE TABLE shop.other (x int, y int); CREATE INDEX item_name ON shop.other (x);
         CREATE VIEW shop.good AS SELECT 1 AS one; CREATE TABLE shop.total (x int);
         CREATE STATISTICS shop.item_statistics ON x, y FROM shop.other",
    );
    insta::assert_snapshot!(refused(&source, &target, &[]), @r#"
    exit code: 1
    error: the target already holds 9 of the objects that would be created
    detail: type shop.mood, domain shop.price, function shop.twice(a integer), sequence shop.number, table shop.item, view shop.good, table shop.total, index shop.item_name, statistics shop.item_statistics
    hint: --clean drops exactly those first; --mode data copies only rows, into the tables that are there
    "#);
}

#[test]
fn an_overload_is_not_in_the_way_and_neither_is_a_schema() {
    let (source, target) = pair();
    target.psql("CREATE SCHEMA shop; CREATE FUNCTION shop.twice(text) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    run(&source, &target, &[]).expect_done();
    target.psql("DROP FUNCTION shop.twice(text)");
    oracle::assert_same(&source, &target);
}

#[test]
fn clean_drops_exactly_what_is_in_the_way() {
    let (source, target) = pair();
    target.psql(
        "CREATE SCHEMA shop; CREATE TABLE shop.item (id int PRIMARY KEY, self int REFERENCES shop.item);
         INSERT INTO shop.item VALUES (1, 1); CREATE SEQUENCE shop.number OWNED BY shop.item.id;
         CREATE TABLE shop.total (x int); CREATE VIEW shop.good AS SELECT * FROM shop.item;
         CREATE TABLE shop.keep (x int); INSERT INTO shop.keep VALUES (1), (2); CREATE TYPE shop.mood AS ENUM ('x');
         CREATE FUNCTION shop.keep() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    );
    run(&source, &target, &["--clean"]).expect_done();
    assert_eq!(target.value("SELECT sum(x) FROM shop.keep"), "3");
    target.psql("DROP TABLE shop.keep; DROP FUNCTION shop.keep()");
    oracle::assert_same(&source, &target);
}

#[test]
fn clean_stops_at_what_else_depends_on_it_and_changes_nothing() {
    let (source, target) = pair();
    target.psql(
        "CREATE SCHEMA shop; CREATE TABLE shop.part (x int); CREATE TABLE shop.item (id int PRIMARY KEY);
         CREATE TABLE shop.own (item int REFERENCES shop.item); INSERT INTO shop.item VALUES (1);
         INSERT INTO shop.own VALUES (1)",
    );
    insta::assert_snapshot!(refused(&source, &target, &["--clean"]), @r#"
    exit code: 1
    error: could not drop table "shop.item" on the target
    detail: ERROR 2BP01: cannot drop table shop.item because other objects depend on it (constraint own_item_fkey on table shop.own depends on table shop.item); statement: DROP TABLE IF EXISTS "shop"."item"
    hint: something that is not in the source depends on it; drop that yourself first, if it may go
    "#);
}

#[test]
fn the_name_of_a_key_can_be_taken_by_another_table() {
    let (source, target) = pair();
    target.psql("CREATE SCHEMA shop; CREATE TABLE shop.item_pkey (x int)");
    insta::assert_snapshot!(refused(&source, &target, &[]), @r#"
    exit code: 1
    error: the target already holds 1 of the objects that would be created
    detail: table shop.item_pkey
    hint: --clean drops exactly those first; --mode data copies only rows, into the tables that are there
    "#);
    run(&source, &target, &["--clean"]).expect_done();
    oracle::assert_same(&source, &target);
}

#[test]
fn clean_on_an_empty_target_is_no_matter() {
    let (source, target) = pair();
    run(&source, &target, &["--clean"]).expect_done();
    oracle::assert_same(&source, &target);
}

#[test]
fn a_copy_can_be_made_again_with_clean() {
    let (source, target) = pair();
    run(&source, &target, &[]).expect_done();
    source.psql(
        "INSERT INTO shop.item (mood, name) VALUES ('bad', 'c'); ALTER TABLE shop.item ADD more text DEFAULT 'x';
                 REFRESH MATERIALIZED VIEW shop.total",
    );
    run(&source, &target, &["--clean"]).expect_done();
    oracle::assert_same(&source, &target);
}

#[test]
fn the_quickstart_database_can_be_copied_again_with_clean() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/quickstart.sql");
    copy_twice(&format!("\\set purchases 2000\n\\i {}\n", file.display()));
}

#[test]
fn a_real_database_can_be_copied_again_with_clean() {
    let Some(path) = crate::corpora::file("chinook.sql") else { return };
    copy_twice(&format!("\\i {}\n", path.display()));
}

fn copy_twice(script: &str) {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(script);
    for arguments in [&[][..], &["--clean"]] {
        run(&source, &target, arguments).expect_done();
        oracle::assert_same(&source, &target);
    }
    let again = refused(&source, &target, &[]);
    assert!(again.contains("error: the target already holds "), "{again}");
}

/// A base type that holds its input and output functions, which take and return it.
const BASE_TYPE: &str = "
    CREATE TYPE whole; CREATE FUNCTION whole_in(cstring) RETURNS whole LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
    CREATE FUNCTION whole_out(whole) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
    CREATE TYPE whole (INPUT = whole_in, OUTPUT = whole_out, LIKE = int4);
    CREATE TYPE span; CREATE FUNCTION same_span(span) RETURNS span LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
    CREATE TABLE counted (id whole, several whole[]); INSERT INTO counted VALUES ('1', '{2,3}');
    CREATE FUNCTION twice(whole) RETURNS whole LANGUAGE sql AS 'SELECT $1'; CREATE VIEW seen AS SELECT twice(id) FROM counted";

#[test]
fn a_base_type_is_dropped_with_its_functions_where_nothing_else_falls() {
    for cluster in Cluster::every_version() {
        drop_base_types(cluster);
    }
}

fn drop_base_types(cluster: &'static Cluster) {
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(BASE_TYPE);
    run(&source, &target, &[]).expect_done();
    target.psql("INSERT INTO counted VALUES ('7', NULL)");
    run(&source, &target, &["--clean"]).expect_done();
    oracle::assert_same(&source, &target);
    // What only the target has is never dropped along: a table's column, and a function.
    for (object, definition) in [
        ("TABLE mine", "(id whole)"),
        ("FUNCTION mine(whole)", "RETURNS int LANGUAGE sql AS 'SELECT 1'"),
        ("VIEW mine", "AS SELECT '4'::whole AS id"),
        ("CAST (text AS whole)", "WITH INOUT"),
    ] {
        target.psql(&format!("CREATE {object} {definition}"));
        let said = refused(&source, &target, &["--clean"]);
        assert!(said.contains("could not drop type") && said.contains("2BP01"), "{said}");
        target.psql(&format!("DROP {object}"));
    }
}
