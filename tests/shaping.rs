//! Which objects and which of their properties are copied: the flags that `pg_dump` has too.

use std::os::unix::fs::PermissionsExt as _;

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

/// Labels without a provider that would have to be loaded, written as the server itself would write them.
const LABELS: &str = "
    SET allow_system_table_mods = on;
    CREATE TYPE app.pair AS (one int, other int);
    CREATE DOMAIN app.positive AS int CHECK (value > 0);
    CREATE SEQUENCE app.numbers;
    CREATE PROCEDURE app.nothing() LANGUAGE sql AS '';
    CREATE EVENT TRIGGER shaping_labelled ON ddl_command_end EXECUTE FUNCTION app.on_ddl();
    INSERT INTO pg_seclabel (classoid, objoid, objsubid, provider, label) VALUES
        ('pg_class'::regclass, 'app.item'::regclass, 0, 'guard', 'it''s secret'),
        ('pg_class'::regclass, 'app.item'::regclass, 2, 'anon one', 'MASKED'),
        ('pg_class'::regclass, 'app.total'::regclass, 0, 'guard', 'm'),
        ('pg_class'::regclass, 'app.numbers'::regclass, 0, 'guard', 's'),
        ('pg_class'::regclass, 'app.pair'::regclass, 2, 'guard', 'c'),
        ('pg_type'::regclass, 'app.pair'::regtype, 0, 'guard', 't'),
        ('pg_type'::regclass, 'app.positive'::regtype, 0, 'guard', 'd'),
        ('pg_proc'::regclass, 'app.nothing'::regproc, 0, 'guard', 'p'),
        ('pg_namespace'::regclass, 'app'::regnamespace, 0, 'guard', 'n'),
        ('pg_event_trigger'::regclass, (SELECT oid FROM pg_event_trigger WHERE evtname = 'shaping_labelled'), 0, 'guard', 'e');";

const LABELLED: usize = 10;

fn labelled_pair() -> (Database<'static>, Database<'static>) {
    let (source, target) = pair();
    source.psql("CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
    source.psql(LABELS);
    (source, target)
}

fn labels_in(script: &str) -> Vec<String> {
    // The dump leaves out the quotes that a name can do without.
    let lines = script.lines().filter(|line| line.starts_with("SECURITY LABEL"));
    let mut lines: Vec<_> = lines.map(|line| line.replace('"', "")).collect();
    lines.sort();
    lines
}

#[test]
fn security_labels_are_regenerated() {
    let (source, _) = labelled_pair();
    let script = Run::new(["schema", "--source", &source.url()]).outcome().expect_done().stdout;
    let labels = labels_in(&script);
    assert_eq!(labels.len(), LABELLED, "{script}");
    // The dump has none on columns of composite types, which ALTER TABLE cannot reach and the server accepts.
    let (columns, others): (Vec<_>, Vec<_>) = labels.into_iter().partition(|line| line.contains("app.pair.other"));
    assert_eq!(columns, ["SECURITY LABEL FOR guard ON COLUMN app.pair.other IS 'c';"]);
    let dumped = labels_in(&oracle::dump(&source, &["--schema-only"]));
    assert_eq!(others, dumped.into_iter().filter(|line| !line.contains("app.pair.other")).collect::<Vec<_>>());
}

#[test]
fn security_labels_that_the_target_refuses_are_named() {
    let (source, target) = labelled_pair();
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    assert_eq!(outcome.stdout.matches("security label provider").count(), LABELLED, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("shared_preload_libraries"), "{}", outcome.stdout);
    assert_eq!(target.value("SELECT count(*) FROM app.item"), "10");

    let (source, target) = labelled_pair();
    let stdout = copy(&source, &target, &["--no-security-labels"]);
    assert!(stdout.contains("security labels: because of --no-security-labels"), "{stdout}");

    let (source, target) = labelled_pair();
    let outcome = Run::snapshot(&source.url(), &target.url()).args(["--exclude-security-labels", "gu*"]).outcome();
    assert_eq!(outcome.stdout.matches("security label provider").count(), 1, "{}", outcome.stdout);
    let (source, target) = labelled_pair();
    copy(&source, &target, &["--exclude-security-labels", "guard, \"anon one\""]);
}

#[test]
fn a_label_that_no_statement_carries_is_named() {
    let (source, target) = pair();
    source.psql(
        "SET allow_system_table_mods = on;
         INSERT INTO pg_seclabel (classoid, objoid, objsubid, provider, label) VALUES
             ('pg_type'::regclass, 'text'::regtype, 0, 'guard', 'l')",
    );
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("security label of type pg_catalog.text"), "{}", outcome.stdout);
    copy(&source, &pair().1, &["--exclude-security-labels", "guard"]);
}

#[test]
fn labels_of_large_objects_are_set_with_them() {
    let (source, target) = pair();
    source.psql(
        "SET allow_system_table_mods = on;
         SELECT lo_create(4711), lo_create(4712);
         INSERT INTO pg_seclabel (classoid, objoid, objsubid, provider, label) VALUES
             ('pg_largeobject'::regclass, 4711, 0, 'guard', 'it''s secret'), ('pg_largeobject'::regclass, 4712, 0, 'anon one', 'l')",
    );
    // No server has the providers, so that what was tried is seen in what was refused.
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    for oid in [4711, 4712] {
        let refused = format!("large object {oid}: set the security label of: ERROR 22023: security label provider");
        assert!(outcome.stdout.contains(&refused), "{}", outcome.stdout);
    }
    let one = Run::snapshot(&source.url(), &pair().1.url()).args(["--exclude-security-labels", "guard"]).outcome();
    assert_eq!(one.stdout.matches("security label provider").count(), 1, "{}", one.stdout);
    copy(&source, &pair().1, &["--exclude-security-labels", "*"]);
}

