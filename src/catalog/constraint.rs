//! Constraints of tables and domains, and indexes.

use super::record::record;

record! {
    /// A constraint: `sql/catalog/constraints.sql`.
    Constraint {
        /// OID in `pg_constraint`.
        oid: u32,
        /// The constraint's name.
        name: String,
        /// `contype`: `c` check, `f` foreign key, `p` primary key, `u` unique, `x` exclusion, `n` not null.
        kind: String,
        /// The table it is on; 0 for a domain's.
        relation: u32,
        /// The domain it is on; 0 for a table's.
        domain: u32,
        /// The numbers of the constrained columns.
        columns: Vec<i16>,
        /// The index that enforces it, or that a foreign key references; 0 where there is none.
        index: u32,
        /// The parent table's constraint this one belongs to; 0 where there is none.
        parent: u32,
        /// The table a foreign key references; 0 otherwise.
        referenced: u32,
        /// DEFERRABLE.
        deferrable: bool,
        /// INITIALLY DEFERRED.
        deferred: bool,
        /// False for NOT VALID.
        validated: bool,
        /// Whether it is defined here, not only inherited.
        local: bool,
        /// NO INHERIT.
        no_inherit: bool,
        /// WITHOUT OVERLAPS or PERIOD.
        temporal: bool,
        /// The clause after `CONSTRAINT name`, as `pg_get_constraintdef` writes it.
        definition: String,
    }
}

impl Constraint {
    /// Whether that of a partition can only be made by the server itself, from that of the partitioned table: it refuses to
    /// attach an index that excludes by operators.
    #[must_use]
    pub fn comes_with_partitions(&self) -> bool {
        self.kind == "x" || (self.temporal && self.kind != "f")
    }
}

record! {
    /// An index: `sql/catalog/indexes.sql`.
    Index {
        /// OID in `pg_class`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// The index's name.
        name: String,
        /// The table or materialized view it is on.
        relation: u32,
        /// `CREATE INDEX …`, as `pg_get_indexdef` writes it.
        definition: String,
        /// Whether it refuses duplicates.
        is_unique: bool,
        /// The constraint it enforces; 0 where there is none.
        constraint_oid: u32,
        /// Storage parameters, `name=value` each.
        options: Vec<String>,
        /// Whether CLUSTER was last run on it.
        clustered: bool,
        /// Whether it is the table's replica identity.
        replica_identity: bool,
        /// The tablespace, where it is not the database's default.
        tablespace: Option<String>,
        /// Numbers of the expression columns with a statistics target.
        statistics_columns: Vec<i16>,
        /// Their statistics targets, in the same order.
        statistics_targets: Vec<i32>,
    }
}

record! {
    /// An index that keeps rows apart: `sql/catalog/unique_indexes.sql`.
    UniqueIndex {
        /// The table it is on.
        relation: u32,
        /// The index's name.
        name: String,
        /// The numbers of its key columns; 0 for an expression.
        columns: Vec<i16>,
        /// Whether it is the primary key's.
        is_primary: bool,
        /// Whether it is checked at once; false for a deferrable constraint's.
        immediate: bool,
        /// Whether it has a WHERE clause.
        partial: bool,
        /// Whether it is an exclusion constraint's.
        exclusion: bool,
        /// NULLS NOT DISTINCT.
        nulls_not_distinct: bool,
        /// Whether its columns compare as their types do by themselves.
        plain: bool,
    }
}

record! {
    /// An extended statistics object: `sql/catalog/statistics.sql`.
    Statistics {
        /// OID in `pg_statistic_ext`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The table it is on.
        relation: u32,
        /// The role that owns it.
        owner: String,
        /// `CREATE STATISTICS …`, as `pg_get_statisticsobjdef` writes it.
        definition: String,
        /// The statistics target; -1 is the default.
        statistics_target: i32,
    }
}
