//! Relations and their columns, parents and sequence parameters.

use super::record::record;
use crate::ddl::sql::QualifiedName;

record! {
    /// A table, view, materialized view, sequence or foreign table: `sql/catalog/relations.sql`.
    Relation {
        /// OID in `pg_class`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The relation's name.
        name: String,
        /// `relkind`: `r` table, `p` partitioned table, `v` view, `m` materialized view, `S` sequence, `f` foreign table.
        kind: String,
        /// `relpersistence`: `p` permanent, `u` unlogged.
        persistence: String,
        /// The role that owns it.
        owner: String,
        /// The table access method, for kinds that have one.
        access_method: Option<String>,
        /// The tablespace, where it is not the database's default.
        tablespace: Option<String>,
        /// Storage parameters, `name=value` each.
        options: Vec<String>,
        /// Storage parameters of the TOAST table, `name=value` each, without the prefix `toast.`.
        toast_options: Vec<String>,
        /// The composite type of a typed table, as `format_type` writes it.
        of_type: Option<String>,
        /// The partition key, such as `RANGE (logdate)`.
        partition_key: Option<String>,
        /// The bound of a partition, such as `FOR VALUES IN (1)`, or `DEFAULT`.
        partition_bound: Option<String>,
        /// The query of a view or materialized view.
        definition: Option<String>,
        /// False for a materialized view that was never refreshed.
        populated: bool,
        /// `relreplident`: `d` default, `n` nothing, `f` full, `i` index.
        replica_identity: String,
        /// Whether row-level security is enabled.
        row_security: bool,
        /// Whether row-level security holds for the owner too.
        force_row_security: bool,
    }
}

/// What a relation is, `pg_class.relkind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationKind {
    /// An ordinary table.
    Table,
    /// A table that has partitions and no rows of its own.
    PartitionedTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A sequence.
    Sequence,
    /// A foreign table.
    ForeignTable,
}

impl Relation {
    /// The relation's kind. `relations.sql` returns no other relkinds than these.
    #[must_use]
    pub fn relation_kind(&self) -> RelationKind {
        match self.kind.as_str() {
            "p" => RelationKind::PartitionedTable,
            "v" => RelationKind::View,
            "m" => RelationKind::MaterializedView,
            "S" => RelationKind::Sequence,
            "f" => RelationKind::ForeignTable,
            _ => RelationKind::Table,
        }
    }

    /// Schema and name.
    #[must_use]
    pub fn qualified_name(&self) -> QualifiedName {
        QualifiedName::new(&self.schema, &self.name)
    }

    /// Whether this is a table with or without rows of its own.
    #[must_use]
    pub fn is_table(&self) -> bool {
        matches!(self.relation_kind(), RelationKind::Table | RelationKind::PartitionedTable)
    }

    /// Whether this is a partition of another table.
    #[must_use]
    pub fn is_partition(&self) -> bool {
        self.partition_bound.is_some()
    }
}

record! {
    /// A column, or an attribute of a composite type: `sql/catalog/attributes.sql`.
    Attribute {
        /// The relation it belongs to.
        relation: u32,
        /// `attnum`.
        number: i16,
        /// The column's name.
        name: String,
        /// The type with its modifier, as `format_type` writes it.
        type_name: String,
        /// The schema of the collation, where it is not the type's.
        collation_schema: Option<String>,
        /// The collation's name, where it is not the type's.
        collation_name: Option<String>,
        /// Whether NULL is refused.
        not_null: bool,
        /// OID in `pg_attrdef`, where there is a default or a generation expression.
        default_oid: Option<u32>,
        /// The default or generation expression.
        default_value: Option<String>,
        /// `attgenerated`: empty, `s` stored or `v` virtual.
        generated: String,
        /// `attidentity`: empty, `a` always or `d` by default.
        identity: String,
        /// `attstorage`, where it is not the type's.
        storage: Option<String>,
        /// `attcompression`: empty for the default, `p` pglz or `l` lz4.
        compression: String,
        /// The statistics target; -1 is the default.
        statistics_target: i32,
        /// Attribute options, `name=value` each.
        options: Vec<String>,
        /// Whether the column is defined in this table, not only inherited.
        local: bool,
        /// From how many parents the column is inherited.
        inherited_count: i32,
    }
}

record! {
    /// A parent of a table or of an index: `sql/catalog/inherits.sql`.
    Inheritance {
        /// The table or index that inherits.
        child: u32,
        /// The one it inherits from.
        parent: u32,
        /// The parent's place in the INHERITS list.
        sequence_number: i32,
    }
}

record! {
    /// What a sequence counts and who owns it: `sql/catalog/sequences.sql`.
    Sequence {
        /// OID in `pg_class`.
        oid: u32,
        /// `smallint`, `integer` or `bigint`.
        data_type: String,
        /// START.
        start_value: i64,
        /// INCREMENT.
        increment: i64,
        /// MINVALUE.
        min_value: i64,
        /// MAXVALUE.
        max_value: i64,
        /// CACHE.
        cache_size: i64,
        /// CYCLE.
        cycles: bool,
        /// The table whose column owns the sequence; 0 where it is not owned.
        owning_relation: u32,
        /// The number of that column.
        owning_column: i32,
        /// Whether that column is an identity column, which makes the sequence part of it.
        identity: bool,
    }
}
