//! Which parts of a database are copied: the forms of `--tables` and `--exclude-tables`, what comes along, what stays behind and
//! is named.

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::oracle;
use crate::support::run::{Outcome, Run};

/// The relations of a database with rows or a query, by name.
const RELATIONS: &str = "
    SELECT coalesce(string_agg(c.oid::regclass::text, ' ' ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"), '')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^(pg_|information_schema)' OR n.nspname = 'pgstream' AND c.relkind = 'r'";

const SEVERAL_SCHEMAS: &str = r#"
    CREATE TABLE a (x int); CREATE TABLE ab (x int); CREATE TABLE "A b" (x int); CREATE VIEW v AS SELECT 1 AS one;
    CREATE SCHEMA s; CREATE TABLE s.a (x int); CREATE TABLE s.c (x int); CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS one;
    CREATE SCHEMA "S.2"; CREATE TABLE "S.2"."t.1" (x int); CREATE TABLE "S.2".tt (x int);
    CREATE SCHEMA pgstream; CREATE TABLE pgstream.snapshot_requests (x int); CREATE TABLE pgstream.schema_log (x int);
    INSERT INTO a VALUES (1); INSERT INTO ab VALUES (2); INSERT INTO "A b" VALUES (3); INSERT INTO s.a VALUES (4);
    INSERT INTO s.c VALUES (5); INSERT INTO "S.2"."t.1" VALUES (6); INSERT INTO pgstream.schema_log VALUES (7);"#;

/// A source and copies of parts of it.
struct Source(Database<'static>);

impl Source {
    fn new(script: &str) -> Self {
        let cluster: &'static Cluster = Cluster::shared();
        let database = cluster.database();
        database.psql(script);
        Self(database)
    }

    fn copy(&self, arguments: &[&str]) -> (Database<'static>, Outcome) {
        let target = self.0.cluster.database();
        let run = Run::snapshot(&self.0.url(), &target.url()).arg("--log-level=warn").args(arguments);
        let outcome = run.outcome();
        (target, outcome)
    }

    /// The relations a selection copies.
    fn relations(&self, arguments: &[&str]) -> String {
        let (target, outcome) = self.copy(arguments);
        outcome.expect_done();
        target.value(RELATIONS)
    }

    /// What a run that was done, or not, says after the totals.
    fn left_out(&self, arguments: &[&str]) -> String {
        let (_, outcome) = self.copy(arguments);
        left_out(&outcome)
    }
}

/// The exit code and what was left out.
fn left_out(outcome: &Outcome) -> String {
    let list = outcome.stdout.find("\nleft out").map_or("", |place| &outcome.stdout[place..]);
    format!("exit code: {}{list}\n{}", outcome.exit_code.unwrap(), outcome.stderr)
}

#[test]
fn every_form_of_a_pattern() {
    let source = Source::new(SEVERAL_SCHEMAS);
    for (tables, relations) in [
        ("*", r#""A b" a ab v"#),
        ("a", "a"),
        ("a*", "a ab"),
        ("a?", "ab"),
        (r#""A b""#, r#""A b""#),
        ("v", "v"),
        ("s.a", "s.a"),
        ("s.*", "s.a s.c s.m"),
        ("s.? , ab", "ab s.a s.c s.m"),
        (r#""S.2".*"#, r#""S.2"."t.1" "S.2".tt"#),
        (r#""S.2"."t.1""#, r#""S.2"."t.1""#),
        ("*.a", "a s.a"),
        ("*.*", r#""S.2"."t.1" "S.2".tt "A b" a ab v s.a s.c s.m"#),
        ("pgstream.*", "pgstream.schema_log pgstream.snapshot_requests"),
        ("pgstream.schema_log", "pgstream.schema_log"),
    ] {
        assert_eq!(source.relations(&["--tables", tables]), relations, "{tables}");
    }
    assert_eq!(source.relations(&[]), r#""S.2"."t.1" "S.2".tt "A b" a ab v s.a s.c s.m"#);
    assert_eq!(source.relations(&["--tables", "a", "--tables", "s.c"]), "a s.c");
    for (excluded, relations) in [
        ("a*", r#""S.2"."t.1" "S.2".tt "A b" v s.a s.c s.m"#),
        ("s.* a", r#""S.2"."t.1" "S.2".tt "A b" ab v"#),
        ("*.a", r#""S.2"."t.1" "S.2".tt "A b" ab v s.c s.m"#),
    ] {
        assert_eq!(source.relations(&["--exclude-tables", excluded]), relations, "without {excluded}");
    }
}

#[test]
fn a_pattern_that_matches_nothing() {
    let source = Source::new("CREATE TABLE a (x int)");
    for (option, pattern) in [("--tables", "a nosuch"), ("--tables", "a,nosuch.*"), ("--exclude-tables", "no*such")] {
        let (target, outcome) = source.copy(&[option, pattern]);
        let name = pattern.trim_start_matches(['a', ' ', ',']);
        assert_eq!(
            outcome.failure(),
            format!(
                "exit code: 1\nerror: the pattern {name} matches no table of the source\n\
                 hint: `*` is every table of public, `s.*` every table of schema s, `*.*` everything; names are folded to \
                 lower case unless they are in double quotes\n"
            )
        );
        assert_eq!(target.value(RELATIONS), "");
    }
}

#[test]
fn what_a_table_needs_comes_along() {
    let source = Source::new(
        "CREATE SCHEMA kinds; CREATE SCHEMA other; CREATE SCHEMA unused;
         CREATE TYPE kinds.mood AS ENUM ('good', 'bad'); CREATE TYPE kinds.pair AS (a int, b kinds.mood);
         CREATE FUNCTION kinds.is_fine(numeric) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 >= 0';
         CREATE DOMAIN kinds.price AS numeric CHECK (kinds.is_fine(VALUE));
         CREATE SEQUENCE other.number START 100;
         CREATE FUNCTION other.now_or_later() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()';
         CREATE FUNCTION other.norm(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
         CREATE FUNCTION other.short(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT length($1) < 9';
         CREATE FUNCTION other.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TABLE public.item (
             id serial PRIMARY KEY, number int DEFAULT nextval('other.number'), mood kinds.mood, pairs kinds.pair[],
             price kinds.price, at timestamptz DEFAULT other.now_or_later(), name text CHECK (other.short(name)));
         CREATE INDEX item_norm ON public.item (other.norm(name));
         CREATE TRIGGER touch BEFORE UPDATE ON public.item FOR EACH ROW EXECUTE FUNCTION other.touch();
         INSERT INTO public.item (mood, price, name) VALUES ('good', 1, 'A'), ('bad', 2, 'B');",
    );
    let (target, outcome) = source.copy(&["--tables", "item"]);
    outcome.expect_done();
    source.0.psql("DROP SCHEMA unused");
    oracle::assert_same(&source.0, &target);
}

#[test]
fn an_extension_comes_along_with_what_uses_it() {
    let source = Source::new("");
    let missing = ["citext", "btree_gist", "hstore"].into_iter().find(|extension| !source.0.has_extension(extension));
    if let Some(missing) = missing {
        eprintln!("skipped: there is no extension {missing}");
        return;
    }
    source.0.psql(
        "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION btree_gist; CREATE EXTENSION hstore SCHEMA ext;
         CREATE TABLE a (name ext.citext); INSERT INTO a VALUES ('x');
         CREATE TABLE b (x int, during tsrange, EXCLUDE USING gist (x WITH =, during WITH &&))",
    );
    let extensions = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql'";
    for (tables, names) in [("a", "citext"), ("b", "btree_gist"), ("*", "btree_gist citext")] {
        let (target, outcome) = source.copy(&["--tables", tables]);
        outcome.expect_done();
        assert_eq!(target.value(extensions), names, "{tables}");
    }
}

#[test]
fn what_reaches_outside_the_selection_stays_behind_and_is_named() {
    let source = Source::new(
        "CREATE TABLE outside (id int PRIMARY KEY); INSERT INTO outside VALUES (1);
         CREATE TABLE inside (id int PRIMARY KEY, other int REFERENCES outside, own int REFERENCES inside);
         INSERT INTO inside VALUES (1, 1, 1);
         CREATE VIEW both_of_them AS SELECT i.id FROM inside i JOIN outside o ON o.id = i.other;
         CREATE VIEW above AS SELECT * FROM both_of_them;
         CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM outside;
         CREATE FUNCTION takes_row(outside) RETURNS int LANGUAGE sql AS 'SELECT 1';
         CREATE FUNCTION on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER plain BEFORE INSERT ON inside FOR EACH ROW EXECUTE FUNCTION on_change();
         CREATE TRIGGER watch BEFORE UPDATE ON inside FOR EACH ROW WHEN (takes_row(NULL::outside) = 1)
             EXECUTE FUNCTION on_change();
         ALTER TABLE inside ENABLE ROW LEVEL SECURITY;
         CREATE POLICY sees ON inside USING (EXISTS (SELECT FROM outside WHERE outside.id = inside.other));
         CREATE POLICY own ON inside USING (id > 0);
         CREATE RULE log AS ON UPDATE TO inside DO ALSO INSERT INTO outside VALUES (2);",
    );
    let selection = ["--tables", "inside both_of_them above counted"];
    let (target, outcome) = source.copy(&selection);
    insta::assert_snapshot!(left_out(&outcome), @r#"
    exit code: 0
    left out by request or by design:
      constraint inside_other_fkey on public.inside: it needs table public.outside, which is not copied
      function public.takes_row(public.outside): it needs table public.outside, which is not copied
      materialized view public.counted: it needs table public.outside, which is not copied
      policy sees on public.inside: it needs table public.outside, which is not copied
      rule log on public.inside: it needs table public.outside, which is not copied
      trigger watch on public.inside: it needs table public.outside, which is not copied
      view public.above: it needs view public.both_of_them, which is not copied
      view public.both_of_them: it needs table public.outside, which is not copied
    "#);
    assert_eq!(target.value(RELATIONS), "inside");
    assert_eq!(target.value("SELECT string_agg(tgname, ' ') FROM pg_trigger WHERE NOT tgisinternal"), "plain");
    assert_eq!(target.value("SELECT string_agg(polname, ' ') FROM pg_policy"), "own");
    assert_eq!(
        target.value("SELECT string_agg(conname, ' ') FROM pg_constraint WHERE contype = 'f'"),
        "inside_own_fkey"
    );
    assert_eq!(target.value("SELECT count(*) FROM inside"), "1");
    insta::assert_snapshot!(source.left_out(&["--exclude-tables", "outside"]), @r#"
    exit code: 0
    left out by request or by design:
      constraint inside_other_fkey on public.inside: it needs table public.outside, which is not copied
      function public.takes_row(public.outside): it needs table public.outside, which is not copied
      materialized view public.counted: it needs table public.outside, which is not copied
      policy sees on public.inside: it needs table public.outside, which is not copied
      rule log on public.inside: it needs table public.outside, which is not copied
      trigger watch on public.inside: it needs table public.outside, which is not copied
      view public.above: it needs view public.both_of_them, which is not copied
      view public.both_of_them: it needs table public.outside, which is not copied
    "#);
}

#[test]
fn a_table_does_not_come_without_what_it_cannot_be_without() {
    let source = Source::new(
        "CREATE TABLE parent (x int); CREATE TABLE child (y int) INHERITS (parent); CREATE TABLE used (a int);
         CREATE TABLE user_of_row (r used)",
    );
    for (tables, expected) in [
        ("child", "cannot copy table public.child without table public.parent"),
        ("user_of_row", "cannot copy table public.user_of_row without table public.used"),
    ] {
        let (target, outcome) = source.copy(&["--tables", tables]);
        assert_eq!(
            outcome.failure(),
            format!("exit code: 1\nerror: {expected}\nhint: add it to --tables, or leave both out\n")
        );
        assert_eq!(target.value(RELATIONS), "");
    }
    assert_eq!(source.relations(&["--tables", "parent child"]), "child parent");
    assert_eq!(source.relations(&["--tables", "parent"]), "parent");
}

#[test]
fn partitions() {
    let source = Source::new(
        "CREATE TABLE log (id int, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
         CREATE TABLE log_old PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
         CREATE TABLE log_new PARTITION OF log FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
         CREATE TABLE log_new_1 PARTITION OF log_new FOR VALUES IN (1);
         CREATE TABLE log_new_rest PARTITION OF log_new DEFAULT;
         CREATE INDEX ON log (day);
         INSERT INTO log VALUES (1, '2020-05-05'), (1, '2021-05-05'), (2, '2021-05-05');",
    );
    assert_eq!(source.relations(&["--tables", "log"]), "log log_new log_new_1 log_new_rest log_old");
    assert_eq!(source.relations(&["--tables", "log_new"]), "log_new log_new_1 log_new_rest");
    let (target, outcome) = source.copy(&["--tables", "log"]);
    outcome.expect_done();
    oracle::assert_same(&source.0, &target);

    let (target, outcome) = source.copy(&["--tables", "log_old"]);
    insta::assert_snapshot!(left_out(&outcome), @r#"
    exit code: 0
    left out by request or by design:
      the attachment of table public.log_old: it needs table public.log, which is not copied
    "#);
    assert_eq!(target.value(RELATIONS), "log_old");
    assert_eq!(target.value("SELECT count(*) FROM log_old"), "1");
    assert_eq!(
        target.value(
            "SELECT string_agg(conname, ' ') FROM pg_constraint WHERE conrelid = 'log_old'::regclass AND contype <> 'n'"
        ),
        "log_old_pkey"
    );

    let (target, outcome) = source.copy(&["--exclude-tables", "log_old"]);
    assert_eq!(left_out(&outcome).trim(), "exit code: 0");
    assert_eq!(target.value(RELATIONS), "log log_new log_new_1 log_new_rest");
    assert_eq!(target.value("SELECT count(*) FROM log"), "2");
    assert_eq!(target.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
}

/// The operators, collations and text search configurations that are not the server's.
const EXTENDING: &str = "
    SELECT coalesce(string_agg(name, ' ' ORDER BY name), '')
      FROM (SELECT oprname, oid FROM pg_operator UNION ALL SELECT collname, oid FROM pg_collation
            UNION ALL SELECT cfgname, oid FROM pg_ts_config) AS object (name, oid)
     WHERE oid >= 16384";

#[test]
fn what_no_table_needs_comes_with_a_whole_database_alone() {
    let source = Source::new(
        "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
         CREATE COLLATION german (LOCALE = 'C');
         CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
         CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION on_ddl();
         CREATE FOREIGN DATA WRAPPER wrapper; CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
         CREATE FOREIGN TABLE far_away (x int) SERVER far;
         CREATE TABLE t (x int); INSERT INTO t VALUES (1), (2); CREATE PUBLICATION p FOR TABLE t;
         CREATE VIEW words AS SELECT to_tsvector('public.plain'::regconfig, 'a') AS vector FROM t;
         CREATE SCHEMA unrelated; CREATE TABLE unrelated.t (x int);",
    );
    let (target, outcome) = source.copy(&[]);
    insta::assert_snapshot!(left_out(&outcome), @r#"
    exit code: 0
    left out by request or by design:
      rows of foreign table public.far_away: they are on server far
    "#);
    assert_eq!(target.value(RELATIONS), "t words unrelated.t");
    assert_eq!(target.value(EXTENDING), "=== german plain");
    // Nothing of all that was asked for here.
    for (pattern, table) in [("unrelated.*", "unrelated.t"), ("t", "t")] {
        let (target, _) = source.copy(&["--tables", pattern]);
        assert_eq!(target.value(RELATIONS), table);
        assert_eq!(target.value(EXTENDING), "");
    }
}

#[test]
fn a_collation_comes_along_with_the_table_that_needs_it() {
    let source = Source::new(
        "CREATE COLLATION german (LOCALE = 'C'); CREATE TABLE a (x int); CREATE TABLE b (name text COLLATE german)",
    );
    for (table, collation) in [("a", ""), ("b", "german")] {
        let (target, outcome) = source.copy(&["--tables", table]);
        assert_eq!(left_out(&outcome).trim(), "exit code: 0");
        assert_eq!(target.value(RELATIONS), table);
        assert_eq!(target.value(EXTENDING), collation);
    }
}

#[test]
fn what_is_in_no_schema_comes_with_a_selection_on_request() {
    let cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(
        "CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY);
         CREATE PUBLICATION two FOR TABLE app.t, other; CREATE FOREIGN DATA WRAPPER wrapper;
         CREATE FUNCTION at_end() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER ended ON ddl_command_end EXECUTE FUNCTION at_end()",
    );
    let extensions = if source.has_extension("pg_trgm") { "1" } else { "0" };
    if extensions == "1" {
        source.psql("CREATE EXTENSION pg_trgm");
    }
    let found = "SELECT (SELECT count(*) FROM pg_publication_tables WHERE tablename = 't'),
                        (SELECT count(*) FROM pg_foreign_data_wrapper), (SELECT count(*) FROM pg_event_trigger),
                        (SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'), to_regclass('other')";
    let run = |arguments: &[&str]| {
        Run::snapshot(&source.url(), &target.url()).args(["--schemas", "app"]).args(arguments).outcome().expect_done()
    };
    run(&[]);
    assert_eq!(target.query(found).concat(), ["0", "0", "0", "0", "\\N"]);
    let outcome = run(&["--clean", "--include-global-db-objects"]);
    assert_eq!(target.query(found).concat(), ["1", "1", "1", extensions, "\\N"]);
    assert!(
        outcome.stdout.contains("publication two (for public.other): it needs table public.other"),
        "{}",
        outcome.stdout
    );
}
