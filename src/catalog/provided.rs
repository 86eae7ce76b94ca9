//! What a server provides for databases to be made of, and what of that a database uses.

use super::record::record;

record! {
    /// A version of an extension that can be created: `sql/catalog/available_extensions.sql`.
    AvailableExtension {
        /// The extension's name.
        name: String,
        /// The version.
        version: String,
        /// Whether CREATE EXTENSION makes this one where no version is said.
        is_default: bool,
    }
}

record! {
    /// Something of the server itself: `sql/catalog/provided_names.sql`.
    ProvidedName {
        /// `role`, `tablespace` or `collation`.
        kind: String,
        /// Its name.
        name: String,
    }
}

record! {
    /// An object that uses a collation of the server itself: `sql/catalog/collation_uses.sql`.
    CollationUse {
        /// The catalog of the object.
        class: u32,
        /// The object's OID.
        oid: u32,
        /// The collation's name in `pg_catalog`.
        collation: String,
    }
}
