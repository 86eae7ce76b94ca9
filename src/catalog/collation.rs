//! Collations.

use super::record::record;

record! {
    /// A collation: `sql/catalog/collations.sql`.
    Collation {
        /// OID in `pg_collation`.
        oid: u32,
        /// The schema it is in.
        schema: String,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// `collprovider`: `b` builtin, `c` libc, `i` ICU.
        provider: String,
        /// False where strings can be equal without being the same bytes.
        deterministic: bool,
        /// `LC_COLLATE`, for libc.
        collate: Option<String>,
        /// `LC_CTYPE`, for libc.
        ctype: Option<String>,
        /// The locale, for ICU and builtin.
        locale: Option<String>,
        /// Tailoring rules, for ICU.
        rules: Option<String>,
    }
}
