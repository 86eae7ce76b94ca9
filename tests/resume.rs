//! Requests that a store remembers, with the real binary: what is completed is not repeated, what failed is gone on with, and no
//! two runs work on one request.

use std::thread;
use std::time::Duration;

use crate::support::SLOW_INDEX;
use crate::support::cluster::{Cluster, Options};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

/// Tables of every fate; on the target the index of `bad` cannot be built until its database lets it.
const SOURCE: &str = "
    CREATE FUNCTION checked(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
        BEGIN IF current_setting('app.refuse', true) = 'on' THEN RAISE 'refused'; END IF; RETURN x; END $$;
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE item (id serial PRIMARY KEY, name text, mood mood);
    INSERT INTO item (name, mood) SELECT 'item ' || n, 'good' FROM generate_series(1, 1000) AS n;
    CREATE TABLE part (id int PRIMARY KEY, item int REFERENCES item, note text);
    INSERT INTO part SELECT n, 1 + n % 1000, repeat('x', 200) FROM generate_series(1, 45000) AS n;
    CREATE TABLE bad (x int); INSERT INTO bad VALUES (1);
    CREATE INDEX bad_checked ON bad (checked(x));
    CREATE VIEW items AS SELECT name FROM item; COMMENT ON VIEW items IS 'all of them';
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touched BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE PUBLICATION changes FOR TABLE item;
    SELECT lo_from_bytea(4711, 'large');";

/// Source, target and store.
struct Three<'a> {
    source: Database<'a>,
    target: Database<'a>,
    store: Database<'a>,
}

impl<'a> Three<'a> {
    fn new(script: &str) -> Self {
        let cluster: &'a Cluster = Cluster::shared();
        let three = Self { source: cluster.database(), target: cluster.database(), store: cluster.database() };
        three.source.psql(script);
        three
    }

    fn run(&self) -> Run {
        Run::snapshot(&self.source.url(), &self.target.url()).arg("--store").arg(self.store.url()).arg("--no-progress")
    }

    fn refuse(&self, whether: &str) {
        self.target.psql(&format!("ALTER DATABASE {} SET app.refuse = {whether}", self.target.name));
    }

    /// A run that copies everything but one index.
    fn fail(&self) -> Outcome {
        self.refuse("on");
        let outcome = self.run().outcome();
        assert_eq!(outcome.exit_code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("bad_checked"), "{}", outcome.stdout);
        self.target.psql(&format!("ALTER DATABASE {} RESET app.refuse", self.target.name));
        assert_eq!(self.status(), ["requested", "failed"]);
        outcome
    }

    /// The request's status for pgstream, and for us.
    fn status(&self) -> [String; 2] {
        let ours = self.store.value("SELECT status FROM pgsluice.request");
        [self.store.value("SELECT status FROM pgstream.snapshot_requests"), ours]
    }

    fn require_copy(&self) {
        assert_eq!(self.status(), ["completed", "completed"]);
        assert_eq!(self.store.value("SELECT count(errors) FROM pgstream.snapshot_requests"), "0");
        oracle::assert_same(&self.source, &self.target);
    }
}

#[test]
fn what_is_completed_is_not_repeated_unless_that_is_asked_for() {
    let three = Three::new(SOURCE);
    three.run().outcome().expect_done();
    three.require_copy();
    three.source.psql("INSERT INTO bad VALUES (2)");
    let again = three.run().outcome().expect_done();
    assert!(again.stdout.is_empty(), "{}", again.stdout);
    assert!(again.stderr.contains("this request was completed at 20"), "{}", again.stderr);
    assert_eq!(three.target.value("SELECT count(*) FROM bad"), "1");
    // What a completed run has made is the user's by now.
    let in_the_way = three.run().arg("--repeat").outcome();
    assert_eq!(in_the_way.exit_code, Some(1));
    assert!(in_the_way.stderr.contains("the target already holds"), "{}", in_the_way.stderr);
    assert_eq!(three.target.value("SELECT count(*) FROM bad"), "1");
    three.run().arg("--clean").env("PGSTREAM_POSTGRES_SNAPSHOT_STORE_REPEATABLE", "true").outcome().expect_done();
    oracle::assert_same(&three.source, &three.target);
    let statuses = three.store.query("SELECT status FROM pgstream.snapshot_requests ORDER BY req_id");
    assert_eq!(statuses, [["completed"], ["completed"]]);
}