#[test]
fn labels_of_extensions_members_are_set_which_the_dump_loses() {
    let (source, target) = pair();
    source.psql(
        "CREATE EXTENSION pg_stat_statements;
         CREATE EXTENSION hstore;
         SET allow_system_table_mods = on;
         INSERT INTO pg_seclabel (classoid, objoid, objsubid, provider, label) VALUES
             ('pg_class'::regclass, 'pg_stat_statements'::regclass, 0, 'guard', 'v'),
             ('pg_class'::regclass, 'pg_stat_statements'::regclass, 2, 'guard', 'c'),
             ('pg_type'::regclass, 'hstore'::regtype, 0, 'guard', 't'),
             ('pg_proc'::regclass, 'akeys(hstore)'::regprocedure, 0, 'guard', 'f')",
    );
    let script = Run::new(["schema", "--source", &source.url()]).outcome().expect_done().stdout;
    let expected = [
        "SECURITY LABEL FOR guard ON COLUMN public.pg_stat_statements.dbid IS 'c';",
        "SECURITY LABEL FOR guard ON ROUTINE public.akeys(public.hstore) IS 'f';",
        "SECURITY LABEL FOR guard ON TYPE public.hstore IS 't';",
        "SECURITY LABEL FOR guard ON VIEW public.pg_stat_statements IS 'v';",
    ];
    assert_eq!(labels_in(&script), expected);
    assert_eq!(labels_in(&oracle::dump(&source, &["--schema-only"])), [""; 0]);
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    assert_eq!(outcome.stdout.matches("security label provider").count(), 4, "{}", outcome.stdout);
    assert_eq!(
        target.value("SELECT count(*) FROM pg_extension WHERE extname IN ('hstore', 'pg_stat_statements')"),
        "2"
    );
    copy(&source, &pair().1, &["--exclude-security-labels", "guard"]);
}

#[test]
fn publications_and_the_mention_of_subscriptions_stay_behind_on_request() {
    let (source, target) = pair();
    source.psql(
        "CREATE PUBLICATION shaping_items FOR TABLE app.item;
         COMMENT ON PUBLICATION shaping_items IS 'items';
         CREATE SUBSCRIPTION shaping_feed CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false, slot_name = NONE)",
    );
    target.psql("CREATE PUBLICATION shaping_items");
    let stdout = copy(&source, &target, &["--no-publications", "--no-subscriptions"]);
    assert!(stdout.contains("publications: because of --no-publications"), "{stdout}");
    assert!(stdout.contains("subscriptions: because of --no-subscriptions"), "{stdout}");
    assert!(!stdout.contains("shaping_feed"), "{stdout}");
    assert_eq!(target.value("SELECT count(*) FROM pg_publication_rel"), "0");

    let (_, target) = pair();
    let stdout = copy(&source, &target, &[]);
    assert!(stdout.contains("subscription shaping_feed: subscriptions are not copied unasked"), "{stdout}");
    assert_eq!(target.value("SELECT count(*) FROM pg_publication_rel"), "1");
    source.psql("DROP SUBSCRIPTION shaping_feed");
}

#[test]
fn the_dumps_name_for_tables_without_rows_is_understood() {
    let (source, target) = pair();
    copy(&source, &target, &["--exclude-table-data", "app.item"]);
    assert_eq!(target.value("SELECT count(*) FROM app.item"), "0");
    let (source, target) = pair();
    Run::snapshot(&source.url(), &target.url()).env("PGSLUICE_EXCLUDE_TABLE_DATA", "*.*").outcome().expect_done();
    assert_eq!(target.value("SELECT (SELECT count(*) FROM app.item) + (SELECT count(*) FROM other)"), "0");
}

#[test]
fn the_schemas_statements_are_written_before_they_run() {
    let path = std::env::temp_dir().join(format!("pgsluice-shaping-{}.sql", std::process::id()));
    let (source, target) = pair();
    copy(&source, &target, &["--schema-dump-file", path.to_str().unwrap()]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let (_, other) = pair();
    other.psql_file(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(oracle::schema_difference(&target, &other), None);

    let (source, target) = pair();
    let nowhere = path.join("schema.sql");
    let outcome = Run::snapshot(&source.url(), &target.url()).arg("--schema-dump-file").arg(&nowhere).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    let message = format!("error: could not write the schema to \"{}\"", nowhere.display());
    assert!(outcome.failure().contains(&message), "{}", outcome.failure());
    assert_eq!(target.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'app'"), "0");
}

#[test]
fn a_definition_is_copied_where_rows_are_hidden() {
    let (source, target) = pair();
    Cluster::shared().create_roles(&["shaping_tenant"]);
    source.psql(
        "ALTER ROLE shaping_tenant LOGIN PASSWORD 'tenant';
         GRANT USAGE ON SCHEMA app TO shaping_tenant; GRANT SELECT ON ALL TABLES IN SCHEMA app, public TO shaping_tenant;
         ALTER TABLE other ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON other USING (id = 1)",
    );
    let url = source.url_of("shaping_tenant", "tenant");
    let outcome = Run::snapshot(&url, &target.url()).outcome();
    assert!(outcome.failure().contains("row-level security hides rows"), "{}", outcome.failure());
    Run::snapshot(&url, &target.url()).args(["--mode", "schema"]).outcome().expect_done();
    assert_eq!(oracle::schema_difference(&source, &target), None);
}
