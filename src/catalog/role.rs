//! Roles, which belong to the whole server.

use std::error::Error;
use std::fmt;

use postgres_types::{FromSql, Type};

use super::record::record;

/// What the server stores of a role's password. Never shown: it can be attacked, and one made with md5 is as good as the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(pub String);

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

impl<'a> FromSql<'a> for Verifier {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        String::from_sql(of, raw).map(Self)
    }

    fn accepts(of: &Type) -> bool {
        <String as FromSql>::accepts(of)
    }
}

record! {
    /// A role: `sql/catalog/roles.sql`.
    Role {
        /// OID in `pg_authid`.
        oid: u32,
        /// Its name.
        name: String,
        /// Whether initdb made it, or it is the server's own.
        given: bool,
        /// SUPERUSER.
        superuser: bool,
        /// INHERIT.
        inherit: bool,
        /// CREATEROLE.
        create_role: bool,
        /// CREATEDB.
        create_database: bool,
        /// LOGIN.
        login: bool,
        /// REPLICATION.
        replication: bool,
        /// BYPASSRLS.
        bypass_row_security: bool,
        /// CONNECTION LIMIT; -1 for none.
        connection_limit: i32,
        /// VALID UNTIL, in UTC.
        valid_until: Option<String>,
        /// The comment on it.
        comment: Option<String>,
        /// Settings in every database, `name=value` each.
        settings: Vec<String>,
        /// Whether the session may read what is stored of passwords; the same for every role.
        verifier_readable: bool,
    }
}

record! {
    /// A role's membership in another: `sql/catalog/role_members.sql`.
    RoleMember {
        /// Its place among all of them, which stands for an OID.
        number: u32,
        /// OID of the role.
        role_oid: u32,
        /// The role.
        role: String,
        /// OID of the member.
        member_oid: u32,
        /// The member.
        member: String,
        /// Who granted it; empty for the role that initdb made, and where nobody knows.
        grantor: String,
        /// WITH ADMIN.
        admin_option: bool,
        /// WITH INHERIT; None before 16, where it goes by the member.
        inherit_option: Option<bool>,
        /// WITH SET.
        set_option: bool,
    }
}

record! {
    /// An object that names a role: `sql/catalog/role_uses.sql`.
    RoleUse {
        /// The catalog of the object.
        class: u32,
        /// The object's OID.
        oid: u32,
        /// The role.
        role_oid: u32,
    }
}

record! {
    /// What is stored of a role's password: `sql/catalog/role_verifiers.sql`.
    RoleVerifier {
        /// The role.
        role_oid: u32,
        /// It.
        verifier: Verifier,
    }
}
