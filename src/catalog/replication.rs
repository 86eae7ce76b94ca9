//! Publications with what they publish, and subscriptions.

use super::record::record;

record! {
    /// A publication: `sql/catalog/publications.sql`.
    Publication {
        /// OID in `pg_publication`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// FOR ALL TABLES.
        all_tables: bool,
        /// What is published: `insert`, `update`, `delete`, `truncate`.
        operations: Vec<String>,
        /// Whether changes of partitions are published as those of their root.
        via_root: bool,
        /// `pubgencols`: `n` generated columns are not published, `s` stored ones are.
        generated_columns: String,
    }
}

record! {
    /// A table of a publication: `sql/catalog/publication_tables.sql`.
    PublicationTable {
        /// OID in `pg_publication_rel`.
        oid: u32,
        /// The publication.
        publication: u32,
        /// The table.
        relation: u32,
        /// The table's schema.
        schema: String,
        /// The table's name.
        name: String,
        /// The columns that are published; every column where empty.
        columns: Vec<String>,
        /// The condition on the rows that are published.
        condition: Option<String>,
    }
}

record! {
    /// A schema of a publication: `sql/catalog/publication_schemas.sql`.
    PublicationSchema {
        /// OID in `pg_publication_namespace`.
        oid: u32,
        /// The publication.
        publication: u32,
        /// The schema's name.
        schema: String,
    }
}

record! {
    /// A subscription: `sql/catalog/subscriptions.sql`.
    Subscription {
        /// Its name.
        name: String,
    }
}
