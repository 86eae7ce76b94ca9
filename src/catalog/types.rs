//! Types: enum, composite, domain, range, base and shell.

use super::record::record;

record! {
    /// An enum type: `sql/catalog/enums.sql`.
    Enum {
        /// OID in `pg_type`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The type's name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The labels, in sort order.
        labels: Vec<String>,
    }
}

record! {
    /// A stand-alone composite type: `sql/catalog/composites.sql`.
    Composite {
        /// OID in `pg_type`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The type's name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The `pg_class` row that holds its attributes.
        relation: u32,
    }
}

record! {
    /// A domain: `sql/catalog/domains.sql`.
    Domain {
        /// OID in `pg_type`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The domain's name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The base type with its modifier, as `format_type` writes it.
        base_type: String,
        /// The schema of the collation, where it is not the base type's.
        collation_schema: Option<String>,
        /// The collation's name, where it is not the base type's.
        collation_name: Option<String>,
        /// Whether NULL is refused.
        not_null: bool,
        /// The default expression.
        default_value: Option<String>,
    }
}

record! {
    /// A range type: `sql/catalog/ranges.sql`.
    Range {
        /// OID in `pg_type`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The type's name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The type of the bounds.
        subtype: String,
        /// The schema of the operator class, where it is not the subtype's default.
        opclass_schema: Option<String>,
        /// The operator class, where it is not the subtype's default.
        opclass_name: Option<String>,
        /// The schema of the collation, where it is not the subtype's.
        collation_schema: Option<String>,
        /// The collation's name, where it is not the subtype's.
        collation_name: Option<String>,
        /// The canonicalization function, as `regproc` writes it. It takes and returns the range type itself.
        canonical: Option<String>,
        /// The difference function, as `regproc` writes it.
        subdiff: Option<String>,
        /// The schema of the multirange type (from PostgreSQL 14 on).
        multirange_schema: Option<String>,
        /// The name of the multirange type (from PostgreSQL 14 on).
        multirange_name: Option<String>,
    }
}

record! {
    /// A base type: `sql/catalog/base_types.sql`. Functions are as `regproc` writes them.
    BaseType {
        /// OID in `pg_type`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The type's name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// INPUT.
        input: String,
        /// OUTPUT.
        output: String,
        /// RECEIVE.
        receive: Option<String>,
        /// SEND.
        send: Option<String>,
        /// `TYPMOD_IN`.
        typmod_in: Option<String>,
        /// `TYPMOD_OUT`.
        typmod_out: Option<String>,
        /// ANALYZE.
        analyze: Option<String>,
        /// SUBSCRIPT (from PostgreSQL 14 on).
        subscript: Option<String>,
        /// `typlen` in bytes; -1 variable, -2 a C string.
        length: i16,
        /// Whether values are passed by value.
        by_value: bool,
        /// `typalign`: `c` char, `s` int2, `i` int4, `d` double.
        alignment: String,
        /// `typstorage`: `p` plain, `e` external, `m` main, `x` extended.
        storage: String,
        /// `typcategory`, one character.
        category: String,
        /// Whether it is preferred within its category.
        preferred: bool,
        /// DEFAULT, as the input function takes it.
        default_value: Option<String>,
        /// The type that subscripting gives.
        element: Option<String>,
        /// What separates values in the text of an array.
        delimiter: String,
        /// Whether its values have a collation.
        collatable: bool,
    }
}

record! {
    /// A type of which nothing is known but the name: `sql/catalog/shell_types.sql`.
    ShellType {
        /// OID in `pg_type`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The type's name.
        name: String,
        /// The role that owns it.
        owner: String,
    }
}
