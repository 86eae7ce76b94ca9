//! Types: enum, composite, domain and range.

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
    /// A range type without a canonicalization function: `sql/catalog/ranges.sql`.
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
        /// The difference function, as `regproc` writes it.
        subdiff: Option<String>,
        /// The schema of the multirange type (from PostgreSQL 14 on).
        multirange_schema: Option<String>,
        /// The name of the multirange type (from PostgreSQL 14 on).
        multirange_name: Option<String>,
    }
}
