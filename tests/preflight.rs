//! What the target lacks for a copy is found before anything is changed there, and named with what to do about it.

use std::sync::OnceLock;

use crate::support::cluster::{Cluster, Options};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

/// A target's server that has none of the roles and tablespaces of the one shared by all tests.
fn bare_cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(Installation::newest(), &Options::default()))
}

fn pair(script: &str) -> (Database<'static>, Database<'static>) {
    let (source, target) = (Cluster::shared().database(), Cluster::shared().database());
    source.psql(script);
    (source, target)
}

fn run(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").args(arguments).outcome()
}

/// A run that fails and leaves the target as it was.
#[track_caller]
fn refused(source: &Database, target: &Database, arguments: &[&str]) -> String {
    let before = (oracle::schema(target), oracle::content(target));
    let outcome = run(source, target, arguments);
    assert_eq!(outcome.exit_code, Some(1), "{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(before, (oracle::schema(target), oracle::content(target)), "the target was changed");
    outcome.failure()
}

/// What the summary says of what is missing, and the exit code.
fn missing(outcome: &Outcome) -> String {
    let from = outcome.stdout.find("\nleft out").unwrap_or(outcome.stdout.len());
    format!("{}{}", &outcome.stdout[from..], outcome.failure())
}

/// An extension that the source has and the target's server does not: `hstore` under another name or in another version. What
/// the source's catalog says of it is changed, because both servers here have the same packages.
fn with_far_extension(change: &str, more: &str) -> Option<(Database<'static>, Database<'static>)> {
    let (source, target) = pair("CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1), (2)");
    if !source.has_extension("hstore") {
        eprintln!("skipped: there is no extension hstore here");
        return None;
    }
    source.psql(&format!("CREATE EXTENSION hstore; {more}; UPDATE pg_extension SET {change} WHERE extname = 'hstore'"));
    Some((source, target))
}

#[test]
fn an_extension_without_a_package_is_an_error_before_anything_is_changed() {
    let Some((source, target)) =
        with_far_extension("extname = 'far_away'", "CREATE VIEW pairs AS SELECT 'a=>1'::hstore")
    else {
        return;
    };
    insta::assert_snapshot!(refused(&source, &target, &[]));
    // Accepting another kind changes nothing.
    refused(&source, &target, &["--allow-omissions", "view,owner"]);
}

#[test]
fn an_extension_without_a_package_is_left_out_with_what_needs_it_where_that_was_accepted() {
    let Some((source, target)) =
        with_far_extension("extname = 'far_away'", "CREATE VIEW pairs AS SELECT 'a=>1'::hstore")
    else {
        return;
    };
    let outcome = run(&source, &target, &["--allow-omissions", "extension"]);
    insta::assert_snapshot!(missing(&outcome));
    assert_eq!(target.value("SELECT count(*) FROM item"), "2");
    let target = Cluster::shared().database();
    run(&source, &target, &["--allow-omissions", "extension,view"]).expect_done();
}

#[test]
fn an_extension_that_a_table_needs_is_never_left_out() {
    let Some((source, target)) = with_far_extension("extname = 'far_away'", "CREATE TABLE bag (pairs hstore)") else {
        return;
    };
    insta::assert_snapshot!(refused(&source, &target, &["--allow-omissions", "all"]));
    run(&source, &target, &["--allow-omissions", "extension", "--exclude-tables", "bag"]).expect_done();
}

#[test]
fn an_extension_is_made_in_the_sources_version_where_the_package_still_has_it() {
    let (source, target) = pair("");
    if !source.has_extension("hstore") {
        return;
    }
    source.psql("CREATE EXTENSION hstore VERSION '1.4'");
    run(&source, &target, &[]).expect_done();
    assert_eq!(target.value("SELECT extversion FROM pg_extension WHERE extname = 'hstore'"), "1.4");
    oracle::assert_same(&source, &target);
}

#[test]
fn a_newer_version_takes_the_place_of_one_the_package_lost_and_is_named() {
    let Some((source, target)) = with_far_extension("extversion = '0.9'", "CREATE TABLE bag (pairs hstore)") else {
        return;
    };
    let outcome = run(&source, &target, &[]).expect_done();
    let version = target.value("SELECT extversion FROM pg_extension WHERE extname = 'hstore'");
    let said = format!(
        "version 0.9 of extension hstore: the target's package does not have it; version {version} takes its place"
    );
    assert!(outcome.stdout.contains(&said), "{}", outcome.stdout);
    // Where it is there already, it stays, and that is said too.
    let target = Cluster::shared().database();
    target.psql("CREATE EXTENSION hstore VERSION '1.4'");
    let outcome = run(&source, &target, &[]).expect_done();
    let said =
        "version 0.9 of extension hstore: the extension is on the target in version 1.4 and stays as it is there";
    assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
}

#[test]
fn an_older_version_does_not_do() {
    let Some((source, target)) = with_far_extension("extversion = '99.1'", "") else { return };
    let said = refused(&source, &target, &[]);
    assert!(said.contains("extension hstore: version 99.1 cannot be created there, only the older 1."), "{said}");
}

#[test]
fn a_collation_of_the_sources_host_is_looked_for_on_the_target() {
    let (source, target) = pair("");
    let find = "SELECT collname FROM pg_collation WHERE collnamespace = 'pg_catalog'::regnamespace AND oid >= 12000
                   AND collencoding IN (-1, 6) ORDER BY collname LIMIT 1";
    let Some(row) = source.query(find).pop() else {
        eprintln!("skipped: the server here found no collations");
        return;
    };
    source.psql(&format!(
        "CREATE TABLE word (de text COLLATE pg_catalog.\"{0}\"); INSERT INTO word VALUES ('a');
         CREATE TABLE plain (word text); CREATE INDEX sorted ON plain (word COLLATE pg_catalog.\"{0}\");
         UPDATE pg_collation SET collname = 'xx_FAR' WHERE collname = '{0}'",
        row[0]
    ));
    insta::assert_snapshot!(refused(&source, &target, &["--allow-omissions", "all"]));
    let left_out = run(&source, &target, &["--allow-omissions", "index", "--exclude-tables", "word"]).expect_done();
    assert!(
        left_out.stdout.contains("index public.sorted: the collation \"xx_FAR\" is not there"),
        "{}",
        left_out.stdout
    );
}

#[test]
fn the_locales_of_collations_that_users_made_are_tried_on_the_target() {
    for cluster in Cluster::every_version() {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(
            "CREATE COLLATION near (LC_COLLATE = 'C', LC_CTYPE = 'C'); CREATE COLLATION far FROM near;
             CREATE TABLE plain (word text); CREATE INDEX sorted ON plain (word COLLATE far);
             CREATE INDEX by_near ON plain (word COLLATE near);
             UPDATE pg_collation SET collcollate = 'xx_FAR', collctype = 'xx_FAR' WHERE collname = 'far'",
        );
        let namespaces = "SELECT nspname FROM pg_namespace ORDER BY nspname";
        let before = target.query(namespaces);
        let said = refused(&source, &target, &[]);
        assert!(said.contains("collation public.far: the target does not know its locale ("), "{said}");
        assert!(said.contains("xx_FAR") && !said.contains("near"), "{said}");
        assert_eq!(target.query(namespaces), before, "not even a schema for temporary objects");
        let left_out = run(&source, &target, &["--allow-omissions", "collation,index"]).expect_done();
        let index = "index public.sorted: it needs collation public.far, which is left out";
        assert!(left_out.stdout.contains(index), "{}", left_out.stdout);
        assert_eq!(target.value("SELECT string_agg(collname, ' ') FROM pg_collation WHERE oid >= 16384"), "near");
    }
}

const NAMED: &str = "
    CREATE TABLE item (id int PRIMARY KEY, owner text); INSERT INTO item VALUES (1, 'a'), (2, 'b');
    ALTER TABLE item OWNER TO preflight_owner; GRANT SELECT ON item TO preflight_reader;
    ALTER TABLE item ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON item TO preflight_reader USING (id > 1);
    ALTER DEFAULT PRIVILEGES FOR ROLE preflight_owner GRANT SELECT ON TABLES TO preflight_reader";

#[test]
fn roles_that_the_target_lacks_are_named_before_anything_is_changed() {
    Cluster::shared().create_roles(&["preflight_owner", "preflight_reader"]);
    let (source, target) = (Cluster::shared().database(), bare_cluster().database());
    source.psql(NAMED);
    insta::assert_snapshot!(refused(&source, &target, &[]));
    insta::assert_snapshot!(refused(&source, &target, &["--no-owner", "--no-privileges"]));
    let accepting = ["--allow-omissions", "owner,privilege,default-privileges,policy"];
    let outcome = run(&source, &target, &accepting).expect_done();
    assert!(outcome.stdout.contains("owner of table public.item"), "{}", outcome.stdout);
    assert_eq!(target.value("SELECT count(*) FROM item"), "2");
}

#[test]
fn roles_that_the_run_makes_are_not_missed() {
    Cluster::shared().create_roles(&["preflight_made_owner", "preflight_made_reader"]);
    let source = Cluster::shared().database();
    source.psql(&NAMED.replace("preflight_", "preflight_made_"));
    let cluster = Cluster::start(Installation::newest(), &Options::default());
    let target = cluster.database();
    run(&source, &target, &["--roles", "no-passwords"]).expect_done();
    oracle::assert_same(&source, &target);
}

#[test]
fn a_tablespace_that_the_target_lacks_is_named_and_can_be_done_without() {
    let cluster = Cluster::start(
        Installation::newest(),
        &Options { settings: vec![("allow_in_place_tablespaces".to_owned(), "on".to_owned())], ..Options::default() },
    );
    let (source, target) = (cluster.database(), bare_cluster().database());
    source.psql("CREATE TABLESPACE fast LOCATION ''");
    source.psql("CREATE TABLE item (id int PRIMARY KEY) TABLESPACE fast; INSERT INTO item VALUES (1)");
    source.psql("CREATE INDEX again ON item (id) TABLESPACE fast");
    insta::assert_snapshot!(refused(&source, &target, &[]));
    let outcome = run(&source, &target, &["--allow-omissions", "tablespace"]).expect_done();
    assert!(outcome.stdout.contains("tablespace of table public.item"), "{}", outcome.stdout);
    let target = bare_cluster().database();
    run(&source, &target, &["--no-tablespaces"]).expect_done();
    assert_eq!(target.value("SELECT count(*) FROM item"), "1");
}
