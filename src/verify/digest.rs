//! The SQL of a digest: numbers that are equal for equal rows, whatever their order, computed where the rows are. Pure.
//!
//! A row becomes one hash: its columns by name, one after the other, each hashed as text with the hash of those before it as the
//! seed. So no expression is larger than one value, and values that change places between rows or columns change the digest. A
//! table becomes the number of its rows and two sums over their hashes, which add up over parts of the table.
//!
//! `hashtextextended` is what places rows into hash partitions, and `pg_upgrade` leaves them where they are: it cannot change from
//! version to version. It costs as much as COPY does, md5 of whole rows twice that. Only servers of another byte order hash
//! otherwise; `sql/verify/probe.sql` tells.

use crate::ddl::sql::{ident, join};

/// Columns of one chain of hashes: each is inside the next one's expression, and the server's parser has a limit of depth.
const CHAIN_COLUMNS: usize = 32;

/// Characters of a key's value that are read to be shown.
pub(super) const KEY_CHARACTERS: usize = 200;

/// Types whose cast to text says everything that their output function says, and costs less than calling it through `concat`. Those
/// that users make may have casts of their own, and the output of xml is without the encoding that its text begins with.
const TYPES_CAST_TO_TEXT: [&str; 18] = [
    "bigint",
    "boolean",
    "cidr",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "json",
    "jsonb",
    "numeric",
    "real",
    "smallint",
    "text",
    "time",
    "timestamp",
    "character varying",
    "uuid",
];

/// A column that is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    /// Its name on both sides.
    pub(super) name: String,
    /// How its values become what is hashed.
    pub(super) image: Image,
}

/// What of a value is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Image {
    /// A cast to text.
    Cast,
    /// What the type's output function writes.
    Output,
    /// Its bytes: of bytea, whose text is twice as long and may be longer than a value can be.
    Bytes,
}

impl Image {
    /// What is hashed of a column with these types on the two sides.
    pub(super) fn of(source: &str, target: &str) -> Self {
        if source == "bytea" && target == "bytea" {
            return Self::Bytes;
        }
        let is_cast = |name: &str| {
            let modified = |rest: &str| rest.is_empty() || (rest.starts_with(['(', ' ']) && !rest.ends_with(']'));
            let mut known = TYPES_CAST_TO_TEXT.iter().filter_map(|known| name.strip_prefix(known));
            known.any(modified)
        };
        if is_cast(source) && is_cast(target) { Self::Cast } else { Self::Output }
    }
}

/// In which bytes text is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// In the databases' own, which is the same, or not known of one of them.
    Own,
    /// In UTF-8, because it differs.
    Converted,
}

/// A value as text.
fn text(column: &Column) -> String {
    let name = ident(&column.name);
    match column.image {
        Image::Cast => format!("{name}::pg_catalog.text"),
        Image::Output | Image::Bytes => format!("pg_catalog.concat({name})"),
    }
}

/// One value's hash, seeded with the hash of those before it. NULL hashes as the empty value does from another seed.
fn link(column: &Column, encoding: Encoding, before: &str) -> String {
    let name = ident(&column.name);
    let seed = format!("({before} OPERATOR(pg_catalog.#) ({name} IS NULL)::pg_catalog.int4::pg_catalog.int8)");
    // A composite whose columns are all NULL is NULL by SQL's words and has a text all the same.
    let value = format!("COALESCE({}, '')", text(column));
    match (column.image, encoding) {
        (Image::Bytes, _) => {
            format!("pg_catalog.hash_array_extended(ARRAY[COALESCE({name}, ''::pg_catalog.bytea)], {seed})")
        }
        (_, Encoding::Own) => {
            format!("pg_catalog.hashtextextended({value} COLLATE pg_catalog.\"C\", {seed})")
        }
        (_, Encoding::Converted) => {
            format!("pg_catalog.hash_array_extended(ARRAY[pg_catalog.convert_to({value}, 'UTF8')], {seed})")
        }
    }
}

/// The hash of a row's columns in their order.
fn hash(columns: &[Column], encoding: Encoding) -> String {
    let zero = || "0::pg_catalog.int8".to_owned();
    let mut chains = columns
        .chunks(CHAIN_COLUMNS)
        .map(|chain| chain.iter().fold(zero(), |before, column| link(column, encoding, &before)));
    let first = chains.next().unwrap_or_else(zero);
    let others: Vec<_> = chains.collect();
    if others.is_empty() {
        return first;
    }
    let all = join(std::iter::once(first).chain(others));
    format!("pg_catalog.hashtextextended(ARRAY[{all}]::pg_catalog.text COLLATE pg_catalog.\"C\", 0)")
}

