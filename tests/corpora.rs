//! Real databases, where they are at hand: files in the directory `PGSLUICE_TEST_CORPORA` names, or in `shared/corpora` beside
//! the checkout. The suite stands without them.

use std::env;
use std::path::{Path, PathBuf};

use crate::support::cluster::Cluster;
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
