//! Servers that are not as they should be: standbys, few places, small lock tables, other text, locked tables.

use std::fs;
use std::thread;
use std::time::Duration;

use super::{SHOP, any_version, check, check_urls, found, only, pair};
use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::run::Run;

fn with(settings: &[(&str, &str)]) -> Options {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Options { settings: settings.collect(), ..Options::default() }
}

#[test]
fn a_standby_can_be_read_but_for_unlogged_tables_and_not_be_written() {
    let Some(installation) = Installation::with_backups() else { return };
    let primary = Cluster::start(installation, &Options::default());
    primary
        .maintenance()
        .psql("CREATE TABLE item (id int); INSERT INTO item VALUES (7); CREATE UNLOGGED TABLE quick (id int)");
    let standby = primary.standby(&[]);
    let target = Cluster::shared_of(installation).database();
    let (from, to) = (standby.maintenance().url(), target.url());
    let outcome = check_urls(&from, &to, &[]);
    insta::assert_snapshot!(format!("{}{}", only(&outcome, "error"), only(&outcome, "warning")));
    assert_eq!(Run::snapshot(&from, &to).outcome().exit_code, Some(1));
    let without = ["--schema-only-tables=quick", "--clean"];
    assert_eq!(check_urls(&from, &to, &without).exit_code, Some(0));
    Run::snapshot(&from, &to).args(without).outcome().expect_done();
    assert_eq!(target.value("SELECT id FROM item"), "7");

    insta::assert_snapshot!(only(&check_urls(&to, &from, &[]), "error"));
    let stored = check_urls(&primary.maintenance().url(), &to, &["--clean", "--store", &from]);
    insta::assert_snapshot!(only(&stored, "error"));
}

#[test]
fn places_and_locks_are_counted_against_what_a_run_needs() {
    let cluster = Cluster::start(
        Installation::newest(),
        &with(&[
            ("max_connections", "20"),
            ("max_locks_per_transaction", "10"),
            ("superuser_reserved_connections", "3"),
        ]),
    );
    let (source, target) = (cluster.database(), Cluster::shared().database());
    source.psql("SELECT format('CREATE TABLE t%s (id int)', n) FROM generate_series(1, 150) AS n \\gexec");
    source.psql("CREATE ROLE few LOGIN CONNECTION LIMIT 3; GRANT SELECT ON ALL TABLES IN SCHEMA public TO few");
    let outcome = check(&source, &target, &["--jobs=4", "--no-privileges"]);
    insta::assert_snapshot!(only(&outcome, "warning"));
    assert_eq!(outcome.exit_code, Some(0));
    assert!(
        outcome.stdout.contains("ok       source: connections: a run opens up to 8, and max_connections leaves 20"),
        "{}",
        outcome.stdout
    );
    let many = check(&source, &target, &["--jobs=30", "--index-jobs=1", "--no-privileges"]);
    assert!(
        only(&many, "warning").contains("a run opens up to 34, and max_connections leaves 20: it goes on with fewer"),
        "{}",
        many.stdout
    );
    Run::snapshot(&source.url(), &target.url())
        .args(["--jobs=30", "--index-jobs=1", "--no-privileges"])
        .outcome()
        .expect_done();

    let few = check_urls(&source.url_of("few", ""), &target.url(), &["--clean", "--no-privileges"]);
    insta::assert_snapshot!(only(&few, "error"));
    assert_eq!(
        Run::snapshot(&source.url_of("few", ""), &target.url())
            .args(["--clean", "--no-privileges"])
            .outcome()
            .exit_code,
        Some(1)
    );
    // Both databases on one server have to share.
    let here = cluster.database();
    let both = check(&source, &here, &["--jobs=4", "--index-jobs=4"]);
    assert!(
        only(&both, "ok").contains("target: connections: a run opens up to 18, and max_connections leaves 20"),
        "{}",
        both.stdout
    );
}

#[test]
fn settings_that_end_or_slow_a_run_are_named() {
    let Some(installation) = Installation::all().iter().rfind(|of| of.major < 17) else {
        eprintln!("skipped: old_snapshot_threshold is gone since PostgreSQL 17");
        return;
    };
    let cluster = Cluster::start(
        installation,
        &with(&[
            ("old_snapshot_threshold", "60min"),
            ("statement_timeout", "30s"),
            ("default_transaction_read_only", "off"),
        ]),
    );
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SHOP);
    // As large as a table is that is worth advice, without its bytes: nothing reads them.
    source.psql("CREATE TABLE large (id int)");
    let file = source.value("SELECT current_setting('data_directory') || '/' || pg_relation_filepath('large')");
    fs::OpenOptions::new().write(true).open(file).unwrap().set_len(1 << 30).unwrap();
    target.psql(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", target.name));
    let outcome = check_urls(&source.url(), &target.url(), &[]);
    let shown = format!("{}{}", only(&outcome, "warning"), only(&outcome, "ok"));
    let shown = shown.lines().filter(|line| !line.contains("connection")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(any_version(&shown.replace(&target.name, "TARGET"), &cluster));
    assert_eq!(outcome.exit_code, Some(0));
    source.psql("TRUNCATE large");
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
}

#[test]
fn other_text_is_a_warning_and_other_versions_too() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.existing_database("check_latin"));
    source.psql(SHOP);
    cluster
        .maintenance()
        .psql("CREATE DATABASE check_latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    let outcome = check(&source, &target, &[]);
    insta::assert_snapshot!(only(&outcome, "warning"));
    let sorted = cluster.existing_database("check_sorted");
    cluster.maintenance().psql(
        "CREATE DATABASE check_sorted TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
    );
    insta::assert_snapshot!(only(&check(&source, &sorted, &[]), "warning"));
    cluster.maintenance().psql("DROP DATABASE check_sorted");
    let back = check(&target, &source, &[]);
    assert!(
        back.stdout.contains("ok       target: encoding: UTF8, which has every character of the source's LATIN1"),
        "{}",
        back.stdout
    );
    cluster.maintenance().psql("DROP DATABASE check_latin");
    if let [oldest, .., newest] = Cluster::every_version().as_slice() {
        let (source, target) = (newest.database(), oldest.database());
        let words =
            format!("versions: from PostgreSQL {} into {}", newest.installation.major, oldest.installation.major);
        assert!(only(&check(&source, &target, &[]), "warning").contains(&words), "{words}");
    }
}

#[test]
fn tables_that_a_run_would_wait_for_are_named() {
    let (source, target) = pair(SHOP);
    thread::scope(|scope| {
        scope.spawn(|| source.psql("BEGIN; LOCK TABLE line; SELECT pg_sleep(8)"));
        let locks = "SELECT count(*) FROM pg_locks WHERE relation = 'line'::regclass AND mode = 'AccessExclusiveLock'";
        source.wait_for(locks, "1", Duration::from_secs(20));
        let outcome = check_urls(&source.url(), &target.url(), &[]);
        let process =
            source.value("SELECT pid FROM pg_locks WHERE relation = 'line'::regclass AND mode = 'AccessExclusiveLock'");
        insta::assert_snapshot!(found(&outcome).replace(&process, "PID"));
    });
    assert_eq!(check(&source, &target, &[]).exit_code, Some(0));
}
