//! Operators, how indexes and casts use them, and conversions between encodings.

use super::record::record;

record! {
    /// An operator: `sql/catalog/operators.sql`.
    Operator {
        /// OID in `pg_operator`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name, made of symbols.
        name: String,
        /// The role that owns it.
        owner: String,
        /// LEFTARG; a prefix operator has none.
        left_type: Option<String>,
        /// RIGHTARG; a postfix operator (before PostgreSQL 14) has none.
        right_type: Option<String>,
        /// The function behind it, as `regproc` writes it.
        function: String,
        /// The schema of the commutator.
        commutator_schema: Option<String>,
        /// The name of the commutator.
        commutator_name: Option<String>,
        /// The schema of the negator.
        negator_schema: Option<String>,
        /// The name of the negator.
        negator_name: Option<String>,
        /// RESTRICT, as `regproc` writes it.
        restrict_function: Option<String>,
        /// JOIN, as `regproc` writes it.
        join_function: Option<String>,
        /// HASHES.
        hashes: bool,
        /// MERGES.
        merges: bool,
    }
}

record! {
    /// An operator family: `sql/catalog/operator_families.sql`.
    OperatorFamily {
        /// OID in `pg_opfamily`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The index access method it is for.
        access_method: String,
    }
}

record! {
    /// An operator class: `sql/catalog/operator_classes.sql`.
    OperatorClass {
        /// OID in `pg_opclass`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// The index access method it is for.
        access_method: String,
        /// The family it belongs to, by OID.
        family: u32,
        /// The schema of the family.
        family_schema: String,
        /// The name of the family.
        family_name: String,
        /// Whether it is the input type's default.
        is_default: bool,
        /// The type it is for.
        input_type: String,
        /// STORAGE, where it is not the input type.
        storage_type: Option<String>,
    }
}

record! {
    /// An operator of an operator family: `sql/catalog/family_operators.sql`.
    FamilyOperator {
        /// OID in `pg_amop`.
        oid: u32,
        /// The family, by OID.
        family: u32,
        /// The class it is part of; 0 where it is in the family alone.
        operator_class: u32,
        /// The strategy number.
        strategy: i16,
        /// The operator's left type.
        left_type: String,
        /// The operator's right type.
        right_type: String,
        /// The operator's schema.
        schema: String,
        /// The operator's name.
        name: String,
        /// The schema of the family that orders the operator's results, where it is FOR ORDER BY.
        sort_family_schema: Option<String>,
        /// The name of the family that orders the operator's results, where it is FOR ORDER BY.
        sort_family_name: Option<String>,
    }
}

record! {
    /// A support function of an operator family: `sql/catalog/family_functions.sql`.
    FamilyFunction {
        /// OID in `pg_amproc`.
        oid: u32,
        /// The family, by OID.
        family: u32,
        /// The class it is part of; 0 where it is in the family alone.
        operator_class: u32,
        /// The support function number.
        number: i16,
        /// The left type it is for.
        left_type: String,
        /// The right type it is for.
        right_type: String,
        /// The function, as `regprocedure` writes it.
        function: String,
    }
}

record! {
    /// A cast: `sql/catalog/casts.sql`.
    Cast {
        /// OID in `pg_cast`.
        oid: u32,
        /// The type it takes.
        source_type: String,
        /// The type it gives.
        target_type: String,
        /// The function that does it, as `regprocedure` writes it.
        function: Option<String>,
        /// `castmethod`: `f` function, `b` binary-coercible, `i` input and output functions.
        method: String,
        /// `castcontext`: `e` explicit, `a` assignment, `i` implicit.
        context: String,
    }
}

record! {
    /// A conversion between encodings: `sql/catalog/conversions.sql`.
    Conversion {
        /// OID in `pg_conversion`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// Whether it is the one used by default between these encodings.
        is_default: bool,
        /// The encoding it takes.
        source_encoding: String,
        /// The encoding it gives.
        target_encoding: String,
        /// The function that does it, as `regproc` writes it.
        function: String,
    }
}
