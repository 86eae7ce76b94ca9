//! The statements that merge a batch of rows into a table. Pure.

use crate::copy::statements::format_option;
use crate::ddl::sql::{ident, idents, join};
use crate::plan::load::{CopyFormat, TableLoad};
use crate::plan::merge::{Action, Arbiter, Column, Merge};

/// The temporary table that COPY puts a batch into.
const STAGING: &str = "pg_temp.pgsluice_rows";

/// What the target's table is called where both sides of a conflict are named.
const TARGET: &str = "pgsluice_target";

/// Rows by their place: the first and the last one of a range.
pub(super) type Range = (u64, u64);

/// Where a batch waits for its statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::copy) enum Staging {
    /// In a temporary table.
    Table,
    /// In arrays of text, one for each column, that are the statement's parameters: for users who may make no temporary tables.
    Parameters,
}

/// The statements of one table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statements<'a> {
    pub(super) load: &'a TableLoad,
    pub(super) merge: &'a Merge,
    pub(super) staging: Staging,
}

impl Statements<'_> {
    /// The format in which rows come.
    pub(super) fn format(&self) -> CopyFormat {
        match self.staging {
            Staging::Table => self.load.format,
            Staging::Parameters => CopyFormat::Text,
        }
    }

    /// Whether columns wait as text, whatever the target's are.
    fn is_text(&self) -> bool {
        self.merge.rejects || self.staging == Staging::Parameters
    }

    /// Makes the temporary table. It has the target's types, so that COPY reads values as it would for the target itself.
    pub(super) fn create(&self) -> String {
        let column = |of: &Column| {
            let (type_name, collate) =
                if self.is_text() { ("pg_catalog.text", "") } else { (&*of.type_name, &*of.collate) };
            format!("{} {type_name}{collate}", ident(&of.name))
        };
        let place =
            self.is_numbered().then(|| format!("{} pg_catalog.int8 GENERATED ALWAYS AS IDENTITY", self.place()));
        let columns = join(self.merge.columns.iter().map(column).chain(place));
        format!("DROP TABLE IF EXISTS {STAGING}; CREATE TEMPORARY TABLE {STAGING} ({columns}) ON COMMIT DELETE ROWS")
    }

    /// Begins a batch's transaction.
    ///
    /// A deferred constraint would refuse a row only at the end of the transaction, where nothing tells which.
    pub(super) fn begin(&self) -> &'static str {
        if self.merge.rejects { "BEGIN; SET CONSTRAINTS ALL IMMEDIATE" } else { "BEGIN" }
    }

    /// Brings rows into the temporary table.
    pub(super) fn copy(&self) -> String {
        let options = format_option(self.format());
        format!("COPY {STAGING} ({}) FROM STDIN ({options})", idents(&self.load.columns))
    }

    /// Merges the rows of a batch, or a range of them. It answers how many were inserted, how many were updated and, where keys
    /// may repeat, how many keys there were; in its command tag where there is no row of an answer.
    pub(super) fn merge(&self, range: Option<Range>) -> String {
        let table = self.load.through.as_ref().unwrap_or(&self.load.table).sql();
        let columns = idents(&self.load.columns);
        let overriding = if self.merge.overriding { " OVERRIDING SYSTEM VALUE" } else { "" };
        let insert = format!("INSERT INTO {table} AS {TARGET} ({columns}){overriding}");
        let order = if self.merge.ordered { format!(" ORDER BY {}", self.place()) } else { String::new() };
        let rows = self.rows(range);
        let (arbiter, set, repeats) = match &self.merge.action {
            Action::Insert => return format!("{insert} SELECT {columns} FROM ({rows}) AS r{order}"),
            Action::Nothing => {
                return format!("{insert} SELECT {columns} FROM ({rows}) AS r{order} ON CONFLICT DO NOTHING");
            }
            Action::Update { arbiter, set, repeats } => (arbiter, set, *repeats),
        };
        let (kept, source, keys) = if repeats {
            let kept = format!("kept AS MATERIALIZED ({}), ", self.last_of_each_key(&rows, arbiter));
            (kept, "kept".to_owned(), "(SELECT pg_catalog.count(*) FROM kept)")
        } else {
            (String::new(), format!("({rows}) AS r"), "NULL")
        };
        format!(
            "WITH {kept}merged AS ({insert} SELECT {columns} FROM {source}{order} ON CONFLICT ({}) {} \
             RETURNING ({TARGET}.xmax = 0) AS inserted) \
             SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), {keys} FROM merged",
            idents(&arbiter.columns),
            do_update(set),
        )
    }

    /// One row of a batch as a JSON object.
    pub(super) fn row_as_json(&self, place: u64) -> String {
        let (columns, rows) = (idents(&self.load.columns), self.waiting());
        format!(
            "SELECT pg_catalog.row_to_json(r) FROM (SELECT {columns} FROM {rows} WHERE {} = {place}) AS r",
            self.place()
        )
    }

    /// A batch's rows, as values of the target's types.
    fn rows(&self, range: Option<Range>) -> String {
        let value = |of: &Column| {
            let name = ident(&of.name);
            if self.is_text() { format!("CAST({name} AS {}){} AS {name}", of.base_type, of.collate) } else { name }
        };
        let place = self.is_numbered().then(|| self.place());
        let values = join(self.merge.columns.iter().map(value).chain(place));
        let condition = range
            .map_or_else(String::new, |(first, last)| format!(" WHERE {} BETWEEN {first} AND {last}", self.place()));
        format!("SELECT {values} FROM {}{condition}", self.waiting())
    }

    /// Where a batch waits, as FROM has it.
    fn waiting(&self) -> String {
        match self.staging {
            Staging::Table => STAGING.to_owned(),
            Staging::Parameters => {
                let arrays = join((1..=self.load.columns.len()).map(|number| format!("${number}::pg_catalog.text[]")));
                // The server takes several arrays only where the function is named without its schema.
                format!("unnest({arrays}) WITH ORDINALITY AS r ({}, {})", idents(&self.load.columns), self.place())
            }
        }
    }

    /// Of rows with the same key the last one, but with the key as the first one has it: so they would be there if they had come
    /// one by one, since an update leaves the key as it is.
    fn last_of_each_key(&self, rows: &str, arbiter: &Arbiter) -> String {
        let keys = join(arbiter.columns.iter().map(|key| format!("r.{}", ident(key))));
        let place = self.place();
        let value = |name: &String| {
            let name = ident(name);
            if arbiter.columns.iter().any(|key| ident(key) == name) {
                format!("pg_catalog.first_value(r.{name}) OVER same AS {name}")
            } else {
                format!("r.{name}")
            }
        };
        let values = join(self.load.columns.iter().map(value));
        format!(
            "SELECT DISTINCT ON ({keys}) {values}, r.{place} FROM ({rows}) AS r \
             WINDOW same AS (PARTITION BY {keys} ORDER BY r.{place}) ORDER BY {keys}, r.{place} DESC"
        )
    }

    /// Whether rows carry their place.
    fn is_numbered(&self) -> bool {
        self.merge.ordered || self.merge.rejects || self.staging == Staging::Parameters
    }

    /// The column of a row's place, named as none of the table's is.
    fn place(&self) -> String {
        let mut name = "pgsluice_row".to_owned();
        while self.load.columns.contains(&name) {
            name.push('_');
        }
        ident(&name)
    }
}

