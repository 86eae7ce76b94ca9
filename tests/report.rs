//! `--report FILE`: what came of a run, for programs.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::Run;

const SHOP: &str = "
    CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL);
    INSERT INTO item SELECT n, 'x' FROM generate_series(1, 50000) AS n;
    CREATE INDEX ON item (name);
    CREATE TABLE line (item int REFERENCES item, n int);
    INSERT INTO line VALUES (1, 1), (2, 2);";

/// A file of its own, gone in the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("pgsluice-report-{name}-{}.json", std::process::id())))
    }

    fn value(&self) -> Value {
        serde_json::from_slice(&std::fs::read(&self.0).unwrap()).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn pair() -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SHOP);
    (source, target)
}

fn reported(source: &str, target: &str, file: &File) -> Run {
    Run::snapshot(source, target).arg("--report").arg(&file.0)
}

#[test]
fn a_report_has_what_the_summary_has() {
    let (source, target) = pair();
    let file = File::new("done");
    std::fs::write(&file.0, "an earlier one").unwrap();
    let outcome = reported(&source.url(), &target.url(), &file).arg("--verify").outcome().expect_done();
    let heading: Vec<_> = outcome.stdout.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(heading, ["table", "rows", "size", "copy", "indexes", "route"]);
    let mut report = file.value();
    assert_eq!((report["outcome"].as_str(), report["rows"].as_u64()), (Some("complete"), Some(50_002)));
    assert!(report["ended_unix_ms"].as_u64() >= report["started_unix_ms"].as_u64());
    assert!(report["started_unix_ms"].as_u64() > Some(1_700_000_000_000));
    assert_eq!(report["verification"]["result"], "same");
    let tables = report["tables"].as_array_mut().unwrap();
    tables.sort_by_key(|table| table["table"].as_str().unwrap().to_owned());
    let item = tables[0].as_object_mut().unwrap();
    assert!(item.remove("indexes_ms").unwrap().as_u64() > Some(0), "two indexes of 50,000 rows");
    assert!(item.remove("bytes").unwrap().as_u64() > Some(500_000));
    item.remove("copy_ms").unwrap().as_u64().unwrap();
    assert_eq!(
        *item,
        *json!({"schema": "public", "table": "item", "rows": 50_000, "route": "binary, frozen", "merged": null})
            .as_object()
            .unwrap()
    );
    assert_eq!((tables[1]["table"].as_str(), tables[1]["rows"].as_u64()), (Some("line"), Some(2)));
}

#[test]
fn a_report_names_what_is_missing_and_why_a_run_failed() {
    let (source, target) = pair();
    let file = File::new("failed");
    // The index cannot be made again, and is not what the source has.
    source.psql("CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1 / ($1 - 1)'");
    source.psql(
        "CREATE TABLE odd (n int); CREATE INDEX odd_f ON odd (f(n)) WHERE n <> 1; INSERT INTO odd VALUES (1), (2)",
    );
    source.psql("CREATE OR REPLACE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1 / ($1 - 2)'");
    let outcome = reported(&source.url(), &target.url(), &file).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    let report = file.value();
    assert_eq!(report["outcome"], "incomplete");
    assert_eq!(report["failed"][0]["object"], "index public.odd_f");
    assert!(report["failed"][0]["detail"].as_str().unwrap().contains("22012"), "{report}");

    // Everything is in the way now.
    let outcome = reported(&source.url(), &target.url(), &file).outcome();
    assert_eq!(outcome.exit_code, Some(1));
    let report = file.value();
    assert_eq!((report["outcome"].as_str(), report.get("tables")), (Some("failed"), None));
    let message = report["error"]["message"].as_str().unwrap();
    assert!(outcome.stderr.contains(&format!("error: {message}")), "{message}: {}", outcome.stderr);
}

#[test]
fn a_report_that_cannot_be_written_ends_the_run_before_it_begins() {
    let (source, target) = pair();
    let file = File::new("nowhere");
    let nowhere = File(file.0.join("report.json"));
    let outcome = reported(&source.url(), &target.url(), &nowhere).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stdout);
    let message = format!("error: could not write the report to \"{}\"", nowhere.0.display());
    assert!(outcome.failure().contains(&message), "{}", outcome.failure());
    assert_eq!(target.value("SELECT count(*) FROM pg_class WHERE relname = 'item'"), "0");

    // One that cannot be written in the end is told as well, though everything is there.
    let outcome = Run::snapshot(&source.url(), &target.url()).args(["--report", "/dev/full"]).outcome();
    assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("2 tables, 50,002 rows"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("error: could not write the report to \"/dev/full\""), "{}", outcome.stderr);
}

#[test]
fn a_report_of_a_request_that_is_not_repeated_says_so() {
    let (source, target) = pair();
    let file = File::new("repeated");
    let run = || reported(&source.url(), &target.url(), &file).arg("--store").arg(target.url());
    run().outcome().expect_done();
    run().outcome().expect_done();
    let report = file.value();
    assert_eq!(report["outcome"], "not_repeated");
    assert!(report["completed_at"].as_str().unwrap().starts_with("20"), "{report}");
}
