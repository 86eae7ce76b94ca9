//! The tutorial as it is written, on servers of its own that ask for the password.

use std::fs;

use crate::support::cluster::{Cluster, Options};
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::Run;

/// The tutorial's file but for the ports: 5432 is the source's, 7654 the target's.
const ENV_FILE: &str = r#"# Listener config
PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL="postgres://postgres:postgres@localhost:5432?sslmode=disable"
PGSTREAM_POSTGRES_SNAPSHOT_TABLES="*"
PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_WORKERS=4
PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS=4
PGSTREAM_POSTGRES_SNAPSHOT_BATCH_PAGE_SIZE=1000
PGSTREAM_POSTGRES_SNAPSHOT_WORKERS=1
PGSTREAM_POSTGRES_SNAPSHOT_STORE_URL="postgres://postgres:postgres@localhost:5432?sslmode=disable"

# Processor config
PGSTREAM_POSTGRES_WRITER_TARGET_URL="postgres://postgres:postgres@localhost:7654?sslmode=disable"
PGSTREAM_POSTGRES_WRITER_BATCH_SIZE=25
PGSTREAM_POSTGRES_WRITER_BATCH_TIMEOUT=5s
"#;

#[test]
fn the_env_file_copies_the_table_and_the_store_says_so() {
    let options =
        Options { pg_hba: Some("local all all trust\nhost all all all scram-sha-256\n".into()), ..Options::default() };
    let (source_cluster, target_cluster) =
        (Cluster::start(Installation::newest(), &options), Cluster::start(Installation::newest(), &options));
    let (source, target) = (source_cluster.maintenance(), target_cluster.maintenance());
    source.psql("CREATE TABLE test(id SERIAL PRIMARY KEY, name TEXT)");
    source.psql("INSERT INTO test (name) VALUES ('alice'), ('bob'), ('charlie')");

    let directory = source_cluster.socket_directory();
    let env_file = ENV_FILE
        .replace("localhost:5432", &format!("localhost:{}", source_cluster.port))
        .replace("localhost:7654", &format!("localhost:{}", target_cluster.port));
    fs::write(directory.join("snapshot2pg_tutorial.env"), env_file).unwrap();
    let run = Run::new(["run", "-c", "snapshot2pg_tutorial.env", "--log-level", "trace"]).directory(directory);
    run.outcome().expect_done();

    let rows = target.query("SELECT id, name FROM test ORDER BY id");
    assert_eq!(rows, [["1", "alice"], ["2", "bob"], ["3", "charlie"]]);
    assert_eq!(target.value("INSERT INTO test (name) VALUES ('dora') RETURNING id"), "4");
    assert_eq!(target.value("SELECT pg_get_serial_sequence('test', 'id')"), "public.test_id_seq");
    let request =
        "SELECT schema_name, table_names, status, errors, created_at <= updated_at FROM pgstream.snapshot_requests";
    assert_eq!(source.query(request), [["public", "{*}", "completed", "\\N", "t"]]);

    source.psql("DROP SCHEMA pgstream, pgsluice CASCADE; INSERT INTO test (name) VALUES ('dora')");
    oracle::assert_same(&source, &target);
}
