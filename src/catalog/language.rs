//! Languages, transforms and access methods: what the server is extended with, outside any schema.

use super::record::record;

record! {
    /// A language: `sql/catalog/languages.sql`. Functions are as `regproc` writes them.
    Language {
        /// OID in `pg_language`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// Whether users without privileges of their own may write in it.
        trusted: bool,
        /// HANDLER.
        handler: Option<String>,
        /// INLINE: what runs DO.
        inline_handler: Option<String>,
        /// VALIDATOR.
        validator: Option<String>,
    }
}

record! {
    /// A transform: `sql/catalog/transforms.sql`. Functions are as `regprocedure` writes them.
    Transform {
        /// OID in `pg_transform`.
        oid: u32,
        /// The type, as `format_type` writes it.
        type_name: String,
        /// The language.
        language: String,
        /// FROM SQL.
        from_sql: Option<String>,
        /// TO SQL.
        to_sql: Option<String>,
    }
}

record! {
    /// An access method: `sql/catalog/access_methods.sql`.
    AccessMethod {
        /// OID in `pg_am`.
        oid: u32,
        /// Its name.
        name: String,
        /// `amtype`: `i` index, `t` table.
        kind: String,
        /// The handler function, as `regproc` writes it.
        handler: String,
    }
}
