//! Foreign data wrappers, servers, user mappings, and what foreign tables have beside other tables.

use super::about;
use super::sql::{ident, join, literal, qualified, readable};
use super::statement::{Action, Address, Statement};
use crate::catalog::{ForeignDataWrapper, ForeignServer, ForeignTable, Lookup, ObjectId, UserMapping, class};

/// How SQL refers to a foreign data wrapper.
#[must_use]
pub fn wrapper_address(of: &ForeignDataWrapper) -> Address {
    Address::global("FOREIGN DATA WRAPPER", &of.name)
}

/// How SQL refers to a foreign server.
#[must_use]
pub fn server_address(of: &ForeignServer) -> Address {
    Address::global("SERVER", &of.name)
}

/// How SQL refers to a user mapping.
#[must_use]
pub fn mapping_address(of: &UserMapping) -> Address {
    let (role, shown) = match of.role.as_str() {
        "" => ("PUBLIC".to_owned(), "PUBLIC".to_owned()),
        role => (ident(role), readable(role)),
    };
    Address {
        kind: "USER MAPPING",
        sql: format!("FOR {role} SERVER {}", ident(&of.server_name)),
        readable: format!("of {shown} on server {}", readable(&of.server_name)),
    }
}

/// A foreign data wrapper with its owner and comment.
#[must_use]
pub fn wrapper(lookup: &Lookup<'_>, of: &ForeignDataWrapper) -> Vec<Statement> {
    let address = wrapper_address(of);
    let mut sql = format!("CREATE FOREIGN DATA WRAPPER {}", address.sql);
    for (word, schema, name) in
        [("HANDLER", &of.handler_schema, &of.handler_name), ("VALIDATOR", &of.validator_schema, &of.validator_name)]
    {
        if let (Some(schema), Some(name)) = (schema, name) {
            sql.push_str(&format!(" {word} {}", qualified(schema, name)));
        }
    }
    sql.push_str(&options(&of.options));
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::FOREIGN_DATA_WRAPPER, of.oid), &address));
    statements
}

/// A foreign server with its owner and comment.
#[must_use]
pub fn server(lookup: &Lookup<'_>, of: &ForeignServer) -> Vec<Statement> {
    let address = server_address(of);
    let mut sql = format!("CREATE SERVER {}", address.sql);
    for (word, value) in [("TYPE", &of.server_type), ("VERSION", &of.version)] {
        if let Some(value) = value {
            sql.push_str(&format!(" {word} {}", literal(value)));
        }
    }
    sql.push_str(&format!(" FOREIGN DATA WRAPPER {}{}", ident(&of.wrapper), options(&of.options)));
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::FOREIGN_SERVER, of.oid), &address));
    statements
}

/// A user mapping, in a statement that is never shown.
#[must_use]
pub fn mapping(of: &UserMapping) -> Statement {
    let address = mapping_address(of);
    let sql = format!("CREATE USER MAPPING {}{}", address.sql, options(&of.options.0));
    Statement::new(Action::Create, &address, sql).naming_roles([&of.role]).hidden()
}

/// What CREATE FOREIGN TABLE ends with.
pub(super) fn place(of: &ForeignTable) -> String {
    format!("\nSERVER {}{}", ident(&of.server), options(&of.options))
}

/// ` OPTIONS ("name" 'value', …)`, or nothing.
pub(super) fn options(options: &[String]) -> String {
    let option = |option: &String| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        format!("{} {}", ident(name), literal(value))
    };
    let options = join(options.iter().map(option));
    if options.is_empty() { String::new() } else { format!(" OPTIONS ({options})") }
}
