//! Settings of the database itself. `pg_dump` carries them only with the database.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::Run;

fn settings(database: &Database) -> Vec<Vec<String>> {
    database.query(
        "SELECT setrole::regrole, unnest(setconfig) FROM pg_db_role_setting\n\
          WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1, 2",
    )
}

#[test]
fn settings_of_the_database_and_of_roles_in_it_are_copied() {
    for cluster in Cluster::every_version() {
        cluster.create_roles(&["case_reader"]);
        let (source, target) = (cluster.database(), cluster.database());
        let name = &source.name;
        source.psql(&format!(
            "ALTER DATABASE {name} SET search_path = \"$user\", public, \"Odd, one\";\n\
             ALTER DATABASE {name} SET work_mem = '7MB';\n\
             ALTER DATABASE {name} SET DateStyle = 'ISO, DMY';\n\
             ALTER DATABASE {name} SET app.\"Tenant\" = 'it''s C:\\\\x';\n\
             ALTER DATABASE {name} SET default_transaction_read_only = on;\n\
             ALTER ROLE case_reader IN DATABASE {name} SET statement_timeout = '3s';\n\
             ALTER ROLE case_reader IN DATABASE {name} SET search_path = '';",
        ));
        Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
        assert_eq!(settings(&target), settings(&source), "PostgreSQL {}", cluster.installation.major);
        assert_eq!(settings(&source).len(), 7);
    }
}

/// What a database lets sessions do that read or write its definitions and rows in their own way.
const ODD: [&str; 16] = [
    "standard_conforming_strings = off",
    "backslash_quote = off",
    "DateStyle = 'German, DMY'",
    "IntervalStyle = sql_standard",
    "TimeZone = 'Asia/Kathmandu'",
    "bytea_output = escape",
    "extra_float_digits = -5",
    "array_nulls = off",
    "transform_null_equals = on",
    "quote_all_identifiers = on",
    "xmloption = document",
    "default_transaction_isolation = serializable",
    "idle_in_transaction_session_timeout = '1s'",
    "statement_timeout = '200ms'",
    "lock_timeout = '5ms'",
    "row_security = off",
];

#[test]
fn a_copy_is_the_same_whatever_the_settings_of_either_database() {
    let script = r#"
        CREATE TABLE shop (at timestamptz DEFAULT '2024-03-01 12:00+00', b interval DEFAULT '-1 day 00:00:01', c bytea DEFAULT '\x00ff5c27',
                           d float8 DEFAULT 0.1 + 0.2, e money DEFAULT '-12.5', f date DEFAULT '2020-02-03', g text[] DEFAULT ARRAY['NULL', NULL, 'a\b'],
                           h text DEFAULT 'back\\slash ''quote''', i xml DEFAULT '<a/>',
                           j text[] DEFAULT '{NULL,"a\\b"}', CHECK (h <> 'C:\new'));
        INSERT INTO shop DEFAULT VALUES; INSERT INTO shop (g) VALUES (NULL);
        CREATE VIEW odd AS SELECT 'a\b'::text AS path, at = '2024-03-01 12:00+00' AS is_then, c = '\x00ff5c27' AS is_that FROM shop;
        CREATE MATERIALIZED VIEW even AS SELECT h LIKE '%\\%' AS has FROM shop;
        CREATE FUNCTION path() RETURNS text LANGUAGE sql AS $$ SELECT 'a\b' $$; COMMENT ON FUNCTION path() IS 'C:\new''s';
        CREATE INDEX ON shop (h) WHERE h <> E'tab\there\\'"#;
    let cluster = Cluster::shared();
    for (is_source_odd, is_target_odd) in [(true, false), (false, true), (true, true)] {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(script);
        for database in
            [&source, &target].into_iter().zip([is_source_odd, is_target_odd]).filter_map(|(of, is)| is.then_some(of))
        {
            let settings = ODD.map(|setting| format!("ALTER DATABASE {} SET {setting};", database.name));
            database.psql(&settings.concat());
        }
        let text = Run::new(["schema", "--source", &source.url()]).outcome().expect_done().stdout;
        Run::snapshot(&source.url(), &target.url()).args(["--jobs", "2"]).outcome().expect_done();
        let verified = Run::new(["verify", "--source", &source.url(), "--target", &target.url()]).outcome();
        // The settings themselves are copied and never taken away.
        if is_source_odd || !is_target_odd {
            assert_eq!(verified.exit_code, Some(0), "{verified:?}");
        }
        for database in [&source, &target] {
            database.psql(&format!("ALTER DATABASE {} RESET ALL", database.name));
        }
        oracle::assert_same(&source, &target);
        let loaded = cluster.database();
        let settings = ODD.map(|setting| format!("ALTER DATABASE {} SET {setting};", loaded.name));
        loaded.psql(&settings.concat());
        loaded.psql(&text);
        loaded.psql(&format!("ALTER DATABASE {} RESET ALL", loaded.name));
        assert_eq!(oracle::schema_difference(&source, &loaded), None);
    }
}
