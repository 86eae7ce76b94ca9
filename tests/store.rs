//! The store against real servers: a table of its own, one that pgstream made, and everything that can be in the way.

use std::future::Future;

use pgsluice::error::Explain as _;
use pgsluice::store::{Error, RequestError, SchemaRequest, Store};
use tokio::net::TcpStream;
use tokio_postgres::{Client, NoTls};

use crate::support::cluster::Cluster;
use crate::support::database::Database;

/// The table as pgstream itself makes it: a column and a unique index more than ours.
const PGSTREAMS_TABLE: &str = "
    CREATE SCHEMA pgstream;
    CREATE TABLE pgstream.snapshot_requests (
        req_id SERIAL PRIMARY KEY, schema_name TEXT, table_names TEXT[],
        created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE,
        status TEXT CHECK (status IN ('requested', 'in progress', 'completed')),
        mode TEXT NOT NULL DEFAULT 'data' CHECK (mode IN ('data', 'schema-only')),
        errors JSONB);
    CREATE FUNCTION pgstream.snapshot_table_names_hash(names TEXT[]) RETURNS TEXT LANGUAGE sql IMMUTABLE
        AS $$ SELECT md5(names::text) $$;
    CREATE UNIQUE INDEX schema_table_status_hash_unique_index ON pgstream.snapshot_requests
        (schema_name, pgstream.snapshot_table_names_hash(table_names)) WHERE status != 'completed';";

const ROWS: &str = "SELECT schema_name, table_names, status, errors FROM pgstream.snapshot_requests ORDER BY req_id";

fn request(schema: &str, tables: &[&str]) -> SchemaRequest {
    SchemaRequest { schema: schema.to_owned(), tables: tables.iter().map(|table| (*table).to_owned()).collect() }
}

fn error(schema: Option<&str>, table: Option<&str>, message: &str) -> RequestError {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    RequestError { schema: owned(schema), table: owned(table), message: message.to_owned() }
}

