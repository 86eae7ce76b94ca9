//! Which objects and which of their properties are copied: the flags that `pg_dump` has too.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::Run;

const OBJECTS: &str = "
    CREATE SCHEMA app AUTHORIZATION shaping_owner;
    CREATE TABLE app.item (id int PRIMARY KEY, name text);
    ALTER TABLE app.item OWNER TO shaping_owner;
    GRANT SELECT, UPDATE (name) ON app.item TO shaping_reader;
    COMMENT ON TABLE app.item IS 'an item';
    COMMENT ON COLUMN app.item.name IS 'its name';
    INSERT INTO app.item SELECT n, 'item ' || n FROM generate_series(1, 10) n;
    CREATE MATERIALIZED VIEW app.total AS SELECT count(*) AS items FROM app.item;
    CREATE TYPE public.colour AS ENUM ('red');
    CREATE TABLE other (id int, colour public.colour);
    INSERT INTO other VALUES (1, 'red');
    CREATE FUNCTION unused() RETURNS int LANGUAGE sql RETURN 1;";

fn pair() -> (Database<'static>, Database<'static>) {
    let cluster = Cluster::shared();
    cluster.create_roles(&["shaping_owner", "shaping_reader"]);
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(OBJECTS);
    (source, target)
}

fn copy(source: &Database<'_>, target: &Database<'_>, arguments: &[&str]) -> String {
    Run::snapshot(&source.url(), &target.url()).args(arguments).outcome().expect_done().stdout
}

#[test]
fn owners_privileges_and_comments_stay_behind_on_request() {
    let (source, target) = pair();
    let stdout = copy(&source, &target, &["--no-owner", "--no-privileges", "--no-comments"]);
    for line in [
        "owners: because of --no-owner",
        "privileges: because of --no-privileges",
        "comments: because of --no-comments",
    ] {
        assert!(stdout.contains(line), "{stdout}");
    }
    let definitions = |database| {
        let dump = oracle::dump(database, &["--schema-only", "--no-owner", "--no-privileges", "--no-comments"]);
        // psql's \restrict has another key in every dump.
        dump.lines().filter(|line| !line.contains("restrict ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(definitions(&source), definitions(&target));
    let kept = "SELECT count(*) FROM pg_class c WHERE relnamespace = 'app'::regnamespace
                AND (relowner <> current_user::regrole OR relacl IS NOT NULL OR obj_description(oid, 'pg_class') IS NOT NULL)";
    assert_eq!(target.value(kept), "0");
    assert_ne!(source.value(kept), "0");
}

#[test]
fn a_materialized_view_stays_empty_on_request() {
    let (source, target) = pair();
    let stdout = copy(&source, &target, &["--refresh-materialized-views=false"]);
    assert!(stdout.contains("rows of materialized views: because of --refresh-materialized-views=false"), "{stdout}");
    assert_eq!(target.value("SELECT relispopulated FROM pg_class WHERE relname = 'total'"), "f");
    assert_eq!(oracle::schema_difference(&source, &target), None);
}

#[test]
fn schemas_are_chosen_and_left_out_whole() {
    let (source, target) = pair();
    copy(&source, &target, &["--schemas", "app"]);
    assert_eq!(target.value("SELECT items FROM app.total"), "10");
    assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"), "0");
    assert_eq!(target.value("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"), "0");

    let (source, target) = pair();
    copy(&source, &target, &["--exclude-schemas", "a?p"]);
    assert_eq!(target.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'app'"), "0");
    assert_eq!(target.value("SELECT colour::text || unused() FROM other"), "red1");
}

#[test]
fn a_table_comes_without_its_rows_on_request() {
    let (source, target) = pair();
    let stdout = copy(&source, &target, &["--schema-only-tables", "app.item"]);
    assert!(stdout.contains("rows of app.item: because of --schema-only-tables"), "{stdout}");
    assert_eq!(target.value("SELECT count(*) FROM app.item"), "0");
    assert_eq!(target.value("SELECT count(*) FROM other"), "1");
    assert_eq!(oracle::schema_difference(&source, &target), None);
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error_for_every_option() {
    let (source, target) = pair();
    for option in ["--tables", "--exclude-tables", "--schemas", "--exclude-schemas", "--schema-only-tables"] {
        let outcome = Run::snapshot(&source.url(), &target.url()).args([option, "nowhere"]).outcome();
        assert_eq!(outcome.exit_code, Some(1), "{option}: {}", outcome.stdout);
        assert!(outcome.stderr.contains("error: the pattern nowhere matches"), "{option}: {}", outcome.stderr);
    }
}
