//! What decides how a table's rows travel: its size and the columns that cannot travel as binary.

use super::record::record;

record! {
    /// The size of a table: `sql/catalog/table_sizes.sql`.
    TableSize {
        /// OID in `pg_class`.
        oid: u32,
        /// The main fork, in bytes.
        heap_bytes: i64,
        /// The TOAST table with its index, in bytes.
        toast_bytes: i64,
        /// The server's block size, in bytes.
        block_bytes: i64,
        /// Rows by the server's statistics; less than 0, or before 14 less than 1, where it has none.
        rows_estimate: i64,
    }
}

record! {
    /// A column whose binary form is missing or means something else on another server: `sql/catalog/binary_unsafe.sql`.
    BinaryUnsafeColumn {
        /// The table.
        relation: u32,
        /// The column's number.
        number: i16,
        /// The type that is the reason.
        type_name: String,
        /// What is wrong with it: `r` sends OIDs, `f` has no send or receive function, `q` an empty query is not received, `o` sends an OID that servers before 14 check, `e` belongs to an extension.
        reason: String,
        /// The extension, for `e`.
        extension: Option<String>,
    }
}

record! {
    /// An integer column by whose ranges a table can be read: `sql/catalog/key_columns.sql`.
    KeyColumn {
        /// The table.
        relation: u32,
        /// The column.
        column_name: String,
        /// The server's histogram of the table's own rows.
        bounds: Option<Vec<i64>>,
    }
}

/// A key column and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySpread {
    /// The table.
    pub relation: u32,
    /// The column.
    pub column: String,
    /// Values between which there are about equally many rows, smallest and largest included, in order.
    pub samples: Vec<i64>,
}

impl KeySpread {
    /// The histogram between the smallest and the largest value, or these two alone where it is out of date or missing.
    #[must_use]
    pub(super) fn new(key: KeyColumn, smallest: i64, largest: i64) -> Self {
        let inside = key.bounds.unwrap_or_default().into_iter().filter(|bound| (smallest..=largest).contains(bound));
        let inside: Vec<i64> = inside.collect();
        let is_current = inside.first().zip(inside.last()).is_some_and(|(first, last)| {
            let (known, all) = (i128::from(*last) - i128::from(*first), i128::from(largest) - i128::from(smallest));
            known * 10 >= all * 9
        });
        let mut samples = vec![smallest];
        samples.extend(is_current.then_some(inside).into_iter().flatten());
        samples.push(largest);
        Self { relation: key.relation, column: key.column_name, samples }
    }
}

record! {
    /// A table partitioned by hash: `sql/catalog/hash_partitioned.sql`.
    HashPartitioned {
        /// The partitioned table.
        relation: u32,
        /// Whether the hash of its key may differ from server to server.
        differs: bool,
    }
}