/// Runs a test with a session on a database, by a role that may log in.
fn with_session<T>(database: &Database<'_>, user: &str, test: impl AsyncFnOnce(&Client) -> T) -> T {
    let (port, name) = (database.cluster.port, database.name.clone());
    block_on(async move {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut config = tokio_postgres::Config::new();
        config.user(user).dbname(&name).options("-c search_path=");
        let (client, connection) = config.connect_raw(stream, NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let result = test(&client).await;
        drop(client);
        connection.await.unwrap().unwrap();
        result
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_run_that_copied_everything_is_completed_on_every_version() {
    for cluster in Cluster::every_version() {
        let database = cluster.database();
        with_session(&database, "postgres", async |client| {
            let mut store = Store::open(client).await.unwrap();
            store.request("key", &[request("public", &["*"]), request("My \"s\"", &["a,b", "c"])]).await.unwrap();
            assert_eq!(database.query(ROWS)[1], ["public", "{*}", "requested", "\\N"]);
            store.begin().await.unwrap();
            assert_eq!(database.query(ROWS)[1], ["public", "{*}", "in progress", "\\N"]);
            store.finish(&[]).await.unwrap();
        });
        let expected = [["My \"s\"", "{\"a,b\",c}", "completed", "\\N"], ["public", "{*}", "completed", "\\N"]];
        assert_eq!(database.query(ROWS), expected, "version {}", cluster.installation.major);
        let columns = "SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = 'pgstream.snapshot_requests'::regclass AND attnum > 0";
        assert_eq!(
            database.value(columns),
            "req_id integer, schema_name text, table_names text[], created_at timestamp with time zone, \
             updated_at timestamp with time zone, status text, errors jsonb"
        );
        let times =
            "SELECT bool_and(created_at IS NOT NULL AND updated_at > created_at) FROM pgstream.snapshot_requests";
        assert_eq!(database.value(times), "t");
    }
}

#[test]
fn a_run_that_failed_is_not_completed_and_says_why() {
    let database = Cluster::shared().database();
    with_session(&database, "postgres", async |client| {
        let mut store = Store::open(client).await.unwrap();
        store.request("key", &[request("a", &["*"]), request("b", &["*"]), request("c", &["*"])]).await.unwrap();
        store.begin().await.unwrap();
        let errors = [
            error(Some("a"), Some("t"), "lost connection"),
            error(Some("a"), Some("t"), "again"),
            error(Some("a"), Some("u"), "row count differs"),
            error(Some("b"), None, "could not create view b.v"),
        ];
        store.finish(&errors).await.unwrap();
    });
    let expected = [
        [
            "a",
            "{*}",
            "requested",
            r#"{"schema": "a", "tables": {"t": "lost connection; again", "u": "row count differs"}}"#,
        ],
        ["b", "{*}", "requested", r#"{"schema": "b", "snapshot": ["could not create view b.v"]}"#],
        ["c", "{*}", "completed", "\\N"],
    ];
    assert_eq!(database.query(ROWS), expected);
}

#[test]
fn an_error_of_the_whole_run_or_of_an_unasked_schema_concerns_every_request() {
    let database = Cluster::shared().database();
    with_session(&database, "postgres", async |client| {
        let mut store = Store::open(client).await.unwrap();
        store.request("key", &[request("a", &["*"]), request("b", &["*"])]).await.unwrap();
        let errors = [error(None, None, "interrupted"), error(Some("needed"), Some("t"), "no such function")];
        store.finish(&errors).await.unwrap();
    });
    let rows = database.query(ROWS);
    for (row, schema) in rows.iter().zip(["a", "b"]) {
        let errors = format!(r#"{{"schema": "{schema}", "snapshot": ["interrupted", "no such function"]}}"#);
        assert_eq!(row, &[schema, "{*}", "requested", &errors]);
    }
    assert_eq!(rows.len(), 2);
}

#[test]
fn an_unfinished_request_is_taken_up_again_also_in_a_table_that_pgstream_made() {
    for prepared in ["", PGSTREAMS_TABLE] {
        let database = Cluster::shared().database();
        database.psql(prepared);
        with_session(&database, "postgres", async |client| {
            // Killed while it worked, failed, then done twice.
            for end in 0..4 {
                let mut store = Store::open(client).await.unwrap();
                store.request("key", &[request("public", &["*"]), request("public", &["*"])]).await.unwrap();
                store.begin().await.unwrap();
                match end {
                    0 => drop(store),
                    1 => store.finish(&[error(None, None, "failed")]).await.unwrap(),
                    _ => store.finish(&[]).await.unwrap(),
                }
                let statuses = database.query("SELECT req_id, status FROM pgstream.snapshot_requests ORDER BY req_id");
                let expected: &[[&str; 2]] = match end {
                    0 => &[["1", "in progress"]],
                    1 => &[["1", "requested"]],
                    2 => &[["1", "completed"]],
                    _ => &[["1", "completed"], ["2", "completed"]],
                };
                assert_eq!(statuses, expected);
            }
        });
        assert_eq!(database.value("SELECT count(errors) FROM pgstream.snapshot_requests"), "0");
    }
}

#[test]
fn pgstream_can_go_on_with_our_table() {
    let database = Cluster::shared().database();
    with_session(&database, "postgres", async |client| {
        let mut store = Store::open(client).await.unwrap();
        store.request("key", &[request("public", &["*"])]).await.unwrap();
        store.finish(&[]).await.unwrap();
    });
    let afterwards = PGSTREAMS_TABLE
        .replace("CREATE SCHEMA", "CREATE SCHEMA IF NOT EXISTS")
        .replace("CREATE TABLE", "ALTER TABLE pgstream.snapshot_requests ADD COLUMN IF NOT EXISTS mode TEXT NOT NULL DEFAULT 'data'; CREATE TABLE IF NOT EXISTS");
    database.psql(&afterwards);
    assert_eq!(database.value("SELECT mode FROM pgstream.snapshot_requests"), "data");
}

#[test]
fn sessions_that_open_it_at_once_do_not_trip_over_each_other() {
    let database = Cluster::shared().database();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                with_session(&database, "postgres", async |client| Store::open(client).await.map(drop).unwrap());
            });
        }
    });
    assert_eq!(database.query(ROWS), Vec::<Vec<String>>::new());
}

#[test]
fn a_role_that_may_only_write_the_table_can_use_it_and_one_that_may_not_is_told() {
    let database = Cluster::shared().database();
    database.psql("CREATE ROLE store_writer LOGIN; CREATE ROLE store_nobody LOGIN;");
    let refused = with_session(&database, "store_nobody", async |client| Store::open(client).await.unwrap_err());
    assert_eq!(refused.to_string(), "could not create the table of snapshot requests on the store");
    let denied = format!("ERROR 42501: permission denied for database {}", database.name);
    assert_eq!(refused.detail(), Some(denied));
    assert!(refused.hint().unwrap().contains("CREATE on the database"));
    database.psql(PGSTREAMS_TABLE);
    with_session(&database, "postgres", async |client| Store::open(client).await.map(drop).unwrap());
    database.psql(
        "GRANT USAGE ON SCHEMA pgstream, pgsluice TO store_writer;
         GRANT SELECT, INSERT, UPDATE ON pgstream.snapshot_requests TO store_writer;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgsluice TO store_writer;
         GRANT USAGE ON SEQUENCE pgstream.snapshot_requests_req_id_seq TO store_writer;",
    );
    with_session(&database, "store_writer", async |client| {
        let mut store = Store::open(client).await.unwrap();
        store.request("key", &[request("public", &["*"])]).await.unwrap();
        store.begin().await.unwrap();
        store.finish(&[]).await.unwrap();
    });
    assert_eq!(database.query(ROWS), [["public", "{*}", "completed", "\\N"]]);
    database.psql("DROP OWNED BY store_writer; DROP ROLE store_writer; DROP ROLE store_nobody;");
}

#[test]
fn a_row_that_somebody_deleted_is_an_error() {
    let database = Cluster::shared().database();
    with_session(&database, "postgres", async |client| {
        let mut store = Store::open(client).await.unwrap();
        store.request("key", &[request("public", &["*"])]).await.unwrap();
        database.psql("DELETE FROM pgstream.snapshot_requests");
        let error = store.finish(&[]).await.unwrap_err();
        assert!(matches!(&error, Error::RequestGone { req_id: 1, schema, .. } if schema == "public"));
        assert_eq!(
            error.to_string(),
            "could not record how the run ended on the store: request 1 of schema public is gone"
        );
    });
}
