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
