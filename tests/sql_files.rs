//! Every SQL file on every server at hand: it is one statement that the server takes, and its columns are those its header names.

use std::fs;
use std::path::{Path, PathBuf};

use pgsluice::catalog::query;
use pgsluice::connect::{Conninfo, Control, Endpoint, Environment, snapshot};
use pgsluice::error::Side;

use crate::support::cluster::Cluster;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sql")
}

fn files(area: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory().join(area)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The columns a header names: `-- columns: oid oid, labels text[] (in order), …`, on as many lines as it takes.
fn columns(text: &str) -> Vec<(String, String)> {
    let header = text.lines().map_while(|line| line.strip_prefix("--"));
    let mut lines = header.skip_while(|line| !line.starts_with(" columns:"));
    let first = lines.next().unwrap().trim_start_matches(" columns:").to_owned();
    let is_key =
        |line: &&str| line.trim_start().split_once(':').is_some_and(|(key, _)| ["server", "order"].contains(&key));
    let list = lines.take_while(|line| !is_key(line)).fold(first, |list, line| list + line);
    let list = without_notes(&list);
    let words = |column: &str| {
        let (name, kind) =
            column.trim().split_once(' ').unwrap_or_else(|| panic!("{column} is not `name type`: {list}"));
        (name.to_owned(), kind.trim().to_owned())
    };
    if list.trim() == "none" { Vec::new() } else { list.split(',').map(words).collect() }
}

/// A list without what stands in parentheses.
fn without_notes(list: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for character in list.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    kept
}

/// Whether a statement is for servers of a version: `-- server: 18 and newer`, `-- server: any`.
fn is_for(text: &str, major: u32) -> bool {
    let server = text.lines().find_map(|line| line.strip_prefix("-- server: ")).unwrap();
    let newer = server.split_once(" and newer").map(|(since, _)| since.parse().unwrap());
    newer.is_none_or(|since: u32| major >= since)
}

/// The columns a server gives, with the types' names as headers have them.
async fn given(session: &Control, name: &str, text: &str) -> Vec<(String, String)> {
    let statement = session.client().prepare(text).await.unwrap_or_else(|error| {
        let words = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
        panic!("{name} on PostgreSQL {}: {words}", session.major())
    });
    let kind = |name: &str| name.strip_prefix('_').map_or_else(|| name.to_owned(), |element| format!("{element}[]"));
    statement.columns().iter().map(|column| (column.name().to_owned(), kind(column.type_().name()))).collect()
}

#[test]
fn the_catalog_queries_have_the_columns_they_promise() {
    each_version(async |session| {
        for query in query::ALL {
            let (name, text) = (query.name, query.text(session.major()));
            assert_eq!(given(session, name, text).await, columns(text), "{name} on PostgreSQL {}", session.major());
            let rows = session.client().query(text, &[]).await;
            rows.unwrap_or_else(|error| panic!("{name} on PostgreSQL {}: {error:?}", session.major()));
        }
    });
}

#[test]
fn every_catalog_file_is_for_some_version() {
    let texts: Vec<_> = query::ALL.iter().flat_map(|query| (12..=18).map(|major| query.text(major))).collect();
    for path in files("catalog") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(texts.contains(&text.as_str()), "{} is for no version from 12 to 18", path.display());
    }
}

#[test]
fn the_statements_of_sessions_and_of_the_store_have_the_columns_they_promise() {
    each_version(async |session| {
        pgsluice::store::Store::open(session.client()).await.map(drop).unwrap();
        let ledger = fs::read_to_string(directory().join("ledger/create_table.sql")).unwrap();
        session.client().batch_execute(&ledger).await.unwrap();
        for path in
            ["session", "store", "ledger", "large_objects", "statistics", "check", "verify"].into_iter().flat_map(files)
        {
            let (name, text) = (path.display().to_string(), fs::read_to_string(&path).unwrap());
            if !is_for(&text, session.major()) {
                continue;
            }
            assert_eq!(given(session, &name, &text).await, columns(&text), "{name} on PostgreSQL {}", session.major());
        }
    });
}

/// Runs a test with a session on a database of every version at hand, in which there is something to be found.
fn each_version(test: impl AsyncFn(&Control) + Copy) {
    for cluster in Cluster::every_version() {
        let database = cluster.database();
        database.psql(
            "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id serial PRIMARY KEY, mood mood CHECK (mood > 'a'));
             CREATE INDEX ON t (mood); CREATE VIEW v AS SELECT * FROM t; COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO PUBLIC",
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let conninfo = Conninfo::parse(&database.url(), &Environment::default()).unwrap();
            let session = snapshot::reading(&Endpoint::new(Side::Source, conninfo).unwrap()).await.unwrap();
            test(&session).await;
            session.close().await;
        });
    }
}
