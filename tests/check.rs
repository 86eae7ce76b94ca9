//! `pgsluice check`: what stands in the way of a run, found on real servers that are so, without changing them.

mod between;
mod far;
mod rights;

use std::sync::OnceLock;

use crate::support::cluster::{Cluster, Options};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

/// A server that has none of the roles of the one shared by all tests, and no other sessions.
fn bare_cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(Installation::newest(), &Options::default()))
}

fn check_urls(source: &str, target: &str, arguments: &[&str]) -> Outcome {
    Run::new(["check", "--source", source, "--target", target]).args(arguments).outcome()
}

/// A look that changes nothing.
#[track_caller]
fn check(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    let state = || [source, target].map(|database| (oracle::schema(database), oracle::content(database)));
    let before = state();
    let outcome = check_urls(&source.url(), &target.url(), arguments);
    assert_eq!(before, state(), "something was changed");
    outcome
}

/// The exit code and what was found, but for what differs from machine to machine and run to run.
fn found(outcome: &Outcome) -> String {
    let fixed = |line: &str| {
        let differs = ["connections: ", "size: ", "lock table: ", "connection: PostgreSQL"];
        match differs.iter().find_map(|mark| line.find(mark).map(|at| at + mark.len())) {
            Some(end) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    };
    let lines: Vec<_> = outcome.stdout.lines().map(fixed).collect();
    format!("exit code: {}\n{}\n{}", outcome.exit_code.unwrap_or(-1), lines.join("\n"), outcome.stderr)
}

/// The lines of one severity, with their advice.
fn only(outcome: &Outcome, severity: &str) -> String {
    let mut shown = String::new();
    let mut is_wanted = false;
    for line in outcome.stdout.lines() {
        if !line.starts_with(' ') {
            is_wanted = line.starts_with(severity);
        }
        if is_wanted {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    shown
}

fn pair(script: &str) -> (Database<'static>, Database<'static>) {
    let (source, target) = (Cluster::shared().database(), Cluster::shared().database());
    source.psql(script);
    (source, target)
}

const SHOP: &str = "CREATE TABLE item (id serial PRIMARY KEY, name text); INSERT INTO item (name) VALUES ('a'), ('b');
                    CREATE TABLE line (item int REFERENCES item, n int); CREATE VIEW names AS SELECT name FROM item";

#[test]
fn two_servers_that_are_ready_are_ok_and_so_is_the_run() {
    let (source, target) = pair(SHOP);
    let outcome = check(&source, &target, &["--jobs=2"]);
    insta::assert_snapshot!(found(&outcome));
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
}

#[test]
fn every_version_is_looked_at() {
    for cluster in Cluster::every_version() {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(SHOP);
        let outcome = check(&source, &target, &[]);
        assert!(outcome.stdout.ends_with("\n0 errors, 0 warnings\n"), "{}{}", outcome.stdout, outcome.stderr);
        assert_eq!(outcome.exit_code, Some(0));
    }
}

#[test]
fn without_a_target_the_source_is_looked_at_alone() {
    let (source, _target) = pair(SHOP);
    let outcome = Run::new(["check", "--source", &source.url()]).outcome();
    insta::assert_snapshot!(found(&outcome));
    let misspelt = Run::new(["check", "--source", &source.url(), "--tables", "item Item lien"]).outcome();
    insta::assert_snapshot!(only(&misspelt, "error"));
}

#[test]
fn everything_that_stands_in_the_way_is_said_at_once_and_for_programs_too() {
    Cluster::shared().create_roles(&["check_owner", "check_reader"]);
    let (source, target) = (Cluster::shared().database(), bare_cluster().database());
    source.psql(SHOP);
    source.psql(
        "ALTER TABLE item OWNER TO check_owner; GRANT SELECT ON line TO check_reader;
         CREATE COLLATION far (LC_COLLATE = 'C', LC_CTYPE = 'C');
         UPDATE pg_collation SET collcollate = 'xx_FAR', collctype = 'xx_FAR' WHERE collname = 'far'",
    );
    target.psql("CREATE TABLE item (id int); CREATE VIEW names AS SELECT 1 AS one");
    let outcome = check(&source, &target, &[]);
    insta::assert_snapshot!(only(&outcome, "error"));
    assert_eq!(outcome.exit_code, Some(1));
    // Each of them ends a run by itself.
    for arguments in [&["--clean"][..], &["--clean", "--roles=no-passwords"]] {
        assert_eq!(check(&source, &target, arguments).exit_code, Some(1), "{arguments:?}");
        let run = Run::snapshot(&source.url(), &target.url()).args(arguments).outcome();
        assert_eq!(run.exit_code, Some(1), "{arguments:?}");
    }
    let accepting = ["--clean", "--roles=no-passwords", "--allow-omissions=collation"];
    assert_eq!(check(&source, &target, &accepting).exit_code, Some(0));
    Run::snapshot(&source.url(), &target.url()).args(accepting).outcome().expect_done();

    let json = check(&source, &target, &["--json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["version"], &json["errors"]), (&1.into(), &2.into()), "{json}");
    let error = json["findings"].as_array().unwrap().iter().find(|of| of["severity"] == "error").unwrap();
    assert_eq!((&error["side"], &error["subject"]), (&"target".into(), &"objects in the way".into()));
    assert!(error["hint"].as_str().unwrap().starts_with("--clean"), "{error}");
}

#[test]
fn a_server_that_cannot_be_reached_is_an_error_and_the_other_is_looked_at_all_the_same() {
    let (source, target) = pair(SHOP);
    let gone = target.url().replace(&format!("/{}?", target.name), "/no_such?");
    let outcome = check_urls(&source.url(), &gone, &[]);
    insta::assert_snapshot!(only(&outcome, "error").replace(&target.cluster.port.to_string(), "PORT"));
    assert!(outcome.stdout.contains("ok       source: privileges"), "{}", outcome.stdout);
    let made = check_urls(&source.url(), &gone, &["--create-target"]);
    assert_eq!(made.exit_code, Some(0), "{}", made.stdout);
    assert!(
        made.stdout.contains("target: database no_such: it is to be made, with UTF8 and the locale C"),
        "{}",
        made.stdout
    );
    let names = "SELECT count(*) FROM pg_database WHERE datname = 'no_such'";
    assert_eq!(source.value(names), "0");
    let unusable = check_urls("postgres://h/?sslmod=x", &target.url(), &[]);
    assert_eq!(unusable.exit_code, Some(2));
}

#[test]
fn the_store_is_looked_at_for_what_an_earlier_run_left() {
    let (source, target) = pair(SHOP);
    let store = Cluster::shared().database();
    let store_url = store.url();
    let arguments = ["--store", store_url.as_str()];
    let outcome = check(&source, &target, &arguments);
    assert_eq!(outcome.exit_code, Some(0), "{}", outcome.stdout);
    assert_eq!(store.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'pgs%'"), "0");
    // A run that fails leaves tables; they are not in its own way.
    source.psql(
        "CREATE TABLE other (id int); INSERT INTO other VALUES (1);
         CREATE FUNCTION good(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE INDEX ON other (good(id));
         CREATE OR REPLACE FUNCTION good(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE 'no'; END$$",
    );
    let run = || Run::snapshot(&source.url(), &target.url()).args(arguments).outcome();
    assert_eq!(run().exit_code, Some(1));
    let outcome = check(&source, &target, &arguments);
    insta::assert_snapshot!(only(&outcome, "warning"));
    assert_eq!(outcome.exit_code, Some(0), "{}", outcome.stdout);
    source.psql("CREATE OR REPLACE FUNCTION good(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'");
    run().expect_done();
    let outcome = check(&source, &target, &arguments);
    assert!(outcome.stdout.contains("ok       store: request: this request is completed"), "{}", outcome.stdout);
}

#[test]
fn settings_of_files_and_rows_are_looked_at() {
    let (source, target) = pair(SHOP);
    let file = source.cluster.socket_directory().join(format!("{}.rejects", source.name));
    std::fs::write(&file, "").unwrap();
    target.psql("CREATE TABLE item (id int, name text); CREATE TABLE line (item int, n int)");
    let name = file.display().to_string();
    let outcome = check(
        &source,
        &target,
        &[
            "--mode=data",
            "--on-conflict=update",
            "--on-row-error=reject",
            &format!("--reject-file={name}"),
            "--where=item=nonsense > 1",
            "--session-setting=work_men=1MB",
        ],
    );
    insta::assert_snapshot!(only(&outcome, "error").replace(&name, "FILE"));
}
