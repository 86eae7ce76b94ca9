//! What a table does beside storing rows: triggers, rules and policies; and what a database does: event triggers.

use super::about;
use super::relation;
use super::sql::{ident, join, literal, qualified};
use super::statement::{Action, Address, Statement};
use crate::catalog::{EventTrigger, Lookup, ObjectId, Policy, Rule, Trigger, class};

/// A trigger with its enabled state and comment; of a partition's clone only the state.
#[must_use]
pub fn trigger(lookup: &Lookup<'_>, of: &Trigger) -> Vec<Statement> {
    let Some(table) = lookup.relation(of.relation).map(relation::address) else { return Vec::new() };
    let address = Address::on("TRIGGER", &of.name, &table);
    let mut statements = Vec::new();
    if !of.is_clone {
        statements.push(Statement::new(Action::Create, &address, of.definition.clone()));
    }
    let words = relation::enabled_words(&of.enabled).or(of.is_clone.then_some("ENABLE"));
    statements.extend(words.map(|words| {
        let sql = format!("ALTER TABLE {} {words} TRIGGER {}", table.sql, ident(&of.name));
        Statement::new(Action::Alter, &address, sql)
    }));
    let id = ObjectId::new(class::TRIGGER, of.oid);
    statements.extend(about::dropped_with(lookup, id, &address));
    statements.extend(about::comment(lookup, id, &address));
    statements
}

/// A rule with its enabled state and comment.
#[must_use]
pub fn rule(lookup: &Lookup<'_>, of: &Rule) -> Vec<Statement> {
    let Some(table) = lookup.relation(of.relation).map(relation::address) else { return Vec::new() };
    let address = Address::on("RULE", &of.name, &table);
    let definition = of.definition.trim_end().trim_end_matches(';');
    let mut statements = vec![Statement::new(Action::Create, &address, definition)];
    statements.extend(relation::enabled_words(&of.enabled).map(|words| {
        let sql = format!("ALTER TABLE {} {words} RULE {}", table.sql, ident(&of.name));
        Statement::new(Action::Alter, &address, sql)
    }));
    statements.extend(about::comment(lookup, ObjectId::new(class::REWRITE, of.oid), &address));
    statements
}

/// A row-level security policy with its comment.
#[must_use]
pub fn policy(lookup: &Lookup<'_>, of: &Policy) -> Vec<Statement> {
    let Some(table) = lookup.relation(of.relation).map(relation::address) else { return Vec::new() };
    let address = Address::on("POLICY", &of.name, &table);
    let kind = if of.permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
    let command = match of.command.as_str() {
        "r" => "SELECT",
        "a" => "INSERT",
        "w" => "UPDATE",
        "d" => "DELETE",
        _ => "ALL",
    };
    let roles = join(of.roles.iter().map(|role| if role.is_empty() { "PUBLIC".to_owned() } else { ident(role) }));
    let mut sql = format!("CREATE POLICY {} AS {kind} FOR {command} TO {roles}", address.sql);
    for (word, expression) in [("USING", &of.using_expression), ("WITH CHECK", &of.check_expression)] {
        if let Some(expression) = expression {
            sql.push_str(&format!(" {word} ({expression})"));
        }
    }
    let mut statements = vec![Statement::new(Action::Create, &address, sql).naming_roles(&of.roles)];
    statements.extend(about::comment(lookup, ObjectId::new(class::POLICY, of.oid), &address));
    statements
}

/// How SQL refers to an event trigger.
#[must_use]
pub fn event_trigger_address(of: &EventTrigger) -> Address {
    Address::global("EVENT TRIGGER", &of.name)
}

/// An event trigger with its enabled state, owner and comment.
#[must_use]
pub fn event_trigger(lookup: &Lookup<'_>, of: &EventTrigger) -> Vec<Statement> {
    let address = event_trigger_address(of);
    let mut sql = format!("CREATE EVENT TRIGGER {} ON {}", address.sql, ident(&of.event));
    if !of.tags.is_empty() {
        sql.push_str(&format!(" WHEN TAG IN ({})", join(of.tags.iter().map(|tag| literal(tag)))));
    }
    sql.push_str(&format!(" EXECUTE FUNCTION {}()", qualified(&of.function_schema, &of.function_name)));
    let mut statements = vec![Statement::new(Action::Create, &address, sql)];
    statements.extend(
        relation::enabled_words(&of.enabled).map(|words| {
            Statement::new(Action::Alter, &address, format!("ALTER EVENT TRIGGER {} {words}", address.sql))
        }),
    );
    statements.push(about::owner(&address, &of.owner));
    statements.extend(about::comment(lookup, ObjectId::new(class::EVENT_TRIGGER, of.oid), &address));
    statements
}
