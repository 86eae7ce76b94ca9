//! The database itself.

use super::record::record;

record! {
    /// The database: `sql/catalog/database.sql`.
    Database {
        /// Its name.
        name: String,
        /// The encoding of its text.
        encoding: String,
    }
}

record! {
    /// What CREATE DATABASE says of the database: `sql/catalog/database_definition.sql`.
    DatabaseDefinition {
        /// ENCODING.
        encoding: String,
        /// `LOCALE_PROVIDER`: `c` libc, `i` ICU, `b` builtin.
        provider: String,
        /// `LC_COLLATE`.
        collate: String,
        /// `LC_CTYPE`.
        ctype: String,
        /// The locale of ICU or of the builtin provider.
        locale: Option<String>,
        /// `ICU_RULES`.
        icu_rules: Option<String>,
        /// CONNECTION LIMIT; -1 for none.
        connection_limit: i32,
        /// The role that owns it.
        owner: String,
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
