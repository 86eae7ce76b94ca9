//! A database like one of a shop, of many kinds of objects that depend on each other: the one `scripts/quickstart` copies.

use std::path::Path;

use crate::support::cluster::Cluster;
use crate::support::oracle;
use crate::support::run::Run;

#[test]
fn the_quickstart_database_with_settings_from_the_environment() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/quickstart.sql");
    source.psql(&format!("\\set purchases 60000\n\\i {}\n", file.display()));
    let run = Run::new(["snapshot", "--jobs"])
        .arg("3")
        .env("PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL", source.url())
        .env("PGSTREAM_POSTGRES_WRITER_TARGET_URL", target.socket_url());
    run.outcome().expect_done();
    oracle::assert_same(&source, &target);
}
