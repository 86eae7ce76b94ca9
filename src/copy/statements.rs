//! The texts of the COPY pair of a chunk. Pure.

use crate::ddl::sql::{ident, idents, literal};
use crate::plan::load::{Chunk, CopyFormat, TableLoad};

/// How long a chunk's COPY may wait for its lock on a table that only a lock of its own keeps still.
pub(crate) const LOCK_LIMIT: &str = "SET LOCAL lock_timeout = '30s'";

/// The same for a table that is held. Whoever is before us waits for the end of the copy, so there is nothing to wait for.
pub(crate) const LOCK_LIMIT_HELD: &str = "SET LOCAL lock_timeout = '1s'";

/// Lets a commit of the session wait for the disk: without a ledger nobody could tell what a crash takes back.
pub(crate) const COMMIT_TO_DISK: &str = "SET synchronous_commit = on";

/// Keeps the locks of the session that lends itself, whatever becomes of the chunk it reads.
pub(crate) const SAVEPOINT_OF_HOLDER: &str = "SAVEPOINT chunk; ";

/// Behind the chunk.
pub(crate) const BACK_TO_SAVEPOINT_OF_HOLDER: &str = "ROLLBACK TO SAVEPOINT chunk; RELEASE SAVEPOINT chunk";

/// Begins a transaction on the target whose foreign keys are checked at its end, where they can be.
pub(crate) const BEGIN_DEFERRED: &str = "BEGIN; SET CONSTRAINTS ALL DEFERRED";

/// Ends the target's transaction.
pub(crate) const COMMIT: &str = "COMMIT";

/// Reads a chunk on the source.
///
/// A whole table is read by `COPY table`, which costs less than a query and, of an inheritance parent, takes its own rows
/// alone.
#[must_use]
pub(crate) fn copy_out(load: &TableLoad, chunk: Chunk) -> String {
    copy_out_as(load, chunk, load.format)
}

/// The same in any format.
#[must_use]
pub(crate) fn copy_out_as(load: &TableLoad, chunk: Chunk, format: CopyFormat) -> String {
    let table = load.table.sql();
    let options = format_option(format);
    if let Some(filter) = &load.filter {
        let columns = idents(&load.columns);
        return format!("COPY (SELECT {columns} FROM ONLY {table} {}) TO STDOUT ({options})", filter.condition);
    }
    if chunk == Chunk::Whole && load.predicates.is_empty() {
        return format!("COPY {table}{} TO STDOUT ({options})", column_list(&load.columns));
    }
    let columns = idents(&load.columns);
    format!("COPY (SELECT {columns} FROM ONLY {table}{}) TO STDOUT ({options})", condition(load, chunk))
}

/// A statement that means what the user's conditions mean, to see whether the server understands them.
#[must_use]
pub(crate) fn conditions(load: &TableLoad) -> String {
    format!("SELECT FROM ONLY {}{}", load.table.sql(), condition(load, Chunk::Whole))
}

/// An expression as it was typed, on a line of its own: it may end with a comment.
#[must_use]
fn in_brackets(expression: &str) -> String {
    format!("({expression}\n)")
}

/// Opens the target's transaction for a chunk and writes the chunk. The transaction is left open, so that the row counts can
/// be compared before it commits.
#[must_use]
pub(crate) fn copy_in(load: &TableLoad, chunk: Chunk) -> String {
    let table = load.table.sql();
    let columns = column_list(&load.columns);
    let options = format_option(load.format);
    if let Some(filter) = load.filter.as_ref().filter(|filter| filter.replaces) {
        return format!(
            "BEGIN; DELETE FROM ONLY {table} {}; COPY {table}{columns} FROM STDIN ({options})",
            filter.condition
        );
    }
    // Rows are frozen only in a table that the same transaction truncated.
    if load.is_frozen() && chunk == Chunk::Whole {
        format!("BEGIN; TRUNCATE ONLY {table}; COPY {table}{columns} FROM STDIN ({options}, FREEZE)")
    } else {
        format!("BEGIN; {}", copy_rows_in(load))
    }
}

/// Writes rows, inside a transaction that is there already.
#[must_use]
pub(crate) fn copy_rows_in(load: &TableLoad) -> String {
    let (table, columns) = (load.through.as_ref().unwrap_or(&load.table).sql(), column_list(&load.columns));
    format!("COPY {table}{columns} FROM STDIN ({})", format_option(load.format))
}

/// Returns the ctids of the rows of a chunk that take up the most, as they are stored, in one text with spaces between them.
#[must_use]
pub(crate) fn largest_rows(load: &TableLoad, chunk: Chunk, count: usize) -> String {
    let sizes: Vec<String> = load
        .columns
        .iter()
        .map(|column| format!("COALESCE(pg_catalog.pg_column_size({})::pg_catalog.int8, 0)", ident(column)))
        .collect();
    let size = if sizes.is_empty() { "0".to_owned() } else { sizes.join(" + ") };
    let (table, condition) = (load.table.sql(), condition(load, chunk));
    format!(
        "SELECT pg_catalog.string_agg(largest.place, ' ') FROM (SELECT {ctid}::pg_catalog.text AS place FROM ONLY {table}{condition} \
         ORDER BY {size} DESC, {ctid} LIMIT {count}) AS largest",
        ctid = ident("ctid")
    )
}

