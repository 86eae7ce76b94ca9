//! `pgsluice plan`: the whole plan, and nothing changed.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

const SHOP: &str = "
    CREATE TABLE item (id serial PRIMARY KEY, name text NOT NULL);
    INSERT INTO item (name) SELECT 'x' FROM generate_series(1, 1000);
    CREATE TABLE kept_as_text (what regclass);
    CREATE TABLE line (item int REFERENCES item, n int);
    CREATE INDEX ON line (n);
    CREATE VIEW names AS SELECT name FROM item;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM line;
    ANALYZE item;";

fn pair() -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SHOP);
    (source, target)
}

fn plan(source: &Database, target: &Database, arguments: &[&str]) -> Outcome {
    Run::new(["plan", "--source", &source.url(), "--target", &target.url()]).args(arguments).outcome()
}

#[test]
fn a_plan_shows_everything_and_changes_nothing() {
    let (source, target) = pair();
    let before = [&source, &target].map(|database| (oracle::schema(database), oracle::content(database)));
    let text = plan(&source, &target, &["--jobs=2", "--index-jobs=3"]).expect_done().stdout;
    let rows = text.lines().find(|line| line.contains("public.item")).unwrap();
    assert!(rows.contains("~1,000") && rows.contains("binary: small beside the rest of the work"), "{rows}");
    let as_text = text.lines().find(|line| line.contains("public.kept_as_text")).unwrap();
    assert!(as_text.contains('?') && as_text.contains("text ("), "{as_text}");
    assert!(text.contains("  indexes and constraints: 3 tasks\n"), "{text}");
    assert!(text.contains("  materialized views: 1 task\n"), "{text}");
    assert!(text.contains("connections at most: 6 on the source, 7 on the target, 0 on the store\n"), "{text}");
    let after = [&source, &target].map(|database| (oracle::schema(database), oracle::content(database)));
    assert_eq!(after, before);
}

#[test]
fn a_plan_for_programs_says_the_same_and_the_statements_on_request() {
    let (source, target) = pair();
    let json = plan(&source, &target, &["--format=json", "--ddl", "--tables=item"]).expect_done().stdout;
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(plan["version"], 1);
    assert_eq!(plan["tables"].as_array().unwrap().len(), 1);
    assert_eq!(plan["tables"][0]["rows_estimate"], 1000);
    assert_eq!(plan["sequences"], 1);
    let ddl = plan["ddl"].as_str().unwrap();
    assert!(ddl.contains("CREATE TABLE \"public\".\"item\"") && !ddl.contains("\"line\""), "{ddl}");
}

#[test]
fn what_would_stop_a_run_stops_its_plan() {
    let (source, target) = pair();
    target.psql("CREATE TABLE item (id int)");
    let failure = plan(&source, &target, &["--log-level=warn"]).failure();
    assert!(failure.starts_with("exit code: 1\nerror: the target already holds 1 of the objects"), "{failure}");
    let text = plan(&source, &target, &["--clean"]).expect_done().stdout;
    assert!(text.starts_with("drop what is in the way: 1 statement\n"), "{text}");
    assert_eq!(target.value("SELECT count(*) FROM item"), "0");
}
