//! Data that is elsewhere: foreign data wrappers, servers, user mappings and foreign tables.

use std::error::Error;
use std::fmt;

use postgres_types::{FromSql, Type};

use super::record::record;

/// Options of a user mapping, `name=value` each. They hold passwords, so nothing but their number is ever shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretOptions(pub Vec<String>);

impl fmt::Debug for SecretOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretOptions({})", self.0.len())
    }
}

impl<'a> FromSql<'a> for SecretOptions {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Vec::from_sql(of, raw).map(Self)
    }

    fn accepts(of: &Type) -> bool {
        <Vec<String> as FromSql>::accepts(of)
    }
}

record! {
    /// A foreign data wrapper: `sql/catalog/foreign_data_wrappers.sql`.
    ForeignDataWrapper {
        /// OID in `pg_foreign_data_wrapper`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The schema of the handler function.
        handler_schema: Option<String>,
        /// The name of the handler function.
        handler_name: Option<String>,
        /// The schema of the validator function.
        validator_schema: Option<String>,
        /// The name of the validator function.
        validator_name: Option<String>,
        /// Options, `name=value` each.
        options: Vec<String>,
    }
}

record! {
    /// A foreign server: `sql/catalog/foreign_servers.sql`.
    ForeignServer {
        /// OID in `pg_foreign_server`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The foreign data wrapper it is reached by.
        wrapper: String,
        /// TYPE.
        server_type: Option<String>,
        /// VERSION.
        version: Option<String>,
        /// Options, `name=value` each.
        options: Vec<String>,
    }
}

record! {
    /// A user mapping: `sql/catalog/user_mappings.sql`.
    UserMapping {
        /// OID in `pg_user_mapping`.
        oid: u32,
        /// OID of the server.
        server: u32,
        /// The server's name.
        server_name: String,
        /// The role; PUBLIC is an empty name.
        role: String,
        /// Options.
        options: SecretOptions,
        /// Whether the options cannot be read.
        hidden: bool,
    }
}

record! {
    /// Where a foreign table's rows are: `sql/catalog/foreign_tables.sql`.
    ForeignTable {
        /// OID in `pg_class`.
        relation: u32,
        /// The name of the server.
        server: String,
        /// Options, `name=value` each.
        options: Vec<String>,
    }
}

record! {
    /// Options of a foreign table's column: `sql/catalog/foreign_columns.sql`.
    ForeignColumn {
        /// The foreign table.
        relation: u32,
        /// The column's number.
        number: i16,
        /// Options, `name=value` each.
        options: Vec<String>,
    }
}
