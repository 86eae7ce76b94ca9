//! Grants and revokes that lead from what an object starts with to what it has on the source.

use std::collections::BTreeMap;

use super::sql::{ident, join, readable};
use super::statement::{Action, Address, Statement};
use crate::catalog::{DefaultAcl, GivenObject, Privilege};

/// The statements that turn `initial` privileges into `wanted` ones, for an object and its columns. Both lists are in the
/// order of the object's ACL. `column_name` finds a column's name by its number.
///
/// Revokes come first, then grants in an order in which every grantor already holds what it grants. A grant by a role
/// other than the owner is made as that role, because GRANTED BY accepts no other role than the current one.
#[must_use]
pub fn change(
    address: &Address,
    owner: &str,
    initial: &[&Privilege],
    wanted: &[&Privilege],
    column_name: impl Fn(i32) -> Option<String>,
) -> Vec<Statement> {
    // GRANT knows one word for everything that is selected from, and one for every type.
    let kind = match address.kind {
        "VIEW" | "MATERIALIZED VIEW" | "FOREIGN TABLE" => "TABLE",
        "DOMAIN" => "TYPE",
        "SERVER" => "FOREIGN SERVER",
        kind => kind,
    };
    let subject = Subject { prefix: String::new(), role: None, on: format!("{kind} {}", address.sql) };
    change_of(&subject, address, owner, initial, wanted, &column_name)
}

/// The statements that turn the default privileges a role has built in, or none for one schema, into `wanted` ones.
#[must_use]
pub fn change_default(of: &DefaultAcl, initial: &[&Privilege], wanted: &[&Privilege]) -> Vec<Statement> {
    let in_schema = if of.schema.is_empty() { String::new() } else { format!("IN SCHEMA {} ", ident(&of.schema)) };
    let prefix = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {} {in_schema}", ident(&of.role));
    let subject = Subject { prefix, role: Some(of.role.clone()), on: default_objects(of).to_owned() };
    change_of(&subject, &default_address(of), &of.role, initial, wanted, &|_| None)
}

/// How people refer to default privileges. SQL has no name for them.
#[must_use]
pub fn default_address(of: &DefaultAcl) -> Address {
    let mut words = format!("of role {} on {}", readable(&of.role), default_objects(of).to_lowercase());
    if !of.schema.is_empty() {
        words.push_str(&format!(" in schema {}", readable(&of.schema)));
    }
    Address { kind: "DEFAULT PRIVILEGES", sql: String::new(), readable: words }
}

/// The word for a `defaclobjtype`.
fn default_objects(of: &DefaultAcl) -> &'static str {
    match of.object_type.as_str() {
        "r" => "TABLES",
        "S" => "SEQUENCES",
        "f" => "FUNCTIONS",
        "T" => "TYPES",
        "n" => "SCHEMAS",
        _ => "LARGE OBJECTS",
    }
}

/// What stands around the privileges: `prefix` before GRANT or REVOKE, which may name a role, `on` behind ON.
struct Subject {
    prefix: String,
    role: Option<String>,
    on: String,
}

fn change_of(
    subject: &Subject,
    address: &Address,
    owner: &str,
    initial: &[&Privilege],
    wanted: &[&Privilege],
    column_name: &impl Fn(i32) -> Option<String>,
) -> Vec<Statement> {
    let key = |of: &Privilege| (of.sub_id, of.grantor.clone(), of.grantee.clone(), of.privilege.clone(), of.grantable);
    let missing_from = |others: &[&Privilege], of: &Privilege| !others.iter().any(|other| key(other) == key(of));
    let superfluous = initial.iter().copied().filter(|of| missing_from(wanted, of));
    let missing = wanted.iter().copied().filter(|of| missing_from(initial, of));

    let mut statements = Vec::new();
    for (group, privileges) in groups(superfluous) {
        let privileges = privileges_on(subject, &group, &privileges, column_name);
        let sql = format!("{}REVOKE {privileges} FROM {}", subject.prefix, role(&group.grantee));
        let statement = Statement::new(Action::Privilege, address, sql).as_member_of(owner);
        statements.push(statement.naming_roles([&group.grantee]).naming_roles(&subject.role));
    }
    for (group, privileges) in in_grant_order(groups(missing), owner) {
        let privileges = privileges_on(subject, &group, &privileges, column_name);
        let option = if group.grantable { " WITH GRANT OPTION" } else { "" };
        let mut sql = format!("{}GRANT {privileges} TO {}{option}", subject.prefix, role(&group.grantee));
        let by_another = (group.grantor != owner).then_some(&group.grantor);
        if by_another.is_some() {
            sql = format!("SET ROLE {}; {sql}; RESET ROLE", ident(&group.grantor));
        }
        let statement = Statement::new(Action::Privilege, address, sql).as_member_of(&group.grantor);
        let statement = statement.naming_roles([&group.grantee]).naming_roles(by_another);
        statements.push(statement.naming_roles(&subject.role));
    }
    statements
}

