//! In which format rows travel, and through which table they are inserted.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

fn pair(script: &str) -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(script);
    (source, target)
}

fn run(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::snapshot(&source.url(), &target.url()).arg("--log-level=warn").args(arguments).outcome()
}

/// The route of a table as the summary tells it.
fn route(outcome: &Outcome, table: &str) -> String {
    let lines = outcome.stdout.lines().chain(outcome.stderr.lines());
    let mut lines = lines.filter(|line| line.split_whitespace().next() == Some(table));
    let line = lines.next().unwrap_or_else(|| panic!("no line of {table} in {}{}", outcome.stdout, outcome.stderr));
    let (_, route) = line.rsplit_once(" s  ").unwrap();
    route.trim().to_owned()
}

/// Every way a type that sends OIDs can be inside another one.
const HIDDEN: &str = "
    CREATE DOMAIN d AS regclass;
    CREATE DOMAIN dd AS d[];
    CREATE TYPE inner_pair AS (a int, r regtype);
    CREATE TYPE outer_pair AS (b text, i inner_pair[]);
    CREATE TYPE span AS RANGE (subtype = inner_pair);
    CREATE TABLE plain (a int, b text[], c int4range);
    CREATE TABLE direct (a int, r regclass);
    CREATE TABLE in_domain (r d);
    CREATE TABLE in_array (r regproc[]);
    CREATE TABLE in_both (r dd);
    CREATE TABLE in_pair (r inner_pair);
    CREATE TABLE deep (r outer_pair[]);
    CREATE TABLE in_range (r span);
    CREATE TABLE no_binary (a int, r aclitem[]);
    CREATE TABLE dropped (a int, r regclass); ALTER TABLE dropped DROP r;
    INSERT INTO plain VALUES (1, '{x}', '[1,2)');
    INSERT INTO direct VALUES (1, 'plain'); INSERT INTO in_domain VALUES ('plain');
    INSERT INTO in_array VALUES ('{now,sin}'); INSERT INTO in_both VALUES ('{plain,direct}');
    INSERT INTO in_pair VALUES ((1, 'inner_pair')); INSERT INTO deep VALUES (ARRAY[('x', ARRAY[(1, 'd')::inner_pair])::outer_pair]);
    INSERT INTO in_range VALUES (span((1, 'd')::inner_pair, (2, 'd')::inner_pair));
    INSERT INTO no_binary VALUES (1, '{postgres=r/postgres}'); INSERT INTO dropped VALUES (5);";

const UNSAFE: [(&str, &str); 8] = [
    ("direct", "column r: type regclass sends OIDs as binary"),
    ("in_domain", "column r: type regclass sends OIDs as binary"),
    ("in_array", "column r: type regproc sends OIDs as binary"),
    ("in_both", "column r: type regclass sends OIDs as binary"),
    ("in_pair", "column r: type regtype sends OIDs as binary"),
    ("deep", "column r: type regtype sends OIDs as binary"),
    ("in_range", "column r: type regtype sends OIDs as binary"),
    ("no_binary", "column r: type aclitem has no binary form"),
];

#[test]
fn what_sends_oids_travels_as_text_wherever_it_is_hidden() {
    let (source, target) = pair(HIDDEN);
    // Other OIDs on the target.
    target.psql("CREATE TYPE filler AS (a int); CREATE TABLE filling (a filler)");
    let outcome = run(&source, &target, &[]).expect_done();
    target.psql("DROP TABLE filling; DROP TYPE filler");
    oracle::assert_same(&source, &target);
    for (table, reason) in UNSAFE {
        assert_eq!(route(&outcome, &format!("public.{table}")), format!("text ({reason})"));
    }
    for table in ["public.plain", "public.dropped"] {
        assert_eq!(route(&outcome, table), "binary");
    }
}

