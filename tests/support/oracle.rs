//! Whether two databases are the same, by authorities that are not pgsluice: `pg_dump` for the schema, digests computed by
//! the servers for the rows.

use std::env;
use std::fs;
use std::process::Command;

use similar::{ChangeTag, TextDiff};

use super::database::{Database, without_libpq_variables};
use super::installation;

/// One query for every relation with rows of its own and every sequence, then all of them run by psql's `\gexec`.
/// Columns are taken by name, because an inherited column may stand elsewhere in a copied child table; order of rows does
/// not matter to a sum. The text of a row keeps NULL, the empty string and the bounds of arrays apart. The schemas are named
/// too, because `pg_dump` is silent about a missing public.
const CONTENT: &str = r"
SELECT pg_catalog.set_config('search_path', '', false) AS unused \gset
SELECT nspname, 'schema', NULL, NULL FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY nspname;
SELECT format(
         CASE
           WHEN c.relkind = 'S' THEN
             'SELECT %1$L AS name, %4$L AS kind, last_value::text AS amount, is_called::text AS digest FROM %2$s'
           WHEN NOT c.relispopulated THEN
             'SELECT %1$L, %4$L, %5$L, NULL'
           ELSE
             'SELECT %1$L, %4$L, count(*)::text, sum(hashtextextended(ROW(%3$s)::text, 0)::numeric)::text FROM ONLY %2$s'
         END,
         n.nspname || '.' || c.relname,
         format('%I.%I', n.nspname, c.relname),
         (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)
            FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
         CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'rows' END,
         'not populated')
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm', 'S')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname, c.relname
\gexec
SELECT oid, 'large object', length(lo_get(oid)), md5(lo_get(oid)) FROM pg_largeobject_metadata ORDER BY oid;
";

/// Panics with every difference between the two databases: schema, rows, sequences, large objects.
pub(crate) fn assert_same(source: &Database, target: &Database) {
    if let Some(difference) = difference(source, target) {
        panic!("{difference}");
    }
}

/// What differs between the two databases, as text to read; None where nothing does.
pub(crate) fn difference(source: &Database, target: &Database) -> Option<String> {
    let schema = schema_difference(source, target);
    let content = content_difference(source, target);
    let parts: Vec<String> = schema.into_iter().chain(content).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// How many lines differ between the schemas as `pg_dump` writes them, added and removed ones together.
pub(crate) fn schema_lines_differing(source: &Database, target: &Database) -> usize {
    let (source, target) = (schema(source), schema(target));
    TextDiff::from_lines(&source, &target).iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
}

/// What differs between the schemas as `pg_dump` writes them.
pub(crate) fn schema_difference(source: &Database, target: &Database) -> Option<String> {
    diff("schema by pg_dump", &schema(source), &schema(target))
}

/// What differs in rows, sequence values, large objects and the names of schemas.
pub(crate) fn content_difference(source: &Database, target: &Database) -> Option<String> {
    diff("name | kind | amount | digest", &content(source), &content(target))
}

/// A database's schema as `pg_dump` writes it, without the lines that differ from one call to the next.
pub(crate) fn schema(database: &Database) -> String {
    let dump = dump(database, &["--schema-only"]);
    let kept = dump.lines().filter(|line| {
        !["\\restrict ", "\\unrestrict ", "-- Dumped from ", "-- Dumped by "]
            .iter()
            .any(|start| line.starts_with(start))
    });
    kept.filter_map(without_column_version).collect::<Vec<_>>().join("\n")
}

/// A line without the version of a column that newer servers keep among its options; an older `pg_dump` takes it for one of the
/// user's. It may follow another statement on the line.
fn without_column_version(line: &str) -> Option<String> {
    let Some((start, rest)) = line.split_once("SET (pg_attver=") else { return Some(line.to_owned()) };
    if let Some(others) = rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(", ") {
        return Some(format!("{start}SET ({others}"));
    }
    start.rsplit_once(';').map(|(before, _)| format!("{before};"))
}

/// One line for each relation: its name, how many rows it has, and their digest; for a sequence, its value.
pub(crate) fn content(database: &Database) -> String {
    let rows = database.query(CONTENT);
    rows.into_iter().map(|row| row.join(" | ").replace('\n', "\\n") + "\n").collect()
}

/// The output of `pg_dump` of a database. Panics where there is no `pg_dump` as new as the server.
pub(crate) fn dump(database: &Database, options: &[&str]) -> String {
    let (program, major) = installation::pg_dump();
    let server_major = database.cluster.installation.major;
    assert!(
        *major >= server_major,
        "the newest pg_dump found is {} of version {major}, too old for a server of version {server_major}: name one that \
         is new enough in PGSLUICE_TEST_PG_DUMP",
        program.display()
    );
    let mut command = without_libpq_variables(Command::new(program));
    let output = command.args(options).arg(database.url()).env("LC_ALL", "C").output().unwrap();
    assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the test databases are in UTF-8")
}

/// Copies a database by `pg_dump` and psql. An error of psql is returned as it wrote it.
pub(crate) fn copy_by_pg_dump(source: &Database, target: &Database) -> Result<(), String> {
    // What only a psql or a server as new as pg_dump knows.
    let new = ["\\restrict ", "\\unrestrict ", "SET transaction_timeout "];
    let dump = dump(source, &[]);
    let known = dump.lines().filter(|line| !new.iter().any(|start| line.starts_with(start)));
    let known = known.filter_map(without_column_version);
    let file = env::temp_dir().join(format!("pgsluice-dump-{}-{}.sql", source.cluster.port, source.name));
    fs::write(&file, known.collect::<Vec<_>>().join("\n")).unwrap();
    let result = target.psql_file(&file);
    fs::remove_file(file).unwrap();
    result.map(drop)
}

/// What differs between two texts, as text to read.
pub(crate) fn diff(title: &str, source: &str, target: &str) -> Option<String> {
    if source == target {
        return None;
    }
    let diff = TextDiff::from_lines(source, target);
    Some(format!("{title}\n{}", diff.unified_diff().context_radius(4).header("source", "target")))
}
