//! What would have allowed a statement that the target refused. Pure.

use super::Failure;
use crate::ddl::Action;
use crate::ddl::sql::ident;

/// Who was refused, and where.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The target's user.
    pub user: &'a str,
    /// The target's database.
    pub database: &'a str,
}

/// The grant, attribute or package. None where it is not this object's own lack.
#[must_use]
pub fn allowed_by(failure: &Failure, asked: Asked<'_>) -> Option<String> {
    let kind = failure.statement.object.kind;
    match failure.code.as_deref()? {
        "42501" => Some(grant(failure, asked)),
        "42704" if failure.statement.action == Action::Tablespace => {
            Some("the tablespace on the target's server".to_owned())
        }
        "42704" => Some(match &failure.statement.role {
            Some(role) => {
                format!("every role it names, such as {}, on the target: --roles no-passwords makes them", ident(role))
            }
            None => "every role it names on the target: --roles no-passwords makes them".to_owned(),
        }),
        "0A000" | "58P01" if kind == "EXTENSION" => Some("the extension's package on the target's host".to_owned()),
        "58P01" => Some("the library on the target's host".to_owned()),
        _ => None,
    }
}

fn grant(failure: &Failure, Asked { user, database }: Asked<'_>) -> String {
    let statement = &failure.statement;
    let (user, database) = (ident(user), ident(database));
    let superuser = format!("ALTER ROLE {user} SUPERUSER, or on a managed service its administrator's role");
    let in_database = format!("GRANT CREATE ON DATABASE {database} TO {user}");
    let role = statement.role.as_deref().map(ident);
    match (statement.action, statement.object.kind, role) {
        (Action::Owner, "EVENT TRIGGER" | "FOREIGN DATA WRAPPER", _) => superuser,
        (Action::Owner, "SCHEMA", Some(role)) => {
            format!("GRANT {role} TO {user}; GRANT CREATE ON DATABASE {database} TO {role}")
        }
        (Action::Owner, _, Some(role)) => {
            format!("GRANT {role} TO {user}, where {role} may CREATE in the object's schema")
        }
        (Action::Privilege, _, Some(role)) => format!("GRANT {role} TO {user}"),
        (Action::Role, ..) => format!("ALTER ROLE {user} CREATEROLE"),
        (_, "ROLE", _) => format!("{superuser}; from PostgreSQL 16 on {user} may give the attributes it has"),
        (Action::Tablespace, ..) => format!("GRANT CREATE ON its tablespace TO {user}"),
        (Action::Create, "SCHEMA", _) => in_database,
        (Action::Create, "EXTENSION", _) => format!("{superuser}; for a trusted extension {in_database}"),
        (Action::Create, "PUBLICATION", _) => {
            format!("{superuser}; for a publication that lists its tables {in_database}, and their ownership")
        }
        (Action::Create, "FUNCTION" | "PROCEDURE", _) => {
            format!("{superuser}; for a trusted language GRANT USAGE ON LANGUAGE to {user}")
        }
        (Action::Create, "SERVER", _) => format!("GRANT USAGE ON FOREIGN DATA WRAPPER to {user}"),
        (Action::Create, "USER MAPPING", _) => format!("GRANT USAGE ON FOREIGN SERVER to {user}, or its ownership"),
        (_, "DATABASE", _) => {
            format!(
                "ownership of database {database}; for a setting of superusers, GRANT SET ON PARAMETER (PostgreSQL 15 and later)"
            )
        }
        (Action::Create, ..) => superuser,
        _ => format!("ownership of the {}", statement.object.kind_words()),
    }
}
