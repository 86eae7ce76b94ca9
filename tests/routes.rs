//! Every kind of table on every route and in every division: what arrives is what the snapshot sees.

use std::num::NonZeroUsize;
use std::sync::Arc;

use pgsluice::connect::{Conninfo, Control, Endpoint, Environment, RetryPolicy, Snapshot};
use pgsluice::copy::{self, BatchLimits, Limits, Options, Progress};
use pgsluice::ddl::sql::QualifiedName;
use pgsluice::error::Side;
use pgsluice::plan::load::{BlockRange, Chunk, CopyFormat, KeyRange, TableLoad};

use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// Nothing is merged and nothing is tried again here.
fn options(limits: Limits) -> Options {
    let batch = BatchLimits { rows: 1, bytes: 1, timeout: std::time::Duration::from_secs(1) };
    let (retry, ledger, stall_limit) = (RetryPolicy::NEVER, None, None);
    Options { limits, disable_triggers: false, stall_limit, retry, ledger, batch, rejects: None }
}

/// A kind of table: its name, its columns, and what fills it on the source. Its first column is a key without NULL, so that it can
/// be divided by keys, unless the columns begin with `-`.
struct Kind(&'static str, &'static str, &'static str);

/// Columns and rows that go wrong where somebody takes a shortcut.
const KINDS: &[Kind] = &[
    Kind("empty", "id int, x text", "SELECT"),
    Kind("one_row", "id int, x text", "INSERT INTO one_row VALUES (7, 'seven')"),
    Kind(
        "mostly_dead",
        "id int, x text",
        "INSERT INTO mostly_dead SELECT n, repeat('x', 200) FROM generate_series(1, 3000) AS n;
         DELETE FROM mostly_dead WHERE id % 97 > 0",
    ),
    Kind(
        "updated",
        "id int, x text",
        "INSERT INTO updated SELECT n, repeat('x', 200) FROM generate_series(1, 1500) AS n;
         UPDATE updated SET x = 'y' WHERE id % 2 = 0; UPDATE updated SET x = 'z' WHERE id % 3 = 0",
    ),
    Kind(
        "dropped",
        "id int, gone text, x text, also_gone int, y int",
        "INSERT INTO dropped SELECT n, 'gone', n, 1, n FROM generate_series(1, 1500) AS n;
         ALTER TABLE dropped DROP gone, DROP also_gone; INSERT INTO dropped VALUES (-1, 'after', NULL)",
    ),
    Kind("all_null", "id int, x text, y int[], z numeric", "INSERT INTO all_null (id) SELECT generate_series(1, 1500)"),
    Kind("nothing", "-", "INSERT INTO nothing SELECT FROM generate_series(1, 1500)"),
    Kind("only_null", "-x text", "INSERT INTO only_null SELECT NULL FROM generate_series(1, 1500)"),
    Kind(
        "toasted",
        "id int, x text, y bytea",
        "ALTER TABLE toasted ALTER y SET STORAGE EXTERNAL;
         INSERT INTO toasted SELECT n, (SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 300) AS i),
             repeat(md5(n::text), 200)::bytea FROM generate_series(1, 60) AS n",
    ),
    Kind(
        "nested",
        "id int, p pair, pp pair[], r span, d positive, dd positives, e mood, ee mood[], m int[][]",
        "INSERT INTO nested SELECT n, ROW(n, NULL)::pair, ARRAY[ROW(n, 'x')::pair, NULL], span(n, n + 2), n, ARRAY[n, 1], 'ok',
             '{sad,NULL,ok}', ARRAY[[n, NULL], [1, 2]] FROM generate_series(1, 1500) AS n;
         INSERT INTO nested (id, pp, r, m) VALUES (-1, '{}', 'empty', '[0:1]={1,2}'), (-2, NULL, '(,)', '{}')",
    ),
    Kind(
        "odd_values",
        "id int, f float8, g float4, n numeric, d date, t timestamp, z timestamptz, i interval, b bit(7), v varbit, c money",
        "INSERT INTO odd_values VALUES
            (1, 'NaN', 'NaN', 'NaN', 'infinity', 'infinity', '-infinity', '-1 year 3 days -02:00', B'1010101', B'1', '-12.34'),
            (2, '-0', '-0', '-0.000', '-infinity', '0044-03-15 BC', '294276-12-31', '178000000 years', B'0000000', B'', '0'),
            (3, '1e-307', 'Infinity', 1e300, '5874897-12-31', '4714-11-24 BC', now(), '0', B'1111111', B'0101010101', '92233720368547758.07'),
            (4, '0.1', '0.1', 0.10, '0001-01-01 BC', '1970-01-01', '1600-02-29 23:59:59.999999+00', NULL, NULL, NULL, NULL)",
    ),
    Kind(
        "named",
        "id int, a regclass, b regtype[], c regproc, d pg_lsn, e oid, f xid, g tid, h name, i \"char\"",
        "INSERT INTO named VALUES (1, 'pg_class', '{int4,text}', 'pg_catalog.now', '16/B374D848', 4294967295, '7', '(5,6)', 'n', 'c'),
            (2, '12345', NULL, NULL, '0/0', 0, '0', '(0,0)', '', '')",
    ),
    Kind(
        "documents",
        "id int, h hstore, c citext, v tsvector, q tsquery, x xml, j json, b jsonb, u uuid, n inet, m macaddr",
        "INSERT INTO documents VALUES
            (1, 'a=>1, b=>NULL', 'CaSe', 'a:1A fat:2', 'fat & !rat', '<a>1</a>', '{\"a\" :  1}', '{\"a\": [null]}',
             md5('x')::uuid, '::1/64', '08:00:2b:01:02:03'),
            (2, '', '', '', '', 'text', 'null', 'null', NULL, '10.0.0.0/8', NULL)",
    ),
    Kind(
        "texts",
        "id int, x text, y varchar(3), z char(5)",
        "INSERT INTO texts VALUES (1, E'\\\\N', '\\', E'\\t'), (2, E'\\\\.', E'\\n', E'\\r'), (3, '', '', ''), (4, 'é€😀', 'ß', 'ü'),
            (5, E'\\x01\\x7f', NULL, NULL)",
    ),
];

