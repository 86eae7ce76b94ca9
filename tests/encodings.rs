//! Databases in other encodings than UTF-8, and in none.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::Run;

/// A database of its own in an encoding, and its URL.
pub(crate) fn database(cluster: &'static Cluster, encoding: &str, side: &str) -> Database<'static> {
    let name = format!("encoding_{}_{side}", encoding.to_lowercase());
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'");
    cluster.maintenance().psql(&sql);
    cluster.existing_database(&name)
}

const ROWS: &str = "CREATE TABLE t (id int PRIMARY KEY, bytes_of_text text);
                    CREATE INDEX t_text ON t (bytes_of_text);
                    INSERT INTO t SELECT n, n || convert_from('\\xe9', current_setting('server_encoding')) FROM generate_series(1, 9) n;";

fn digests(database: &Database<'_>) -> String {
    database.value("SELECT md5(string_agg(encode(convert_to(bytes_of_text, current_setting('server_encoding')), 'hex'), ',' ORDER BY id)) FROM t")
}

#[test]
fn bytes_of_no_known_encoding_arrive_as_they_are() {
    let cluster = Cluster::shared();
    let (source, target) = (database(cluster, "SQL_ASCII", "source"), database(cluster, "SQL_ASCII", "target"));
    source.psql(ROWS);
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    assert_eq!(digests(&source), digests(&target));
}

#[test]
fn text_is_converted_between_encodings() {
    let cluster = Cluster::shared();
    let (source, target) = (database(cluster, "LATIN1", "source"), cluster.database());
    source.psql(ROWS);
    Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    assert_eq!(target.value("SELECT encode(convert_to(bytes_of_text, 'LATIN1'), 'hex') FROM t WHERE id = 1"), "31e9");
}

#[test]
fn bytes_that_are_no_text_on_the_target_stop_the_run() {
    let cluster = Cluster::shared();
    let name = "encoding_mixed_source";
    cluster
        .maintenance()
        .psql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"));
    let (source, target) = (cluster.existing_database(name), cluster.database());
    source.psql(ROWS);
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("could not copy table \"public.t\""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("22021"), "{}", outcome.stderr);
    assert_eq!(target.value("SELECT count(*) FROM t"), "0");
}
