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
    /// A table partitioned by hash: `sql/catalog/hash_partitioned.sql`.
    HashPartitioned {
        /// The partitioned table.
        relation: u32,
        /// Whether the hash of its key may differ from server to server.
        differs: bool,
    }
}

record! {
    /// An extension that can be installed: `sql/catalog/available_extensions.sql`.
    AvailableExtension {
        /// Its name.
        name: String,
        /// The version that CREATE EXTENSION takes.
        version: Option<String>,
    }
}
