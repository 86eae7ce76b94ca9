//! Schemas and extensions.

use super::record::record;

record! {
    /// A schema: `sql/catalog/namespaces.sql`.
    Namespace {
        /// OID in `pg_namespace`.
        oid: u32,
        /// The schema's name.
        name: String,
        /// The role that owns it.
        owner: String,
    }
}

record! {
    /// An installed extension: `sql/catalog/extensions.sql`.
    Extension {
        /// OID in `pg_extension`.
        oid: u32,
        /// The extension's name.
        name: String,
        /// The schema its objects are in.
        schema: String,
        /// The installed version.
        version: String,
    }
}

record! {
    /// A configuration table or sequence of an extension: `sql/catalog/extension_configuration.sql`.
    ExtensionConfiguration {
        /// OID in `pg_class`.
        relation: u32,
        /// OID in `pg_extension`.
        extension: u32,
        /// `relkind`: `r` table, `S` sequence.
        kind: String,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// Which rows are the user's, such as `WHERE NOT built_in`; empty for all of them.
        condition: String,
    }
}