#[test]
fn what_failed_is_copied_again_as_of_one_moment() {
    let three = Three::new(SOURCE);
    three.fail();
    three.source.psql(
        "INSERT INTO item (name) VALUES ('late'); DROP VIEW items; CREATE TABLE later (); SELECT lo_unlink(4711)",
    );
    let again = three.run().outcome().expect_done();
    assert!(again.stderr.contains("going on with the request whose last run ended at 20"), "{}", again.stderr);
    three.require_copy();
}

#[test]
fn loaded_tables_are_kept_on_request_and_named_with_their_time() {
    let three = Three::new(SOURCE);
    three.fail();
    let files = "SELECT string_agg(relfilenode::text, ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('item', 'item_pkey')";
    let before = three.target.value(files);
    three.source.psql("INSERT INTO item (name) VALUES ('late'); INSERT INTO bad VALUES (2)");
    // What was lost of a table since is noticed.
    three.target.psql("DELETE FROM bad");
    let again = three.run().arg("--keep-loaded").outcome().expect_done();
    assert!(again.stdout.contains("kept as an earlier run loaded them:\n"), "{}", again.stdout);
    assert!(again.stdout.contains("  public.item: 1,000 rows, as of 20"), "{}", again.stdout);
    assert!(!again.stdout.contains("public.bad: "), "{}", again.stdout);
    assert_eq!(three.target.value("SELECT count(*) FROM bad"), "2");
    assert_eq!(three.target.value(files), before, "the table and its index stay");
    assert_eq!(three.status(), ["completed", "completed"]);
    assert_eq!(oracle::schema_difference(&three.source, &three.target), None);
    three.source.psql("DELETE FROM item WHERE name = 'late'");
    let content = |database: &Database| {
        let content = oracle::content(database);
        content.lines().filter(|line| !line.contains("item_id_seq")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(content(&three.source), content(&three.target));
    let moments = three.store.value("SELECT count(DISTINCT snapshot_at) FROM pgsluice.loaded_table");
    assert_eq!(moments, "2");
}

#[test]
fn other_definitions_cannot_be_gone_on_with() {
    let three = Three::new(SOURCE);
    three.fail();
    three.source.psql("ALTER TABLE part ADD COLUMN more int");
    let refused = three.run().arg("--keep-loaded").outcome();
    let told = refused.failure().lines().filter(|line| !line.starts_with("warn")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told, @r"
    exit code: 1
    error: cannot go on with what the earlier run made: the source's definitions, or the settings, are not what they were then
    hint: without --keep-loaded everything that the earlier run made is made again
    ");
    three.run().outcome().expect_done();
    three.require_copy();
}

#[test]
fn what_is_not_provably_of_the_earlier_run_is_in_the_way() {
    let three = Three::new(SOURCE);
    three.fail();
    three.target.psql("DROP TABLE bad; CREATE TABLE bad (mine text); INSERT INTO bad VALUES ('precious')");
    let refused = three.run().outcome();
    assert_eq!(refused.exit_code, Some(1));
    assert!(refused.stderr.contains("the target already holds 1 of the objects"), "{}", refused.stderr);
    assert_eq!(three.target.value("SELECT mine FROM bad"), "precious");
    assert_eq!(three.target.value("SELECT count(*) FROM item"), "1000");
    three.target.psql("DROP TABLE bad");
    three.run().outcome().expect_done();
    three.require_copy();
}

#[test]
fn a_database_that_was_made_again_holds_nothing_of_an_earlier_run() {
    let three = Three::new(SOURCE);
    three.fail();
    let name = &three.target.name;
    let maintenance = three.target.cluster.maintenance();
    maintenance.psql(&format!("DROP DATABASE {name}"));
    maintenance.psql(&format!("CREATE DATABASE {name} TEMPLATE template0"));
    three.target.psql("CREATE TABLE bad (mine text); INSERT INTO bad VALUES ('precious')");
    let refused = three.run().outcome();
    assert!(refused.stderr.contains("the target is another database than the earlier run's"), "{}", refused.stderr);
    assert!(refused.stderr.contains("the target already holds 1 of the objects"), "{}", refused.stderr);
    assert_eq!(three.target.value("SELECT mine FROM bad"), "precious");
}

#[test]
fn rows_alone_are_emptied_only_where_there_were_none_before() {
    let script = "CREATE TABLE a (x int); INSERT INTO a SELECT generate_series(1, 5000);
                  CREATE TABLE b (x int); INSERT INTO b VALUES (1);
                  CREATE TABLE c (x int CHECK (x > 0)); INSERT INTO c VALUES (1)";
    let three = Three::new(script);
    let run = || three.run().args(["--mode", "data", "--jobs", "1", "--chunk-pages", "1"]);
    three.target.psql(
        "CREATE TABLE a (x int); CREATE TABLE b (x int); INSERT INTO b VALUES (99);
                       CREATE TABLE c (x int CHECK (x < 0))",
    );
    assert_eq!(run().outcome().exit_code, Some(1));
    assert_eq!(three.status(), ["requested", "failed"]);
    assert_eq!(three.target.value("SELECT count(*) FROM a"), "5000");
    three.target.psql("ALTER TABLE c DROP CONSTRAINT c_x_check");
    // b held a row before, and what the run has added to it cannot be told apart.
    if three.target.value("SELECT count(*) FROM b") == "2" {
        let refused = run().outcome();
        assert_eq!(refused.exit_code, Some(1));
        assert!(refused.stderr.contains("could not go on with table \"public.b\""), "{}", refused.stderr);
        assert_eq!(three.target.value("SELECT count(*) FROM b"), "2");
        three.target.psql("DELETE FROM b WHERE x = 1");
    }
    run().outcome().expect_done();
    assert_eq!(three.target.value("SELECT count(*) || ' ' || sum(x) FROM a"), "5000 12502500");
    assert_eq!(three.target.value("SELECT string_agg(x::text, ' ' ORDER BY x) FROM b"), "1 99");
    assert_eq!(three.status(), ["completed", "completed"]);
}

/// What has not happened after so long will not.
const PATIENCE: Duration = Duration::from_secs(10);

const BUILDING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%CREATE INDEX%' AND state = 'active' AND pid <> pg_backend_pid()";

#[test]
fn a_second_run_of_the_same_request_is_told_of_the_first_and_another_request_is_not() {
    let three = Three::new(SLOW_INDEX);
    three.source.psql("CREATE TABLE other (x int)");
    let first = three.run().start();
    three.target.wait_for(BUILDING, "1", PATIENCE);
    let second = three.run().outcome();
    assert_eq!(second.exit_code, Some(1));
    assert!(second.stderr.starts_with("error: another run works on this request since 20"), "{}", second.stderr);
    assert!(second.stderr.contains("detail: host "), "{}", second.stderr);
    assert!(second.stderr.contains("application_name pgsluice"), "{}", second.stderr);
    let elsewhere = three.target.cluster.database();
    let run = Run::snapshot(&three.source.url(), &elsewhere.url()).arg("--store").arg(three.store.url());
    run.args(["--tables", "other"]).outcome().expect_done();
    // What is loaded is written down within a second or so, while the index is built already.
    let loaded = "SELECT count(*) FROM pgsluice.loaded_table WHERE table_name = 't' AND status = 'loaded'";
    three.store.wait_for(loaded, "1", PATIENCE);
    let status = Run::new(["status", "--store", &three.store.url()]).outcome().expect_done();
    assert!(status.stdout.contains(": in progress\n  selection: everything (mode full)\n"), "{}", status.stdout);
    assert!(status.stdout.contains("    public.t: loaded, 1 row, "), "{}", status.stdout);
    first.signal("KILL");
    first.outcome();
}

#[test]
fn a_run_that_was_killed_is_taken_over() {
    let three = Three::new(SLOW_INDEX);
    let first = three.run().start();
    three.target.wait_for(BUILDING, "1", PATIENCE);
    three.store.wait_for("SELECT count(*) FROM pgsluice.loaded_table WHERE status = 'loaded'", "1", PATIENCE);
    first.signal("KILL");
    first.outcome();
    assert_eq!(three.status(), ["in progress", "in progress"]);
    three.store.wait_for("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        "0", PATIENCE);
    let status = Run::new(["status", "--json", "--store", &three.store.url()]).outcome().expect_done();
    assert!(status.stdout.contains("\"is_alive\":false"), "{}", status.stdout);
    three.source.psql("CREATE OR REPLACE FUNCTION slow(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x'");
    let second = three.run().outcome().expect_done();
    assert!(second.stderr.contains("taking over from the run that began at 20"), "{}", second.stderr);
    three.require_copy();
    // Who takes over what is completed has nothing to do.
    three.run().outcome().expect_done();
}

#[test]
fn a_run_that_loses_its_store_stops_what_it_does() {
    let three = Three::new(SLOW_INDEX);
    let run = three.run().start();
    three.target.wait_for(BUILDING, "1", PATIENCE);
    three.store.psql("SELECT pg_terminate_backend(store_process_id) FROM pgsluice.request");
    let outcome = run.outcome();
    assert_eq!(outcome.exit_code, Some(1));
    assert!(outcome.stderr.contains("error: lost the connection to the store"), "{}", outcome.stderr);
    let ours =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pgsluice'";
    for database in [&three.source, &three.target] {
        database.wait_for(ours, "0", PATIENCE);
    }
    assert_eq!(three.status(), ["in progress", "in progress"]);
}

#[test]
fn nothing_is_asked_of_source_or_target_where_the_store_cannot_be_written() {
    let standby = Cluster::start(
        Installation::newest(),
        &Options { files: vec![("standby.signal".to_owned(), String::new())], ..Options::default() },
    );
    let nowhere = "postgres://postgres@127.0.0.1:1/nowhere?sslmode=disable";
    let run = |store: &str| Run::snapshot(nowhere, nowhere).arg("--store").arg(store).outcome().failure();
    insta::assert_snapshot!(run(&standby.maintenance().url()), @r"
    exit code: 1
    error: the store is a standby, where nothing can be recorded
    hint: name the primary, with target_session_attrs=primary where several hosts are given
    ");
    let store = Cluster::shared().database();
    store.psql(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", store.name));
    insta::assert_snapshot!(run(&store.url()), @r"
    exit code: 1
    error: could not create the table of snapshot requests on the store
    detail: ERROR 25006: cannot execute CREATE SCHEMA in a read-only transaction
    hint: the store must be a server that can be written, not a standby
    ");
}

#[test]
fn runs_that_find_an_empty_store_at_the_same_time_all_use_it() {
    let cluster = Cluster::shared();
    let store = cluster.database();
    let source = cluster.database();
    source.psql("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
    let targets: Vec<_> = (0..6).map(|_| cluster.database()).collect();
    thread::scope(|scope| {
        for target in &targets {
            let (source, store) = (&source, &store);
            scope.spawn(move || {
                let run = Run::snapshot(&source.url(), &target.url()).arg("--store").arg(store.url());
                run.arg("--no-progress").outcome().expect_done();
            });
        }
    });
    for table in ["pgstream.snapshot_requests", "pgsluice.request"] {
        let completed = store.value(&format!("SELECT count(*) FROM {table} WHERE status = 'completed'"));
        assert_eq!(completed, "6", "{table}");
    }
}

#[test]
fn the_store_may_be_the_source_or_the_target_and_is_not_copied() {
    let cluster = Cluster::shared();
    for is_source in [true, false] {
        let (source, target) = (cluster.database(), cluster.database());
        source.psql("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        let store = if is_source { &source } else { &target };
        let run = || Run::snapshot(&source.url(), &target.url()).arg("--store").arg(store.url()).arg("--no-progress");
        run().outcome().expect_done();
        assert_eq!(store.value("SELECT status FROM pgsluice.request"), "completed");
        let again = run().outcome().expect_done();
        assert!(again.stderr.contains("is not repeated"), "{}", again.stderr);
        store.psql("DROP SCHEMA pgsluice, pgstream CASCADE");
        oracle::assert_same(&source, &target);
    }
}

#[test]
fn status_shows_requests_tables_bytes_and_errors() {
    let three = Three::new(SOURCE);
    let empty = Run::new(["status", "--store", &three.store.url()]).outcome();
    insta::assert_snapshot!(empty.failure(), @r"
    exit code: 1
    error: the store holds no requests of pgsluice
    hint: it is filled by pgsluice snapshot --store URL
    ");
    three.fail();
    let status = Run::new(["status", "--store", &three.store.url()]).outcome().expect_done();
    let heads: Vec<_> = status.stdout.lines().map(|line| line.split("20").next().unwrap_or_default()).collect();
    assert!(heads[0].ends_with(": failed"), "{}", status.stdout);
    assert!(status.stdout.contains("  loaded: 3 of 3 tables, 46,001 rows, "), "{}", status.stdout);
    assert!(status.stdout.contains("    public.part: loaded, 45,000 rows, "), "{}", status.stdout);
    assert!(status.stdout.contains("  error: could not create index \"public.bad_checked\""), "{}", status.stdout);
    let status = Run::new(["status", "--json", "--store", &three.store.url()]).outcome().expect_done();
    let object: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    let request = &object["requests"][0];
    assert_eq!((request["status"].as_str(), request["rows"].as_i64()), (Some("failed"), Some(46_001)));
    assert_eq!(request["tables"][1]["table"].as_str(), Some("item"));
    assert_eq!(request["req_ids"], serde_json::json!([1]));
}

#[test]
fn tables_that_others_refer_to_are_emptied_with_the_foreign_keys_in_place() {
    let script = "
        CREATE TABLE parent (id int PRIMARY KEY);
        CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE);
        CREATE TABLE part (id int PRIMARY KEY, parent int REFERENCES parent) PARTITION BY RANGE (id);
        CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (500); CREATE TABLE part_high PARTITION OF part DEFAULT;
        CREATE TABLE grandchild (id int PRIMARY KEY, child int REFERENCES child CHECK (child < 1100))";
    let three = Three::new(script);
    three.source.psql(
        "INSERT INTO parent SELECT generate_series(1, 1000); INSERT INTO child SELECT id, id FROM parent;
         INSERT INTO part SELECT id, id FROM parent; INSERT INTO grandchild SELECT id, id FROM parent",
    );
    let others = "CREATE TABLE other (child int REFERENCES child ON DELETE CASCADE)";
    three.target.psql(&format!("{script}; {others}; ALTER TABLE grandchild ADD CHECK (id < 900)"));
    let run = || three.run().args(["--mode", "data"]).outcome();
    assert_eq!(run().exit_code, Some(1));
    assert_eq!(three.target.value("SELECT count(*) FROM parent"), "1000");
    three.target.psql("ALTER TABLE grandchild DROP CONSTRAINT grandchild_id_check; INSERT INTO other VALUES (1)");
    three.source.psql(
        "DELETE FROM grandchild WHERE id = 7; DELETE FROM child WHERE id = 7; DELETE FROM part WHERE id = 7;
         DELETE FROM parent WHERE id = 7",
    );
    let refused = run();
    assert_eq!(refused.exit_code, Some(1));
    assert!(
        refused.stderr.contains("table \"public.other\" refers to it and holds rows that stay"),
        "{}",
        refused.stderr
    );
    assert_eq!(three.target.query("SELECT * FROM other"), [["1"]]);
    three.target.psql("DELETE FROM other");
    run().expect_done();
    three.target.psql("DROP TABLE other");
    assert_eq!(oracle::content_difference(&three.source, &three.target), None);
}