/// How GRANT refers to an object that came with the server or an extension. `None` for a kind that has no privileges.
#[must_use]
pub fn given_address(of: &GivenObject) -> Option<Address> {
    Some(match of.kind.as_str() {
        "TABLE" => Address::in_schema("TABLE", &of.schema, &of.name),
        "SEQUENCE" => Address::in_schema("SEQUENCE", &of.schema, &of.name),
        "TYPE" => Address::in_schema("TYPE", &of.schema, &of.name),
        "FUNCTION" => Address::routine("FUNCTION", &of.schema, &of.name, of.arguments.as_deref()?),
        "PROCEDURE" => Address::routine("PROCEDURE", &of.schema, &of.name, of.arguments.as_deref()?),
        "SCHEMA" => Address::global("SCHEMA", &of.name),
        "LANGUAGE" => Address::global("LANGUAGE", &of.name),
        "FOREIGN DATA WRAPPER" => Address::global("FOREIGN DATA WRAPPER", &of.name),
        "SERVER" => Address::global("SERVER", &of.name),
        _ => return None,
    })
}

/// What one GRANT statement can say at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    sub_id: i32,
    grantor: String,
    grantee: String,
    grantable: bool,
}

/// Groups in the order of their first privilege.
fn groups<'a>(privileges: impl Iterator<Item = &'a Privilege>) -> Vec<(Group, Vec<&'a str>)> {
    let mut places: BTreeMap<Group, usize> = BTreeMap::new();
    let mut groups: Vec<(Group, Vec<&str>)> = Vec::new();
    for of in privileges {
        let group = Group {
            sub_id: of.sub_id,
            grantor: of.grantor.clone(),
            grantee: of.grantee.clone(),
            grantable: of.grantable,
        };
        let place = *places.entry(group.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((group, Vec::new()));
        }
        groups[place].1.push(&of.privilege);
    }
    groups
}

/// Puts grants behind the ones they rest on: the owner's first, then those by roles that were granted something before.
fn in_grant_order<'a>(mut waiting: Vec<(Group, Vec<&'a str>)>, owner: &str) -> Vec<(Group, Vec<&'a str>)> {
    let mut ordered: Vec<(Group, Vec<&str>)> = Vec::new();
    while !waiting.is_empty() {
        let holds = |grantor: &str| {
            grantor == owner || ordered.iter().any(|(group, _)| group.grantable && group.grantee == grantor)
        };
        let (mut ready, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(group, _)| holds(&group.grantor));
        if ready.is_empty() {
            // A grantor whose own grant is part of the initial privileges; the server has the last word.
            ordered.extend(later);
            break;
        }
        ordered.append(&mut ready);
        waiting = later;
    }
    ordered
}

fn privileges_on(
    subject: &Subject,
    group: &Group,
    privileges: &[&str],
    column_name: &impl Fn(i32) -> Option<String>,
) -> String {
    let columns = match group.sub_id {
        0 => String::new(),
        number => column_name(number).map(|name| format!(" ({})", ident(&name))).unwrap_or_default(),
    };
    let privileges = join(privileges.iter().map(|privilege| format!("{privilege}{columns}")));
    format!("{privileges} ON {}", subject.on)
}

fn role(name: &str) -> String {
    if name.is_empty() { "PUBLIC".to_owned() } else { ident(name) }
}
