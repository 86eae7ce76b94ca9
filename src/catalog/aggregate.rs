//! Aggregate functions.

use super::record::record;

record! {
    /// An aggregate function: `sql/catalog/aggregates.sql`. Functions are as `regproc` writes them, types as `format_type` does.
    Aggregate {
        /// OID in `pg_proc`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// Its arguments as `pg_get_function_identity_arguments` writes them, with ORDER BY for an ordered-set aggregate; empty
        /// for none.
        identity_arguments: String,
        /// The types of all its arguments, separated by commas.
        argument_types: String,
        /// `aggkind`: `n` normal, `o` ordered-set, `h` hypothetical-set.
        kind: String,
        /// SFUNC.
        transition_function: String,
        /// STYPE.
        transition_type: String,
        /// SSPACE in bytes; 0 where it is not known.
        transition_bytes: i32,
        /// FINALFUNC.
        final_function: Option<String>,
        /// `FINALFUNC_EXTRA`.
        final_extra: bool,
        /// `aggfinalmodify`: `r` read-only, `s` shareable, `w` read-write.
        final_modify: String,
        /// COMBINEFUNC.
        combine_function: Option<String>,
        /// SERIALFUNC.
        serial_function: Option<String>,
        /// DESERIALFUNC.
        deserial_function: Option<String>,
        /// INITCOND.
        initial_value: Option<String>,
        /// MSFUNC.
        moving_transition_function: Option<String>,
        /// MINVFUNC.
        moving_inverse_function: Option<String>,
        /// MSTYPE.
        moving_type: Option<String>,
        /// MSSPACE in bytes; 0 where it is not known.
        moving_bytes: i32,
        /// MFINALFUNC.
        moving_final_function: Option<String>,
        /// `MFINALFUNC_EXTRA`.
        moving_final_extra: bool,
        /// `aggmfinalmodify`, with the letters of `final_modify`.
        moving_final_modify: String,
        /// MINITCOND.
        moving_initial_value: Option<String>,
        /// The schema of the sort operator.
        sort_operator_schema: Option<String>,
        /// The sort operator's name.
        sort_operator_name: Option<String>,
        /// `proparallel`: `s` safe, `r` restricted, `u` unsafe.
        parallel: String,
    }
}