/// What some of the tables need.
const TYPES: &str = "
    CREATE EXTENSION hstore; CREATE EXTENSION citext;
    CREATE TYPE pair AS (a int, b text); CREATE TYPE span AS RANGE (subtype = int8);
    CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN positives AS positive[];
    CREATE TYPE mood AS ENUM ('sad', 'ok');";

/// Types whose OIDs or forms need text.
const AS_TEXT: [&str; 2] = ["named", "documents"];

/// A way to travel: its name, and how a load is made to go it. None where the table cannot.
type Route = (&'static str, fn(TableLoad) -> Option<TableLoad>);

const ROUTES: [Route; 6] = [
    ("whole and frozen", |load| Some(TableLoad { bytes_estimate: 1 << 20, ..load })),
    ("in a bundle", Some),
    ("in a bundle, as text", |load| Some(as_text(load))),
    ("block by block", |load| Some(TableLoad { chunks: blocks(), bytes_estimate: 1 << 20, ..load })),
    ("block by block, as text", |load| Some(as_text(TableLoad { chunks: blocks(), bytes_estimate: 1 << 20, ..load }))),
    ("by key", |load| {
        load.columns.first().filter(|column| *column == "id")?;
        let key_column = Some("id".to_owned());
        Some(TableLoad { chunks: keys(), key_column, bytes_estimate: 1 << 20, ..load })
    }),
];

fn as_text(load: TableLoad) -> TableLoad {
    TableLoad { format: CopyFormat::Text, ..load }
}

/// Blocks 0 to 2 and 5, and what is between and behind.
fn blocks() -> Vec<Chunk> {
    let cuts = [1, 2, 3, 5, 6];
    let firsts = [None].into_iter().chain(cuts.map(Some));
    let ends = cuts.map(Some).into_iter().chain([None]);
    firsts.zip(ends).map(|(first, end)| Chunk::Blocks(BlockRange { first, end })).collect()
}

fn keys() -> Vec<Chunk> {
    let cuts = [-1, 0, 1, 2, 700, 1400];
    let firsts = [None].into_iter().chain(cuts.map(Some));
    let ends = cuts.map(Some).into_iter().chain([None]);
    firsts.zip(ends).map(|(first, end)| Chunk::Keys(KeyRange { first, end })).collect()
}

fn load(database: &Database<'_>, table: &str) -> TableLoad {
    let columns = database.query(&format!(
        "SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    ));
    // Servers before 14 compare the OIDs of types inside of binary values.
    let needs_text = AS_TEXT.contains(&table) || (table == "nested" && database.cluster.installation.major < 14);
    TableLoad {
        relation: 1,
        table: QualifiedName::new("public", table),
        columns: columns.into_iter().flatten().collect(),
        format: if needs_text { CopyFormat::Text } else { CopyFormat::Binary },
        created_here: true,
        chunks: vec![Chunk::Whole],
        key_column: None,
        bytes_estimate: 8192,
        chunking_reason: "test",
        text_reason: None,
        through: None,
        filter: None,
        predicates: Vec::new(),
        merge: None,
        level: 0,
        turn: None,
    }
}

fn create() -> String {
    let tables = KINDS
        .iter()
        .map(|Kind(name, columns, _)| format!("CREATE TABLE {name} ({});\n", columns.trim_start_matches('-')));
    TYPES.to_owned() + &tables.collect::<String>()
}

fn fill() -> String {
    KINDS.iter().map(|Kind(_, _, fill)| (*fill).to_owned() + ";\n").collect()
}

/// The rows of every table in one text each, by name.
async fn digests(session: &Control, tables: &[String]) -> Vec<(String, String)> {
    let mut digests = Vec::new();
    for table in tables {
        let sql = format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")), '') FROM {table} AS t"
        );
        let row = session.client().query_one(&sql, &[]).await.unwrap_or_else(|error| panic!("{table}: {error:?}"));
        digests.push((table.clone(), row.get(0)));
    }
    digests
}

fn endpoint(side: Side, database: &Database<'_>) -> Endpoint {
    Endpoint::new(side, Conninfo::parse(&database.url(), &Environment::default()).unwrap()).unwrap()
}

/// Copies `tables` by every route, with `meanwhile` run on the source after the snapshot was taken and before the rows are read,
/// and compares with what the snapshot saw.
async fn assert_every_route(source: &Database<'_>, target: &Database<'_>, tables: &[String], meanwhile: &str) {
    let (there, here) = (endpoint(Side::Source, source), endpoint(Side::Target, target));
    let snapshot = Arc::new(Snapshot::export(&there).await.unwrap());
    // One with the usual search_path.
    let leader = there.control().await.unwrap();
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT";
    leader.client().batch_execute(&format!("{begin} '{}'", snapshot.id())).await.unwrap();
    // The same names for the same OIDs on both sides.
    let before = digests(&leader, tables).await;
    source.psql(meanwhile);
    let reader = here.control().await.unwrap();
    for (name, route) in ROUTES {
        let on = |table: &String| route(load(source, table));
        // A source before 14 reads blocks by scanning all of the table, which is slow and right.
        let loads: Vec<TableLoad> = tables.iter().filter_map(on).collect();
        let jobs = NonZeroUsize::new(3).unwrap();
        let limits = Limits { jobs, schemas_at_once: None, tables_at_once: None, streams_per_table: jobs };
        let options = options(limits);
        let reading = copy::Reading { source: &there, snapshot: Arc::clone(&snapshot), hold: None };
        let progress = Progress::new(loads.len(), 3);
        let outcomes = copy::run(&reading, &here, &loads, options, &progress, |_| {}).await;
        let outcomes = outcomes.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let copied: Vec<String> = loads.iter().map(|load| load.table.name.clone()).collect();
        let expected: Vec<_> = before.iter().filter(|(table, _)| copied.contains(table)).cloned().collect();
        assert_eq!(digests(&reader, &copied).await, expected, "{name}");
        for (outcome, (_, digest)) in outcomes.iter().zip(&expected) {
            assert_eq!(digest.split(' ').next().unwrap(), outcome.rows.to_string(), "{name}: {}", outcome.table);
        }
        target.psql(&format!("TRUNCATE {}", copied.join(", ")));
    }
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_table_arrives_by_every_route_on_every_version() {
    for cluster in Cluster::every_version() {
        let (source, target) = (cluster.database(), cluster.database());
        // Digests need the same text for values without a name, and the same OIDs have the same names.
        source.psql(&(create() + &fill()));
        target.psql(&(create() + "ALTER TABLE dropped DROP also_gone, DROP gone"));
        let tables: Vec<String> = KINDS.iter().map(|Kind(name, ..)| (*name).to_owned()).collect();
        assert_every_route(&source, &target, &tables, "SELECT 1").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_changes_and_grows_meanwhile_arrives_as_the_snapshot_saw_it() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let create = "CREATE TABLE busy (id int, x text); CREATE TABLE filled (id int, x text)";
    source.psql(create);
    target.psql(create);
    source.psql("INSERT INTO busy SELECT n, repeat('x', 200) FROM generate_series(1, 1500) AS n");
    let meanwhile = "UPDATE busy SET x = repeat('u', 300) WHERE id % 2 = 0; DELETE FROM busy WHERE id % 3 = 0;
        UPDATE busy SET id = -id WHERE id % 5 = 0; INSERT INTO busy SELECT n, 'new' FROM generate_series(-900, 3000) AS n;
        INSERT INTO filled SELECT n, 'new' FROM generate_series(1, 2000) AS n; VACUUM busy; VACUUM filled";
    assert_every_route(&source, &target, &["busy".to_owned(), "filled".to_owned()], meanwhile).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_columns_as_a_table_can_have() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let columns: Vec<String> =
        (1..1600).map(|n| format!("column_{n} {}", ["bool", "int2", "\"char\""][n % 3])).collect();
    let create = format!("CREATE TABLE wide (id int, {})", columns.join(", "));
    source.psql(&create);
    target.psql(&create);
    source.psql(
        "INSERT INTO wide (id, column_3, column_1, column_1599) SELECT n, true, n, NULL FROM generate_series(1, 700) AS n;
         INSERT INTO wide (id) VALUES (0)",
    );
    assert_every_route(&source, &target, &["wide".to_owned()], "SELECT 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_that_share_a_root_arrive_together() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    let create = "CREATE TABLE root (id int) PARTITION BY HASH (id);
        CREATE TABLE a PARTITION OF root FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE b PARTITION OF root FOR VALUES WITH (MODULUS 2, REMAINDER 1); CREATE TABLE c (id int)";
    source.psql(create);
    target.psql(create);
    source.psql("INSERT INTO root SELECT generate_series(1, 100); INSERT INTO c VALUES (1)");
    let (there, here) = (endpoint(Side::Source, &source), endpoint(Side::Target, &target));
    let snapshot = Arc::new(Snapshot::export(&there).await.unwrap());
    let through = Some(QualifiedName::new("public", "root"));
    // One worker and none of them small: the largest first, each for itself.
    let sized = |table: &str, relation, bytes_estimate| TableLoad { relation, bytes_estimate, ..load(&source, table) };
    let loads = [
        TableLoad { through: through.clone(), ..sized("a", 1, 30 << 20) },
        sized("c", 3, 20 << 20),
        TableLoad { through, ..sized("b", 2, 10 << 20) },
    ];
    let limits = Limits {
        jobs: NonZeroUsize::MIN,
        schemas_at_once: None,
        tables_at_once: None,
        streams_per_table: NonZeroUsize::MIN,
    };
    let options = options(limits);
    let reading = copy::Reading { source: &there, snapshot: Arc::clone(&snapshot), hold: None };
    let (sender, receiver) = std::sync::mpsc::channel();
    let arrived = move |table| sender.send(table).unwrap();
    copy::run(&reading, &here, &loads, options, &Progress::new(3, 1), arrived).await.unwrap();
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [3, 1, 2]);
    assert_eq!(target.value("SELECT count(*) FROM root"), "100");
}