/// What tells rows of a table from each other, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// Columns.
    Columns(Vec<Column>),
    /// Nothing but the whole row; it is named by its place.
    Row {
        /// Whether the place is in one of several tables.
        in_partitions: bool,
    },
}

/// How one table's rows are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digested {
    /// The columns, by name.
    pub(super) columns: Vec<Column>,
    /// The bytes of their text.
    pub(super) encoding: Encoding,
    /// Whether invalid text may be there, so that what is shown is not converted.
    pub(super) is_any_text: bool,
}

impl Digested {
    /// One row: `rows`, `first`, `second`.
    pub(super) fn digest(&self, from: &str) -> String {
        let hash = hash(&self.columns, self.encoding);
        // OFFSET keeps the hash from being computed once for each sum.
        format!("SELECT {SUMS} FROM (SELECT {hash} AS h FROM {from} OFFSET 0) AS digested")
    }

    /// Rows: `bucket`, `rows`, `first`, `second`, a bucket for every value of the lowest `bits` of the key's hash.
    pub(super) fn buckets(&self, from: &str, key: &Key, bits: u32, within: Option<&Buckets>) -> String {
        let keyed = self.keyed(from, key, None);
        let (mask, within) = (mask(bits), within.map_or_else(String::new, Buckets::condition));
        format!(
            "SELECT (k OPERATOR(pg_catalog.&) {mask}) AS bucket, {SUMS} FROM ({keyed}) AS digested{within} GROUP BY 1 ORDER BY 1"
        )
    }

    /// Rows: `key` (its hash), `row` (its hash), `rows`, `label`.
    pub(super) fn rows(&self, from: &str, key: &Key, within: Option<&Buckets>) -> String {
        let keyed = self.keyed(from, key, Some(self.label(key)));
        let within = within.map_or_else(String::new, Buckets::condition);
        format!(
            "SELECT k AS key, h AS row, pg_catalog.count(*) AS rows, pg_catalog.min(label) AS label \
             FROM ({keyed}) AS digested{within} GROUP BY k, h ORDER BY k, h"
        )
    }

    fn keyed(&self, from: &str, key: &Key, label: Option<String>) -> String {
        let row = hash(&self.columns, self.encoding);
        let label = label.map_or_else(String::new, |label| format!(", {label} AS label"));
        match key {
            Key::Columns(columns) => {
                let key = hash(columns, self.encoding);
                format!("SELECT {key} AS k, {row} AS h{label} FROM {from} OFFSET 0")
            }
            Key::Row { .. } => {
                let place = if label.is_empty() { "" } else { ", label" };
                format!("SELECT h AS k, h{place} FROM (SELECT {row} AS h{label} FROM {from} OFFSET 0) AS placed")
            }
        }
    }

    /// The values of a key as an array in text, each cut off where it is long.
    fn label(&self, key: &Key) -> String {
        let values = match key {
            Key::Columns(columns) => {
                let value = |column: &Column| {
                    let text = text(column);
                    let text = if self.is_any_text { hidden(&text) } else { text };
                    format!("pg_catalog.left({text}, {KEY_CHARACTERS}) COLLATE pg_catalog.\"C\"")
                };
                join(columns.iter().map(value))
            }
            Key::Row { in_partitions: false } => "\"ctid\"::pg_catalog.text".to_owned(),
            Key::Row { in_partitions: true } => {
                "\"tableoid\"::pg_catalog.regclass::pg_catalog.text, \"ctid\"::pg_catalog.text".to_owned()
            }
        };
        format!("ARRAY[{values}]")
    }
}

/// Text whose encoding nobody knows, with what may be invalid written as escapes.
fn hidden(text: &str) -> String {
    format!("pg_catalog.encode(pg_catalog.convert_to({text}, 'SQL_ASCII'), 'escape')")
}

/// One row: `rows`.
pub(super) fn count(from: &str) -> String {
    format!("SELECT pg_catalog.count(*) AS rows FROM {from}")
}

