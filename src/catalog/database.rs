//! The database itself.

use super::record::record;

record! {
    /// The database: `sql/catalog/database.sql`.
    Database {
        /// Its name.
        name: String,
    }
}

record! {
    /// Settings of the database, or of a role in it: `sql/catalog/database_settings.sql`.
    DatabaseSettings {
        /// OID of the role; 0 for every role.
        role_oid: u32,
        /// The role; empty for every role.
        role: String,
        /// Settings, `name=value` each.
        settings: Vec<String>,
    }
}