/// Rows that are there with the same values, byte by byte, stay as they are. Operators of the types will not do: json has none,
/// and for numeric 1.0 is 1.00.
fn do_update(set: &[String]) -> String {
    if set.is_empty() {
        return "DO NOTHING".to_owned();
    }
    let row =
        |of: &str| format!("ROW({})::pg_catalog.record", join(set.iter().map(|name| format!("{of}.{}", ident(name)))));
    let values = join(set.iter().map(|name| format!("{0} = EXCLUDED.{0}", ident(name))));
    format!("DO UPDATE SET {values} WHERE {} OPERATOR(pg_catalog.*<>) {}", row(TARGET), row("EXCLUDED"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::sql::QualifiedName;
    use crate::plan::load::Chunk;

    fn load(merge: &Merge) -> TableLoad {
        TableLoad {
            relation: 1,
            table: QualifiedName::new("public", "t"),
            columns: vec!["id".into(), "v".into()],
            format: CopyFormat::Binary,
            created_here: false,
            chunks: vec![Chunk::Whole],
            bytes_estimate: 0,
            chunking_reason: "",
            text_reason: None,
            through: None,
            key_column: None,
            filter: None,
            predicates: Vec::new(),
            merge: Some(merge.clone()),
            level: 0,
            turn: None,
        }
    }

    fn merge(action: Action) -> Merge {
        let column = |name: &str, type_name: &str, base_type: &str| Column {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            base_type: base_type.to_owned(),
            collate: String::new(),
        };
        Merge {
            action,
            columns: vec![column("id", "integer", "integer"), column("v", "numeric(9,2)", "numeric")],
            overriding: false,
            ordered: false,
            halved: false,
            one_batch: false,
            trigger: None,
            rejects: false,
        }
    }

    fn update(repeats: bool) -> Merge {
        let arbiter = Arbiter { name: "t_pkey".to_owned(), columns: vec!["id".to_owned()] };
        Merge { ordered: repeats, ..merge(Action::Update { arbiter, set: vec!["v".to_owned()], repeats }) }
    }

    fn text(merge: &Merge, staging: Staging) -> String {
        let load = load(merge);
        let statements = Statements { load: &load, merge, staging };
        let copy = format!("{}; {}", statements.begin(), statements.copy());
        [statements.create(), copy, statements.merge(None), statements.merge(Some((3, 5)))].join("\n")
    }

    #[test]
    fn an_update_sets_what_differs() {
        insta::assert_snapshot!(text(&update(false), Staging::Table), @r#"
        DROP TABLE IF EXISTS pg_temp.pgsluice_rows; CREATE TEMPORARY TABLE pg_temp.pgsluice_rows ("id" integer, "v" numeric(9,2)) ON COMMIT DELETE ROWS
        BEGIN; COPY pg_temp.pgsluice_rows ("id", "v") FROM STDIN (FORMAT binary)
        WITH merged AS (INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT "id", "v" FROM pg_temp.pgsluice_rows) AS r ON CONFLICT ("id") DO UPDATE SET "v" = EXCLUDED."v" WHERE ROW(pgsluice_target."v")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(EXCLUDED."v")::pg_catalog.record RETURNING (pgsluice_target.xmax = 0) AS inserted) SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), NULL FROM merged
        WITH merged AS (INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT "id", "v" FROM pg_temp.pgsluice_rows WHERE "pgsluice_row" BETWEEN 3 AND 5) AS r ON CONFLICT ("id") DO UPDATE SET "v" = EXCLUDED."v" WHERE ROW(pgsluice_target."v")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(EXCLUDED."v")::pg_catalog.record RETURNING (pgsluice_target.xmax = 0) AS inserted) SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), NULL FROM merged
        "#);
    }

    #[test]
    fn of_repeated_keys_the_last_row_counts() {
        insta::assert_snapshot!(text(&update(true), Staging::Table), @r#"
        DROP TABLE IF EXISTS pg_temp.pgsluice_rows; CREATE TEMPORARY TABLE pg_temp.pgsluice_rows ("id" integer, "v" numeric(9,2), "pgsluice_row" pg_catalog.int8 GENERATED ALWAYS AS IDENTITY) ON COMMIT DELETE ROWS
        BEGIN; COPY pg_temp.pgsluice_rows ("id", "v") FROM STDIN (FORMAT binary)
        WITH kept AS MATERIALIZED (SELECT DISTINCT ON (r."id") pg_catalog.first_value(r."id") OVER same AS "id", r."v", r."pgsluice_row" FROM (SELECT "id", "v", "pgsluice_row" FROM pg_temp.pgsluice_rows) AS r WINDOW same AS (PARTITION BY r."id" ORDER BY r."pgsluice_row") ORDER BY r."id", r."pgsluice_row" DESC), merged AS (INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM kept ORDER BY "pgsluice_row" ON CONFLICT ("id") DO UPDATE SET "v" = EXCLUDED."v" WHERE ROW(pgsluice_target."v")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(EXCLUDED."v")::pg_catalog.record RETURNING (pgsluice_target.xmax = 0) AS inserted) SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), (SELECT pg_catalog.count(*) FROM kept) FROM merged
        WITH kept AS MATERIALIZED (SELECT DISTINCT ON (r."id") pg_catalog.first_value(r."id") OVER same AS "id", r."v", r."pgsluice_row" FROM (SELECT "id", "v", "pgsluice_row" FROM pg_temp.pgsluice_rows WHERE "pgsluice_row" BETWEEN 3 AND 5) AS r WINDOW same AS (PARTITION BY r."id" ORDER BY r."pgsluice_row") ORDER BY r."id", r."pgsluice_row" DESC), merged AS (INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM kept ORDER BY "pgsluice_row" ON CONFLICT ("id") DO UPDATE SET "v" = EXCLUDED."v" WHERE ROW(pgsluice_target."v")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(EXCLUDED."v")::pg_catalog.record RETURNING (pgsluice_target.xmax = 0) AS inserted) SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), (SELECT pg_catalog.count(*) FROM kept) FROM merged
        "#);
    }

    #[test]
    fn rows_that_are_there_stay() {
        insta::assert_snapshot!(text(&merge(Action::Nothing), Staging::Table), @r#"
        DROP TABLE IF EXISTS pg_temp.pgsluice_rows; CREATE TEMPORARY TABLE pg_temp.pgsluice_rows ("id" integer, "v" numeric(9,2)) ON COMMIT DELETE ROWS
        BEGIN; COPY pg_temp.pgsluice_rows ("id", "v") FROM STDIN (FORMAT binary)
        INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT "id", "v" FROM pg_temp.pgsluice_rows) AS r ON CONFLICT DO NOTHING
        INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT "id", "v" FROM pg_temp.pgsluice_rows WHERE "pgsluice_row" BETWEEN 3 AND 5) AS r ON CONFLICT DO NOTHING
        "#);
    }

    #[test]
    fn rows_that_may_be_rejected_wait_as_text() {
        insta::assert_snapshot!(text(&Merge { rejects: true, ..merge(Action::Insert) }, Staging::Table), @r#"
        DROP TABLE IF EXISTS pg_temp.pgsluice_rows; CREATE TEMPORARY TABLE pg_temp.pgsluice_rows ("id" pg_catalog.text, "v" pg_catalog.text, "pgsluice_row" pg_catalog.int8 GENERATED ALWAYS AS IDENTITY) ON COMMIT DELETE ROWS
        BEGIN; SET CONSTRAINTS ALL IMMEDIATE; COPY pg_temp.pgsluice_rows ("id", "v") FROM STDIN (FORMAT binary)
        INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT CAST("id" AS integer) AS "id", CAST("v" AS numeric) AS "v", "pgsluice_row" FROM pg_temp.pgsluice_rows) AS r
        INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT CAST("id" AS integer) AS "id", CAST("v" AS numeric) AS "v", "pgsluice_row" FROM pg_temp.pgsluice_rows WHERE "pgsluice_row" BETWEEN 3 AND 5) AS r
        "#);
    }

    #[test]
    fn without_a_temporary_table_rows_are_parameters() {
        insta::assert_snapshot!(text(&update(false), Staging::Parameters), @r#"
        DROP TABLE IF EXISTS pg_temp.pgsluice_rows; CREATE TEMPORARY TABLE pg_temp.pgsluice_rows ("id" pg_catalog.text, "v" pg_catalog.text, "pgsluice_row" pg_catalog.int8 GENERATED ALWAYS AS IDENTITY) ON COMMIT DELETE ROWS
        BEGIN; COPY pg_temp.pgsluice_rows ("id", "v") FROM STDIN (FORMAT text)
        WITH merged AS (INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT CAST("id" AS integer) AS "id", CAST("v" AS numeric) AS "v", "pgsluice_row" FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[]) WITH ORDINALITY AS r ("id", "v", "pgsluice_row")) AS r ON CONFLICT ("id") DO UPDATE SET "v" = EXCLUDED."v" WHERE ROW(pgsluice_target."v")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(EXCLUDED."v")::pg_catalog.record RETURNING (pgsluice_target.xmax = 0) AS inserted) SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), NULL FROM merged
        WITH merged AS (INSERT INTO "public"."t" AS pgsluice_target ("id", "v") SELECT "id", "v" FROM (SELECT CAST("id" AS integer) AS "id", CAST("v" AS numeric) AS "v", "pgsluice_row" FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[]) WITH ORDINALITY AS r ("id", "v", "pgsluice_row") WHERE "pgsluice_row" BETWEEN 3 AND 5) AS r ON CONFLICT ("id") DO UPDATE SET "v" = EXCLUDED."v" WHERE ROW(pgsluice_target."v")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(EXCLUDED."v")::pg_catalog.record RETURNING (pgsluice_target.xmax = 0) AS inserted) SELECT pg_catalog.count(*) FILTER (WHERE inserted), pg_catalog.count(*) FILTER (WHERE NOT inserted), NULL FROM merged
        "#);
    }
}