#[test]
fn a_multirange_is_looked_into() {
    let (source, target) = pair("CREATE TYPE own AS (r regclass)");
    if source.cluster.installation.major < 14 {
        return;
    }
    source
        .psql("CREATE TYPE span AS RANGE (subtype = own); CREATE TABLE many (r span_multirange, other int4multirange)");
    source.psql("INSERT INTO many VALUES (span_multirange(span(ROW('many'::regclass)::own, NULL)), '{[1,3)}')");
    let outcome = run(&source, &target, &[]).expect_done();
    assert_eq!(route(&outcome, "public.many"), "text (column r: type regclass sends OIDs as binary)");
    oracle::assert_same(&source, &target);
}

#[test]
fn a_table_that_cannot_travel_as_binary_is_an_error_where_binary_was_asked_for() {
    let (source, target) = pair(HIDDEN);
    let before = oracle::schema(&target);
    let failure = run(&source, &target, &["--copy-format", "binary"]).failure();
    insta::assert_snapshot!(failure, @"
    exit code: 1
    error: cannot copy table public.deep in binary format: column r: type regtype sends OIDs as binary
    hint: --copy-format auto copies this table as text and the others in binary format
    ");
    assert_eq!(oracle::schema(&target), before, "nothing was begun");
    let unsafe_tables = UNSAFE.map(|(table, _)| table).join(" ");
    // Rows that are not copied need no format.
    let arguments = ["--copy-format", "binary", "--schema-only-tables", &unsafe_tables];
    let outcome = run(&source, &target, &arguments).expect_done();
    assert_eq!(route(&outcome, "public.plain"), "binary");
}

#[test]
fn text_is_taken_for_every_table_where_it_was_asked_for() {
    let (source, target) = pair(HIDDEN);
    let outcome = run(&source, &target, &["--copy-format", "text"]).expect_done();
    assert_eq!(route(&outcome, "public.plain"), "text (as asked for)");
    assert_eq!(route(&outcome, "public.direct"), "text (column r: type regclass sends OIDs as binary)");
    oracle::assert_same(&source, &target);
}

#[test]
fn types_of_an_extension_travel_as_binary_only_between_equal_versions() {
    let (source, target) = pair("SELECT 1");
    let older = source.value("SELECT min(version) FROM pg_available_extension_versions WHERE name = 'hstore'");
    let newest = source.value("SELECT default_version FROM pg_available_extensions WHERE name = 'hstore'");
    assert_ne!(older, newest);
    source.psql(&format!(
        "CREATE EXTENSION hstore VERSION '{older}'; CREATE DOMAIN bag AS hstore[];
         CREATE TABLE kept (h hstore); CREATE TABLE kept_deeper (h bag);
         INSERT INTO kept VALUES ('a=>1,b=>NULL'); INSERT INTO kept_deeper VALUES (ARRAY['x=>y'::hstore])"
    ));
    // Where it is there already, it stays in its version.
    target.psql(&format!("CREATE EXTENSION hstore VERSION '{newest}'"));
    let outcome = run(&source, &target, &[]).expect_done();
    let reason = "text (column h: type public.hstore is of another version of extension hstore on the target)";
    assert_eq!(route(&outcome, "public.kept"), reason);
    assert_eq!(route(&outcome, "public.kept_deeper"), reason);
    assert_eq!(oracle::content_difference(&source, &target), None);
    let (source, target) =
        pair("CREATE EXTENSION hstore; CREATE TABLE kept (h hstore); INSERT INTO kept VALUES ('a=>1')");
    let outcome = run(&source, &target, &[]).expect_done();
    assert_eq!(route(&outcome, "public.kept"), "binary");
    oracle::assert_same(&source, &target);
}

/// Tables partitioned by hash, directly and further down, whose rows land elsewhere on another server; and one whose rows do not.
const HASHED: &str = "
    CREATE TYPE status AS ENUM ('new', 'open', 'waiting', 'solved', 'closed', 'gone', 'lost', 'found');
    CREATE TABLE ticket (id int, status status) PARTITION BY HASH (status);
    CREATE TABLE ticket_0 PARTITION OF ticket FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE ticket_1 PARTITION OF ticket FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE log (day int, status status) PARTITION BY RANGE (day);
    CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (100) PARTITION BY HASH (status);
    CREATE TABLE log_1_0 PARTITION OF log_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY LIST (day);
    CREATE TABLE log_1_0_all PARTITION OF log_1_0 DEFAULT;
    CREATE TABLE log_1_1 PARTITION OF log_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE log_2 PARTITION OF log DEFAULT;
    CREATE TABLE known (id int, name text) PARTITION BY HASH (id, name);
    CREATE TABLE known_0 PARTITION OF known FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE known_1 PARTITION OF known FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO ticket SELECT n, (enum_range(NULL::status))[1 + n % 8] FROM generate_series(1, 1000) AS n;
    INSERT INTO log SELECT n, (enum_range(NULL::status))[1 + n % 8] FROM generate_series(1, 200) AS n;
    INSERT INTO known SELECT n, n::text FROM generate_series(1, 1000) AS n;";

fn assert_equal(source: &Database, target: &Database, table: &str) {
    let digest = format!("SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {table} AS t");
    assert_eq!(source.query(&digest), target.query(&digest), "{table}");
}

#[test]
fn rows_whose_hash_may_differ_are_inserted_through_the_table_that_knows_their_partition() {
    let (source, target) = pair(HASHED);
    // The labels have other OIDs on the target, so that some of them belong into other partitions there.
    for arguments in [&[][..], &["--mode", "data", "--chunk-pages", "2"]] {
        let outcome = run(&source, &target, arguments).expect_done();
        for table in ["ticket", "log", "known", "log_2", "known_0", "known_1"] {
            assert_equal(&source, &target, table);
        }
        assert!(route(&outcome, "public.ticket_0").ends_with(", through public.ticket"));
        assert!(route(&outcome, "public.log_1_0_all").ends_with(", through public.log_1"));
        assert!(route(&outcome, "public.log_1_1").ends_with(", through public.log_1"));
        assert!(!route(&outcome, "public.log_2").contains("through"));
        assert!(!route(&outcome, "public.known_0").contains("through"));
        target.psql("TRUNCATE ticket, log, known");
    }
    // A partition alone is a table like others.
    let (_, target) = pair("SELECT 1");
    target.psql("CREATE TABLE ticket_0 (id int, status int); CREATE TABLE known_1 (id int, name text)");
    let failure = run(&source, &target, &["--mode", "data", "--tables", "ticket_0"]).failure();
    assert!(failure.contains("its column status is integer"), "{failure}");
    let outcome = run(&source, &target, &["--mode", "data", "--tables", "known_1"]).expect_done();
    assert_eq!(route(&outcome, "public.known_1"), "binary");
}

#[test]
fn text_hashes_otherwise_in_another_encoding() {
    let source = Cluster::shared();
    source.maintenance().psql(
        "DROP DATABASE IF EXISTS hashed_latin; CREATE DATABASE hashed_latin TEMPLATE template0 ENCODING 'LATIN1'",
    );
    let (latin, target) = (source.existing_database("hashed_latin"), source.database());
    latin.psql(
        "CREATE TABLE word (w text) PARTITION BY HASH (w);
         CREATE TABLE word_0 PARTITION OF word FOR VALUES WITH (MODULUS 2, REMAINDER 0);
         CREATE TABLE word_1 PARTITION OF word FOR VALUES WITH (MODULUS 2, REMAINDER 1);
         INSERT INTO word SELECT 'é' || n FROM generate_series(1, 100) AS n",
    );
    let outcome = run(&latin, &target, &[]).expect_done();
    assert_equal(&latin, &target, "(SELECT convert_to(w, 'UTF8') FROM word)");
    assert_eq!(route(&outcome, "public.word_0"), "binary, through public.word");
    drop(latin);
    source.maintenance().psql("DROP DATABASE hashed_latin");
}
