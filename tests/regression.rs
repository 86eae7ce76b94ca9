//! The database of PostgreSQL's own regression tests, as `scripts/regression-database` makes it: nearly every kind of object
//! in every state. `scripts/test` makes it first where it can; without it the test says that it skipped.

use std::fs;
use std::path::Path;

use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::Run;

#[test]
fn the_regression_database_is_copied_better_than_by_pg_dump() {
    let Some(cluster) = cluster() else { return };
    let (source, target, judge) = (cluster.existing_database("regression"), cluster.database(), cluster.database());
    // One of them is older than its tables; in a copy all are fresh.
    source.psql(
        r"SELECT format('REFRESH MATERIALIZED VIEW %s', oid::regclass) FROM pg_class
           WHERE relkind = 'm' AND relispopulated ORDER BY oid \gexec",
    );
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    if let Some(difference) = oracle::content_difference(&source, &target) {
        panic!("{difference}");
    }
    oracle::copy_by_pg_dump(&source, &judge).unwrap();
    let [ours, by_pg_dump] = [&target, &judge].map(|copy| oracle::schema_lines_differing(&source, copy));
    assert!(
        ours <= by_pg_dump,
        "{ours} lines differ, {by_pg_dump} in pg_dump's own copy:\n{}",
        oracle::schema_difference(&source, &target).unwrap_or_default()
    );
    eprintln!("regression database: {ours} lines of the schema differ, {by_pg_dump} in pg_dump's own copy");
}

/// A server with the database `regression`, where it was made.
fn cluster() -> Option<Cluster> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/regression");
    let archive = directory.join("data.tar");
    if !archive.is_file() {
        eprintln!(
            "skipped the regression database: there is no {}; scripts/regression-database makes it",
            archive.display()
        );
        return None;
    }
    let bin = fs::read_to_string(directory.join("bin")).unwrap();
    let installation: &'static Installation = Box::leak(Box::new(Installation::in_directory(Path::new(bin.trim()))));
    Some(Cluster::start(installation, &Options { archive: Some(archive), ..Options::default() }))
}