/// Number of rows and two sums, which are text because they may be larger than any integer type. The second one is over other
/// functions of the same hashes, so that what cancels out in one does not in the other.
const SUMS: &str = "pg_catalog.count(*) AS rows, pg_catalog.sum(h)::pg_catalog.text AS first, \
                    pg_catalog.sum(pg_catalog.hashint8extended(h, 1))::pg_catalog.text AS second";

/// Some of the buckets of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Buckets {
    /// How many of the lowest bits of a key's hash tell them apart.
    pub(super) bits: u32,
    /// Which.
    pub(super) numbers: Vec<i64>,
}

impl Buckets {
    fn condition(&self) -> String {
        let numbers = join(self.numbers.iter().map(ToString::to_string));
        let mask = mask(self.bits);
        format!(
            " WHERE (k OPERATOR(pg_catalog.&) {mask}) OPERATOR(pg_catalog.=) ANY ('{{{numbers}}}'::pg_catalog.int8[])"
        )
    }
}

fn mask(bits: u32) -> String {
    let mask = 1_i64.checked_shl(bits).map_or(i64::MAX, |bit| bit.wrapping_sub(1));
    format!("'{mask}'::pg_catalog.int8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, image: Image) -> Column {
        Column { name: name.to_owned(), image }
    }

    fn digested(columns: Vec<Column>) -> Digested {
        Digested { columns, encoding: Encoding::Own, is_any_text: false }
    }

    #[test]
    fn types_with_a_cast_that_says_everything_are_cast() {
        for name in ["integer", "numeric(10,2)", "timestamp(3) with time zone", "character varying(10)", "jsonb"] {
            assert_eq!(Image::of(name, name), Image::Cast, "{name}");
        }
        for name in ["integer[]", "numeric(10,2)[]", "character(3)", "public.mood", "\"char\"", "textual", "point"] {
            assert_eq!(Image::of(name, name), Image::Output, "{name}");
        }
        assert_eq!(Image::of("bytea", "bytea"), Image::Bytes);
        assert_eq!(Image::of("bytea", "text"), Image::Output);
        assert_eq!(Image::of("integer", "bigint"), Image::Cast);
    }

    #[test]
    fn each_column_is_hashed_with_the_hash_of_those_before_it() {
        let columns = vec![column("a", Image::Cast), column("b", Image::Bytes)];
        insta::assert_snapshot!(digested(columns).digest("ONLY \"public\".\"t\""), @r#"SELECT pg_catalog.count(*) AS rows, pg_catalog.sum(h)::pg_catalog.text AS first, pg_catalog.sum(pg_catalog.hashint8extended(h, 1))::pg_catalog.text AS second FROM (SELECT pg_catalog.hash_array_extended(ARRAY[COALESCE("b", ''::pg_catalog.bytea)], (pg_catalog.hashtextextended(COALESCE("a"::pg_catalog.text, '') COLLATE pg_catalog."C", (0::pg_catalog.int8 OPERATOR(pg_catalog.#) ("a" IS NULL)::pg_catalog.int4::pg_catalog.int8)) OPERATOR(pg_catalog.#) ("b" IS NULL)::pg_catalog.int4::pg_catalog.int8)) AS h FROM ONLY "public"."t" OFFSET 0) AS digested"#);
    }

    #[test]
    fn many_columns_are_hashed_in_several_chains() {
        let columns: Vec<_> = (0..100).map(|number| column(&format!("c{number}"), Image::Output)).collect();
        let sql = hash(&columns, Encoding::Own);
        assert_eq!(sql.matches("0::pg_catalog.int8 ").count(), 4);
        assert!(sql.starts_with("pg_catalog.hashtextextended(ARRAY["));
        assert_eq!(hash(&[], Encoding::Own), "0::pg_catalog.int8");
    }

    #[test]
    fn buckets_are_narrowed_down_by_further_bits() {
        let key = Key::Columns(vec![column("a", Image::Cast)]);
        let within = Buckets { bits: 16, numbers: vec![3, 9] };
        let sql = digested(Vec::new()).buckets("ONLY \"t\"", &key, 32, Some(&within));
        assert!(sql.starts_with("SELECT (k OPERATOR(pg_catalog.&) '4294967295'::pg_catalog.int8) AS bucket"), "{sql}");
        assert!(sql.contains(
            "WHERE (k OPERATOR(pg_catalog.&) '65535'::pg_catalog.int8) OPERATOR(pg_catalog.=) ANY ('{3, 9}'"
        ));
    }
}
