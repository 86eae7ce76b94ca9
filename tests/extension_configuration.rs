//! Rows that users put into an extension's configuration tables. No extension at hand has such tables, so one is given them.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::Run;

/// An extension with two configuration tables, of which one refers to the other, a table that is none, and a sequence, each
/// with the rows the extension comes with.
const EXTENSION: &str = "\
    CREATE EXTENSION hstore;\n\
    CREATE TABLE kind (name text PRIMARY KEY, built_in bool NOT NULL DEFAULT false, doubled text GENERATED ALWAYS AS (name || name) STORED);\n\
    CREATE TABLE \"a setting\" (id int PRIMARY KEY, kind text REFERENCES kind, at regclass);\n\
    CREATE TABLE fixed (id int);\n\
    CREATE SEQUENCE counter;\n\
    ALTER EXTENSION hstore ADD TABLE kind;\n\
    ALTER EXTENSION hstore ADD TABLE \"a setting\";\n\
    ALTER EXTENSION hstore ADD TABLE fixed;\n\
    ALTER EXTENSION hstore ADD SEQUENCE counter;\n\
    UPDATE pg_extension\n\
       SET extconfig = ARRAY['\"a setting\"', 'kind', 'counter']::regclass[]::oid[],\n\
           extcondition = ARRAY['', 'WHERE NOT built_in', '']\n\
     WHERE extname = 'hstore';\n\
    INSERT INTO kind VALUES ('given', true);\n\
    INSERT INTO fixed VALUES (1);\n";

/// What a user adds.
const ROWS: &str = "\
    INSERT INTO kind VALUES ('ours', false);\n\
    INSERT INTO \"a setting\" VALUES (1, 'ours', 'kind'), (2, 'given', NULL);\n\
    INSERT INTO fixed VALUES (2);\n\
    SELECT nextval('counter') FROM generate_series(1, 5);\n";

fn content(database: &Database) -> Vec<Vec<String>> {
    database.query(
        "SELECT 'kind', name, built_in::text FROM kind UNION ALL SELECT 'setting', id::text, at::text FROM \"a setting\"\n\
         UNION ALL SELECT 'fixed', id::text, NULL FROM fixed UNION ALL SELECT 'counter', last_value::text, NULL FROM counter\n\
         ORDER BY 1, 2;",
    )
}

#[test]
fn rows_of_the_user_are_copied_with_the_schema_and_those_of_the_extension_are_not() {
    for cluster in Cluster::every_version() {
        for mode in ["full", "schema"] {
            let (source, target) = (cluster.database(), cluster.database());
            source.psql(&format!("{EXTENSION}{ROWS}"));
            target.psql(EXTENSION);
            Run::snapshot(&source.url(), &target.url()).arg("--mode").arg(mode).outcome().expect_done();
            let mut expected = content(&source);
            expected.retain(|row| row[..2] != ["fixed", "2"]);
            assert_eq!(content(&target), expected, "--mode {mode} on PostgreSQL {}", cluster.installation.major);
        }
    }
}
