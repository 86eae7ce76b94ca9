//! Publications with what they publish, and subscriptions.

use std::error::Error;
use std::fmt;

use postgres_types::{FromSql, Type};

use super::record::record;

record! {
    /// A publication: `sql/catalog/publications.sql`.
    Publication {
        /// OID in `pg_publication`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// FOR ALL TABLES.
        all_tables: bool,
        /// What is published: `insert`, `update`, `delete`, `truncate`.
        operations: Vec<String>,
        /// Whether changes of partitions are published as those of their root.
        via_root: bool,
        /// `pubgencols`: `n` generated columns are not published, `s` stored ones are.
        generated_columns: String,
    }
}

record! {
    /// A table of a publication: `sql/catalog/publication_tables.sql`.
    PublicationTable {
        /// OID in `pg_publication_rel`.
        oid: u32,
        /// The publication.
        publication: u32,
        /// The table.
        relation: u32,
        /// The table's schema.
        schema: String,
        /// The table's name.
        name: String,
        /// The columns that are published; every column where empty.
        columns: Vec<String>,
        /// The condition on the rows that are published.
        condition: Option<String>,
    }
}

record! {
    /// A schema of a publication: `sql/catalog/publication_schemas.sql`.
    PublicationSchema {
        /// OID in `pg_publication_namespace`.
        oid: u32,
        /// The publication.
        publication: u32,
        /// The schema's name.
        schema: String,
    }
}

record! {
    /// A subscription: `sql/catalog/subscriptions.sql`.
    Subscription {
        /// Its name.
        name: String,
        /// Whether the session may read how it connects; the same for every subscription.
        readable: bool,
    }
}

/// How a subscription connects. It may hold a secret, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretConninfo(pub String);

impl fmt::Debug for SecretConninfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretConninfo(…)")
    }
}

impl<'a> FromSql<'a> for SecretConninfo {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        String::from_sql(of, raw).map(Self)
    }

    fn accepts(of: &Type) -> bool {
        <String as FromSql>::accepts(of)
    }
}

record! {
    /// What CREATE SUBSCRIPTION says: `sql/catalog/subscription_definitions.sql`.
    SubscriptionDefinition {
        /// OID in `pg_subscription`.
        oid: u32,
        /// Its name.
        name: String,
        /// The role that owns it.
        owner: String,
        /// CONNECTION.
        conninfo: SecretConninfo,
        /// The slot on the publisher; None for none.
        slot_name: Option<String>,
        /// `synchronous_commit`.
        synchronous_commit: String,
        /// The publications.
        publications: Vec<String>,
        /// `binary`.
        binary: bool,
        /// `streaming`: `f` off, `t` on, `p` parallel; empty where the server does not know it.
        streaming: String,
        /// `two_phase`.
        two_phase: bool,
        /// `disable_on_error`.
        disable_on_error: bool,
        /// `password_required`.
        asks_for_secret: bool,
        /// `run_as_owner`.
        run_as_owner: bool,
        /// `origin`.
        origin: String,
        /// `failover`.
        failover: bool,
    }
}
