//! Large objects that are in the way, or not asked for.

use crate::support::cluster::Cluster;
use crate::support::oracle;
use crate::support::run::Run;

const SOURCE: &str = "\
    CREATE TABLE document (id int PRIMARY KEY, body oid);\n\
    SELECT lo_from_bytea(77, 'source');\n\
    SELECT lo_from_bytea(78, 'other');\n\
    INSERT INTO document VALUES (1, 77);\n";

#[test]
fn those_in_the_way_stop_the_run_unless_they_are_to_be_replaced() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SOURCE);
    target.psql("SELECT lo_from_bytea(77, 'target'); SELECT lo_from_bytea(99, 'mine');");
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
    let said = "the target already holds 1 of the source's large objects, such as 77";
    assert!(outcome.stderr.contains(said) && outcome.stderr.contains("--clean"), "{}", outcome.stderr);
    assert_eq!(target.value("SELECT to_regclass('document') IS NULL"), "t");
    Run::snapshot(&source.url(), &target.url()).arg("--clean").outcome().expect_done();
    let objects = "SELECT oid::text, convert_from(lo_get(oid), 'UTF8') FROM pg_largeobject_metadata ORDER BY oid";
    assert_eq!(target.query(objects), [["77", "source"], ["78", "other"], ["99", "mine"]]);
}

#[test]
fn neither_a_selection_of_tables_nor_the_schema_alone_brings_them_along() {
    let cluster = Cluster::shared();
    for arguments in [["--tables", "document"], ["--mode", "schema"]] {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(SOURCE);
        Run::snapshot(&source.url(), &target.url()).args(arguments).outcome().expect_done();
        assert_eq!(target.value("SELECT count(*) FROM pg_largeobject_metadata"), "0", "{arguments:?}");
    }
}

#[test]
fn many_of_every_size_are_copied_by_several_workers_with_owners_comments_and_privileges() {
    let cluster = Cluster::shared();
    cluster.create_roles(&["lo_owner", "lo_reader"]);
    let (source, target) = (cluster.database(), cluster.database());
    // Around the borders of the beginning (32 kB) and of further pieces (1 MB), with holes, and empty ones.
    source.psql(
        "SELECT count(lo_from_bytea(1000 + n, repeat(chr(65 + n % 26), n * 7)::bytea)) FROM generate_series(0, 299) AS n;
         SELECT count(lo_from_bytea(2000 + n, repeat('x', 32768 + n)::bytea)) FROM generate_series(-1, 1) AS n;
         SELECT count(lo_from_bytea(3000 + n, repeat('y', 32768 + 1048576 + n)::bytea)) FROM generate_series(-1, 1) AS n;
         SELECT lo_from_bytea(4000, ''), lo_put(4000, 5000000, 'end');
         SELECT lo_from_bytea(4294967295, 'last');
         SELECT format('ALTER LARGE OBJECT %s OWNER TO lo_owner', 1000 + n) FROM generate_series(0, 299, 7) AS n \\gexec
         SELECT format('COMMENT ON LARGE OBJECT %s IS %L', 1000 + n, n) FROM generate_series(0, 299, 11) AS n \\gexec
         SELECT format('GRANT SELECT ON LARGE OBJECT %s TO lo_reader', 1000 + n) FROM generate_series(0, 299, 13) AS n \\gexec",
    );
    for arguments in [&["--jobs", "4"][..], &["--jobs", "1", "--clean"]] {
        Run::snapshot(&source.url(), &target.url()).args(arguments).outcome().expect_done();
        oracle::assert_same(&source, &target);
        let batches = target.value("SELECT count(DISTINCT xmin::text) FROM pg_largeobject");
        assert!(batches.parse::<u32>().unwrap() > 4, "{batches} transactions");
    }
}

#[test]
fn a_server_with_few_connections_gets_fewer_workers() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql("SELECT count(lo_from_bytea(1000 + n, 'x')) FROM generate_series(1, 100) AS n");
    target.psql(&format!(
        "DROP ROLE IF EXISTS lo_crowded; CREATE ROLE lo_crowded LOGIN SUPERUSER PASSWORD 'x';
         ALTER DATABASE {} CONNECTION LIMIT 2; ALTER ROLE lo_crowded NOSUPERUSER; GRANT CREATE ON DATABASE {0} TO lo_crowded",
        target.name
    ));
    let url = target.url_of("lo_crowded", "x");
    let run = Run::snapshot(&source.url(), &url).args([
        "--jobs",
        "8",
        "--index-jobs",
        "1",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
    ]);
    run.outcome().expect_done();
    assert_eq!(target.value("SELECT count(*) FROM pg_largeobject_metadata"), "100");
    target.psql("REASSIGN OWNED BY lo_crowded TO postgres; DROP OWNED BY lo_crowded; DROP ROLE lo_crowded");
}
