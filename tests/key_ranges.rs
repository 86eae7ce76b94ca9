//! Tables that cannot be divided by blocks are divided by the values of a key.

use crate::support::cluster::Cluster;
use crate::support::oracle;
use crate::support::run::Run;

/// Tables of an access method that is not called heap, so that also newer servers divide them by keys.
const TABLES: &str = "
    CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler;
    CREATE TABLE numbered (x text, id int PRIMARY KEY) USING other;
    CREATE TABLE gaps (id bigint UNIQUE NOT NULL, x text) USING other;
    CREATE TABLE extremes (\"The key\" int8 PRIMARY KEY) USING other;
    CREATE TABLE tiny (id smallint PRIMARY KEY, x text) USING other;
    CREATE TABLE parent (id int PRIMARY KEY, x text) USING other;
    CREATE TABLE child () INHERITS (parent) USING other;
    CREATE TABLE grown (id int PRIMARY KEY, x text) USING other;
    CREATE TABLE keyless (id int, x text) USING other;
    CREATE TABLE nullable (id int UNIQUE, x text) USING other;
    CREATE TABLE worded (id text PRIMARY KEY, x text) USING other;
    CREATE TABLE partial (id int NOT NULL, x text) USING other;
    CREATE UNIQUE INDEX ON partial (id) WHERE id > 0;
    CREATE TABLE scattered (id int PRIMARY KEY, x text) USING other;
    INSERT INTO numbered SELECT repeat('x', 100), n - 2500 FROM generate_series(1, 5000) AS n;
    INSERT INTO gaps SELECT n::int8 * n * n * 1000, repeat('x', 100) FROM generate_series(1, 5000) AS n;
    INSERT INTO extremes SELECT n FROM generate_series(1, 3000) AS n;
    INSERT INTO extremes VALUES (-9223372036854775808), (9223372036854775807);
    INSERT INTO tiny SELECT n, repeat('x', 100) FROM generate_series(-32768, 32767, 20) AS n;
    INSERT INTO parent SELECT n, repeat('x', 100) FROM generate_series(1, 3000) AS n;
    INSERT INTO child SELECT n, repeat('x', 100) FROM generate_series(1, 3000) AS n;
    INSERT INTO keyless SELECT n, repeat('x', 100) FROM generate_series(1, 3000) AS n;
    INSERT INTO nullable SELECT nullif(n, 7), repeat('x', 100) FROM generate_series(1, 3000) AS n;
    INSERT INTO worded SELECT n, repeat('x', 100) FROM generate_series(1, 3000) AS n;
    INSERT INTO partial SELECT n, repeat('x', 100) FROM generate_series(1, 3000) AS n;
    INSERT INTO scattered SELECT n, repeat('x', 100) FROM generate_series(1, 3000) AS n ORDER BY md5(n::text);
    INSERT INTO grown SELECT n, repeat('x', 100) FROM generate_series(1, 300) AS n; ANALYZE;
    INSERT INTO grown SELECT n, repeat('x', 100) FROM generate_series(301, 3000) AS n;";

#[test]
fn a_key_divides_what_blocks_cannot() {
    for cluster in Cluster::every_version() {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(TABLES);
        let run = Run::snapshot(&source.url(), &target.url()).args(["--chunk-pages", "10", "--log-level", "warn"]);
        let outcome = run.outcome().expect_done();
        oracle::assert_same(&source, &target);
        let routes = outcome.stdout + &outcome.stderr;
        let route = |table: &str| {
            let is_of_table = |line: &&str| line.split_whitespace().next() == Some(&format!("public.{table}"));
            routes.lines().find(is_of_table).and_then(|line| line.rsplit_once(" s  ")).unwrap().1.trim().to_owned()
        };
        for (table, key) in [
            ("numbered", "id"),
            ("gaps", "id"),
            ("extremes", "The key"),
            ("tiny", "id"),
            ("parent", "id"),
            ("grown", "id"),
        ] {
            let (chunks, by) = route(table)
                .strip_prefix("binary, ")
                .unwrap()
                .split_once(" chunks by ")
                .map(|(chunks, by)| (chunks.to_owned(), by.to_owned()))
                .unwrap();
            assert_eq!(by, key);
            assert!(chunks.parse::<u32>().unwrap() > 1, "{table} has {chunks} chunks");
        }
        for table in ["child", "keyless", "nullable", "worded", "partial", "scattered"] {
            assert_eq!(route(table), "binary", "{table}");
        }
    }
}

#[test]
fn tables_of_servers_without_block_ranges_are_divided_by_keys() {
    for cluster in Cluster::every_version() {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql(
            "CREATE TABLE item (id serial PRIMARY KEY, x text);
             INSERT INTO item (x) SELECT repeat('x', 100) FROM generate_series(1, 5000)",
        );
        let run = Run::snapshot(&source.url(), &target.url()).args(["--chunk-pages", "10", "--log-level", "warn"]);
        let outcome = run.outcome().expect_done();
        oracle::assert_same(&source, &target);
        let is_by_key = (outcome.stdout + &outcome.stderr).contains("chunks by id");
        assert_eq!(is_by_key, cluster.installation.major < 14, "PostgreSQL {}", cluster.installation.major);
    }
}
