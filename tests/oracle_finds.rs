//! The oracle finds what it must: a comparison that misses a difference would let every other test pass.

use crate::support::cluster::Cluster;
use crate::support::oracle;

const DATABASE: &str = "
    CREATE TYPE mood AS ENUM ('a', 'b');
    CREATE TABLE item (id serial PRIMARY KEY, note text, json json, bytes bytea, numbers int[],
                       upper_note text GENERATED ALWAYS AS (upper(note)) STORED);
    INSERT INTO item (note, json, bytes, numbers) VALUES ('x', '{\"a\": 1}', '\\x00', '{1}'), (NULL, NULL, NULL, NULL);
    CREATE SCHEMA other;
    CREATE TABLE other.item (id int);
    INSERT INTO other.item VALUES (1), (1);
    CREATE MATERIALIZED VIEW total AS SELECT count(*) FROM item;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS '-- one
SELECT 1';
";

#[test]
fn two_equal_databases_are_the_same() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(DATABASE);
    target.psql(DATABASE);
    assert_eq!(oracle::difference(&source, &target), None);
    assert!(oracle::content(&source).contains("public.item | rows | 2 |"), "{}", oracle::content(&source));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2), (2)");
    target.psql("CREATE TABLE t (a int); INSERT INTO t VALUES (2), (1), (2)");
    assert_eq!(oracle::difference(&source, &target), None);
}

#[test]
fn every_change_of_the_content_is_found() {
    finds(
        &[
            "UPDATE item SET note = '' WHERE note IS NULL",
            "UPDATE item SET json = '{\"a\":1}' WHERE id = 1",
            "UPDATE item SET bytes = '\\x01' WHERE id = 1",
            "UPDATE item SET numbers = '[0:0]={1}' WHERE id = 1",
            "DELETE FROM other.item WHERE ctid = '(0,1)'",
            "UPDATE other.item SET id = 2",
            "SELECT setval('item_id_seq', 2, false)",
            "SELECT nextval('item_id_seq')",
            "REFRESH MATERIALIZED VIEW total WITH NO DATA",
            "CREATE SCHEMA one_more",
            "SELECT lo_from_bytea(4711, 'large')",
        ],
        oracle::content_difference,
    );
}

#[test]
fn every_change_of_the_schema_is_found() {
    finds(
        &[
            "ALTER TABLE item ALTER note SET STATISTICS 7",
            "ALTER TABLE item DROP CONSTRAINT item_pkey",
            "ALTER SEQUENCE item_id_seq OWNED BY NONE",
            "COMMENT ON TABLE item IS 'x'",
            "GRANT SELECT ON item TO PUBLIC",
            "ALTER TYPE mood ADD VALUE 'c' BEFORE 'b'",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS '-- two\nSELECT 1'",
            "DROP TABLE other.item",
        ],
        oracle::schema_difference,
    );
}

fn finds(
    changes: &[&str],
    difference: fn(&crate::support::database::Database, &crate::support::database::Database) -> Option<String>,
) {
    let cluster = Cluster::shared();
    let source = cluster.database();
    source.psql(DATABASE);
    for change in changes {
        let target = cluster.database();
        target.psql(DATABASE);
        assert_eq!(difference(&source, &target), None);
        target.psql(change);
        let found = difference(&source, &target).unwrap_or_else(|| panic!("not found: {change}"));
        assert!(found.contains("--- source\n+++ target\n"), "{found}");
    }
}
