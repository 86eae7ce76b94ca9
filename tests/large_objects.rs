//! Large objects that are in the way, or not asked for.

use crate::support::cluster::Cluster;
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
