//! What a database holds that was just made.

use super::{Catalog, Comment, Namespace, Privilege, class};

/// The OID `public` has in every new database (`src/include/catalog/pg_namespace.dat`).
const PUBLIC_OID: u32 = 2200;

/// Stands for whoever ran initdb. No role can have this name, and it never reaches a statement.
const INITDB_USER: &str = "\0";

/// From here on `public` belongs to the database's owner, and only that one may create objects in it.
const PUBLIC_IS_THE_OWNERS_MAJOR: u32 = 15;

impl Catalog {
    /// A database made from `template0` of a server of this major version. Before 15 `public` belongs to whoever ran initdb; here
    /// that is a name no role can have, so that it differs from any owner.
    #[must_use]
    pub fn fresh(major: u32) -> Self {
        let owner = if major < PUBLIC_IS_THE_OWNERS_MAJOR { INITDB_USER } else { "pg_database_owner" };
        let privilege = |position, grantee: &str, privilege: &str| Privilege {
            class: class::NAMESPACE,
            oid: PUBLIC_OID,
            sub_id: 0,
            initial: false,
            position,
            grantor: owner.to_owned(),
            grantee: grantee.to_owned(),
            privilege: privilege.to_owned(),
            grantable: false,
        };
        let mut privileges =
            vec![privilege(1, owner, "USAGE"), privilege(1, owner, "CREATE"), privilege(2, "", "USAGE")];
        if major < PUBLIC_IS_THE_OWNERS_MAJOR {
            privileges.push(privilege(2, "", "CREATE"));
        }
        Self {
            major,
            namespaces: vec![Namespace { oid: PUBLIC_OID, name: "public".to_owned(), owner: owner.to_owned() }],
            comments: vec![Comment {
                class: class::NAMESPACE,
                oid: PUBLIC_OID,
                sub_id: 0,
                text: "standard public schema".to_owned(),
            }],
            privileges,
            ..Self::default()
        }
    }
}