/// Reads one row on the source.
#[must_use]
pub(crate) fn copy_row_out(load: &TableLoad, ctid: &str) -> String {
    let (columns, table, options) = (idents(&load.columns), load.table.sql(), format_option(load.format));
    let place = literal(ctid);
    format!(
        "COPY (SELECT {columns} FROM ONLY {table} WHERE \"ctid\" OPERATOR(pg_catalog.=) {place}::pg_catalog.tid) TO STDOUT ({options})"
    )
}

pub(super) fn format_option(format: CopyFormat) -> &'static str {
    match format {
        CopyFormat::Binary => "FORMAT binary",
        CopyFormat::Text => "FORMAT text",
    }
}

/// ` (a, b)`. Left out when no column travels: an empty list is a syntax error, and none stands for every column that is
/// not generated, which then is none.
fn column_list(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" ({})", idents(columns)) }
}

/// ` WHERE …`, which holds for the rows of a chunk that travel. Qualified, because `ctid >= tid` has to be the operator that a TID
/// range scan can use, and `search_path` is empty.
#[must_use]
pub(crate) fn condition(load: &TableLoad, chunk: Chunk) -> String {
    let (column, first, end) = match chunk {
        Chunk::Whole => ("", None, None),
        Chunk::Blocks(range) => {
            let tid = |block| format!("'({block},0)'::pg_catalog.tid");
            ("ctid", range.first.map(tid), range.end.map(tid))
        }
        Chunk::Keys(range) => {
            let key = |value| format!("'{value}'::pg_catalog.int8");
            (load.key_column.as_deref().unwrap_or_default(), range.first.map(key), range.end.map(key))
        }
    };
    let column = ident(column);
    let first = first.map(|first| format!("{column} OPERATOR(pg_catalog.>=) {first}"));
    let end = end.map(|end| format!("{column} OPERATOR(pg_catalog.<) {end}"));
    let predicates = load.predicates.iter().map(|text| in_brackets(text));
    let conditions: Vec<String> = first.into_iter().chain(end).chain(predicates).collect();
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::sql::QualifiedName;
    use crate::plan::load::{BlockRange, FREEZE_BYTES_MIN, KeyRange, RowFilter};

    fn load() -> TableLoad {
        TableLoad {
            relation: 1,
            table: QualifiedName::new("public", "t"),
            columns: vec!["id".into(), r#"a"b"#.into()],
            format: CopyFormat::Binary,
            created_here: true,
            chunks: vec![Chunk::Whole],
            key_column: None,
            bytes_estimate: FREEZE_BYTES_MIN,
            chunking_reason: "",
            text_reason: None,
            through: None,
            filter: None,
            predicates: Vec::new(),
            merge: None,
            level: 0,
            turn: None,
        }
    }

    fn blocks(first: Option<u32>, end: Option<u32>) -> Chunk {
        Chunk::Blocks(BlockRange { first, end })
    }

    #[test]
    fn a_whole_table_is_read_by_plain_copy_and_loaded_frozen() {
        let load = load();
        assert_eq!(copy_out(&load, Chunk::Whole), r#"COPY "public"."t" ("id", "a""b") TO STDOUT (FORMAT binary)"#);
        assert_eq!(
            copy_in(&load, Chunk::Whole),
            r#"BEGIN; TRUNCATE ONLY "public"."t"; COPY "public"."t" ("id", "a""b") FROM STDIN (FORMAT binary, FREEZE)"#
        );
    }

    #[test]
    fn rows_that_were_there_before_are_never_truncated() {
        let load = TableLoad { created_here: false, format: CopyFormat::Text, ..load() };
        assert_eq!(copy_in(&load, Chunk::Whole), r#"BEGIN; COPY "public"."t" ("id", "a""b") FROM STDIN (FORMAT text)"#);
    }

    #[test]
    fn small_tables_are_not_worth_a_truncate() {
        let load = TableLoad { bytes_estimate: FREEZE_BYTES_MIN - 1, ..load() };
        assert_eq!(
            copy_in(&load, Chunk::Whole),
            r#"BEGIN; COPY "public"."t" ("id", "a""b") FROM STDIN (FORMAT binary)"#
        );
    }

    #[test]
    fn a_block_range_is_read_by_ctid() {
        let load = load();
        assert_eq!(
            copy_out(&load, blocks(Some(10), Some(20))),
            r#"COPY (SELECT "id", "a""b" FROM ONLY "public"."t" WHERE "ctid" OPERATOR(pg_catalog.>=) '(10,0)'::pg_catalog.tid AND "ctid" OPERATOR(pg_catalog.<) '(20,0)'::pg_catalog.tid) TO STDOUT (FORMAT binary)"#
        );
        assert!(copy_out(&load, blocks(None, Some(10))).contains(r#"WHERE "ctid" OPERATOR(pg_catalog.<) '(10,0)'"#));
        assert!(
            copy_out(&load, blocks(Some(10), None)).ends_with("'(10,0)'::pg_catalog.tid) TO STDOUT (FORMAT binary)")
        );
        assert_eq!(
            copy_in(&load, blocks(None, Some(10))),
            r#"BEGIN; COPY "public"."t" ("id", "a""b") FROM STDIN (FORMAT binary)"#
        );
    }

    #[test]
    fn a_range_of_keys_is_read_by_the_key_column() {
        let load = TableLoad { key_column: Some("Id".to_owned()), ..load() };
        let keys = |first, end| copy_out(&load, Chunk::Keys(KeyRange { first, end }));
        assert_eq!(
            keys(Some(-5), Some(9)),
            r#"COPY (SELECT "id", "a""b" FROM ONLY "public"."t" WHERE "Id" OPERATOR(pg_catalog.>=) '-5'::pg_catalog.int8 AND "Id" OPERATOR(pg_catalog.<) '9'::pg_catalog.int8) TO STDOUT (FORMAT binary)"#
        );
        assert!(keys(None, Some(9)).contains(r#"WHERE "Id" OPERATOR(pg_catalog.<) '9'"#));
    }

    #[test]
    fn the_largest_rows_of_a_chunk_are_found_by_what_they_take_up() {
        assert_eq!(
            largest_rows(&load(), blocks(None, Some(10)), 5),
            r#"SELECT pg_catalog.string_agg(largest.place, ' ') FROM (SELECT "ctid"::pg_catalog.text AS place FROM ONLY "public"."t" WHERE "ctid" OPERATOR(pg_catalog.<) '(10,0)'::pg_catalog.tid ORDER BY COALESCE(pg_catalog.pg_column_size("id")::pg_catalog.int8, 0) + COALESCE(pg_catalog.pg_column_size("a""b")::pg_catalog.int8, 0) DESC, "ctid" LIMIT 5) AS largest"#
        );
        assert_eq!(
            copy_row_out(&load(), "(3,1)"),
            r#"COPY (SELECT "id", "a""b" FROM ONLY "public"."t" WHERE "ctid" OPERATOR(pg_catalog.=) '(3,1)'::pg_catalog.tid) TO STDOUT (FORMAT binary)"#
        );
    }

    #[test]
    fn rows_that_may_belong_into_another_partition_go_through_the_root_unfrozen() {
        let load = TableLoad { through: Some(QualifiedName::new("public", "root")), ..load() };
        assert_eq!(copy_out(&load, Chunk::Whole), r#"COPY "public"."t" ("id", "a""b") TO STDOUT (FORMAT binary)"#);
        assert_eq!(
            copy_in(&load, Chunk::Whole),
            r#"BEGIN; COPY "public"."root" ("id", "a""b") FROM STDIN (FORMAT binary)"#
        );
    }

    #[test]
    fn a_condition_chooses_the_rows_that_travel_and_those_that_go() {
        let filter = |replaces| Some(RowFilter { condition: "WHERE id > 9".to_owned(), replaces });
        let load = TableLoad { filter: filter(true), ..load() };
        assert_eq!(
            copy_out(&load, Chunk::Whole),
            r#"COPY (SELECT "id", "a""b" FROM ONLY "public"."t" WHERE id > 9) TO STDOUT (FORMAT binary)"#
        );
        assert_eq!(
            copy_in(&load, Chunk::Whole),
            r#"BEGIN; DELETE FROM ONLY "public"."t" WHERE id > 9; COPY "public"."t" ("id", "a""b") FROM STDIN (FORMAT binary)"#
        );
        let load = TableLoad { filter: filter(false), created_here: false, ..load };
        assert!(copy_in(&load, Chunk::Whole).starts_with(r#"BEGIN; COPY "public"."t""#));
    }

    #[test]
    fn predicates_of_the_users_choose_among_all_rows_or_a_range() {
        let load = TableLoad { predicates: vec!["a > 1 -- so".to_owned(), "b".to_owned()], ..load() };
        assert_eq!(
            copy_out(&load, Chunk::Whole),
            "COPY (SELECT \"id\", \"a\"\"b\" FROM ONLY \"public\".\"t\" WHERE (a > 1 -- so\n) AND (b\n)) TO STDOUT (FORMAT binary)"
        );
        assert!(copy_out(&load, blocks(Some(3), None)).contains("'(3,0)'::pg_catalog.tid AND (a > 1 -- so\n) AND"));
    }

    #[test]
    fn a_table_without_columns_has_no_column_list() {
        let load = TableLoad { columns: Vec::new(), ..load() };
        assert_eq!(copy_out(&load, Chunk::Whole), r#"COPY "public"."t" TO STDOUT (FORMAT binary)"#);
        assert_eq!(
            copy_out(&load, blocks(None, Some(3))),
            r#"COPY (SELECT  FROM ONLY "public"."t" WHERE "ctid" OPERATOR(pg_catalog.<) '(3,0)'::pg_catalog.tid) TO STDOUT (FORMAT binary)"#
        );
    }
}
