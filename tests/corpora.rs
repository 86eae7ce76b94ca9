//! Real databases, where they are at hand: files in the directory `PGSLUICE_TEST_CORPORA` names, or in `shared/corpora` beside
//! the checkout. The suite stands without them.

use std::env;
use std::path::{Path, PathBuf};

use crate::support::cluster::{Cluster, Options};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::Run;

#[test]
fn chinook() {
    copy("chinook.sql");
}

#[test]
fn northwind() {
    copy("northwind.sql");
}

#[test]
fn adventureworks() {
    copy("adventureworks.sql");
}

#[test]
fn bytebase() {
    copy("bytebase.sql");
}

/// The objects of `pg_dump`'s own tests. They make roles and a database beside this one, so they get a server of their own.
#[test]
fn the_objects_of_pg_dumps_own_tests() {
    let Some(path) = file("pg_dump_tap_15.sql") else { return };
    let Some(installation) = Installation::all().iter().find(|installation| installation.major == 15) else {
        eprintln!("skipped pg_dump_tap_15.sql: there is no PostgreSQL 15");
        return;
    };
    let cluster = Cluster::start(installation, &Options::default());
    let (source, target) = (cluster.database(), cluster.database());
    let methods =
        "SELECT count(*) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)";
    if source.value(methods) == "0" {
        eprintln!("skipped pg_dump_tap_15.sql: PostgreSQL 15 at {} does not know lz4", installation.bin.display());
        return;
    }
    let errors = source.psql_file_past_errors(&path);
    assert!(!errors.contains("ERROR:"), "{errors}");
    let said = Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    assert!(said.stdout.contains("subscription"), "{}", said.stdout);
    // It is not copied by design, and was named.
    source.psql("ALTER SUBSCRIPTION sub1 SET (slot_name = NONE); DROP SUBSCRIPTION sub1");
    let difference = oracle::diff("statements by pg_dump", &statements(&source), &statements(&target));
    assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    // It counts the rows of a system catalog.
    for database in [&source, &target] {
        database.psql("DROP MATERIALIZED VIEW dump_test.regress_pg_dump_matview_am_1");
    }
    assert_eq!(oracle::content_difference(&source, &target), None);
}

/// The schema by `pg_dump` without its comments, which name the owner of a function of the server's own.
fn statements(database: &Database) -> String {
    let schema = oracle::schema(database);
    schema.split_inclusive('\n').filter(|line| !line.starts_with("--")).collect()
}

fn copy(file: &str) {
    let Some(path) = self::file(file) else { return };
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    // Its files are test input by others; one of them names data files that are not there.
    let errors = source.psql_file_past_errors(&path);
    let count: usize = errors.lines().filter(|line| line.contains("ERROR:")).count();
    assert!(count <= 1, "{file} does not load:\n{errors}");
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    oracle::assert_same(&source, &target);
}

/// A corpus; where it is not at hand that is said.
pub(crate) fn file(name: &str) -> Option<PathBuf> {
    let path = directory().join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped {name}: there is no {}", path.display());
    None
}

fn directory() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    env::var_os("PGSLUICE_TEST_CORPORA").map_or_else(beside, PathBuf::from)
}
