//! Publications with what they publish, and subscriptions.

use super::about;
use super::sql::{ident, idents, literal, qualified};
use super::statement::{Action, Address, Statement};
use crate::catalog::{
    Lookup, ObjectId, Publication, PublicationSchema, PublicationTable, SubscriptionDefinition, class,
};

/// How SQL refers to a publication.
#[must_use]
pub fn address(of: &Publication) -> Address {
    Address::global("PUBLICATION", &of.name)
}

/// A publication without tables, unless it is for all, with its owner and comment. What the server does unasked is not
/// said: older servers do not know the words.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &Publication) -> Vec<Statement> {
    let address = address(of);
    let all_tables = if of.all_tables { " FOR ALL TABLES" } else { "" };
    let mut options = format!("publish = {}", literal(&of.operations.join(", ")));
    if of.via_root {
        options.push_str(", publish_via_partition_root = true");
    }
    if of.generated_columns == "s" {
        options.push_str(", publish_generated_columns = stored");
    }
    let sql = format!("CREATE PUBLICATION {}{all_tables} WITH ({options})", address.sql);
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::PUBLICATION, of.oid), &address));
    statements
}

/// Adds a table, with the columns and rows of it that are published.
#[must_use]
pub fn add_table(lookup: &Lookup<'_>, of: &PublicationTable) -> Option<Statement> {
    let publication = address(lookup.publication(of.publication)?);
    let table = qualified(&of.schema, &of.name);
    let mut sql = format!("ALTER PUBLICATION {} ADD TABLE ONLY {table}", publication.sql);
    if !of.columns.is_empty() {
        sql.push_str(&format!(" ({})", idents(&of.columns)));
    }
    if let Some(condition) = &of.condition {
        sql.push_str(&format!(" WHERE ({condition})"));
    }
    Some(Statement::new(Action::Alter, &publication, sql))
}

/// Adds every table of a schema.
#[must_use]
pub fn add_schema(lookup: &Lookup<'_>, of: &PublicationSchema) -> Option<Statement> {
    let publication = address(lookup.publication(of.publication)?);
    let sql = format!("ALTER PUBLICATION {} ADD TABLES IN SCHEMA {}", publication.sql, idents([&of.schema]));
    Some(Statement::new(Action::Alter, &publication, sql))
}

/// How SQL refers to a subscription.
#[must_use]
pub fn subscription_address(name: &str) -> Address {
    Address::global("SUBSCRIPTION", name)
}

/// A subscription that is disabled and connects to nothing, with its owner and comment. How it connects may hold a secret, so that
/// the statement is not shown. What every server does unasked is not said: streaming is off unasked before 18 only.
#[must_use]
pub fn subscription(lookup: &Lookup<'_>, of: &SubscriptionDefinition) -> Vec<Statement> {
    let address = subscription_address(&of.name);
    let slot = of.slot_name.as_ref().map_or_else(|| "NONE".to_owned(), |name| literal(name));
    let streaming = match of.streaming.as_str() {
        "f" => Some("streaming = off"),
        "t" => Some("streaming = on"),
        "p" => Some("streaming = parallel"),
        _ => None,
    };
    let flag = |is_set: bool, words: &'static str| is_set.then_some(words);
    let options = [
        flag(of.binary, "binary = true"),
        streaming,
        flag(of.two_phase, "two_phase = true"),
        flag(of.disable_on_error, "disable_on_error = true"),
        flag(!of.asks_for_secret, "password_required = false"),
        flag(of.run_as_owner, "run_as_owner = true"),
        flag(of.origin == "none", "origin = none"),
        flag(of.failover, "failover = true"),
    ];
    let mut with = format!("connect = false, slot_name = {slot}");
    for option in options.into_iter().flatten() {
        with.push_str(", ");
        with.push_str(option);
    }
    if of.synchronous_commit != "off" {
        with.push_str(&format!(", synchronous_commit = {}", literal(&of.synchronous_commit)));
    }
    let sql = format!(
        "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({with})",
        ident(&of.name),
        literal(&of.conninfo.0),
        idents(&of.publications)
    );
    let create = Statement::new(Action::Create, &address, sql).hidden();
    let mut statements = vec![create, about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::SUBSCRIPTION, of.oid), &address));
    statements
}

/// What comes before a subscription's DROP, so that the publisher is neither asked nor loses the slot: another subscription,
/// such as the one this was copied from, may use it.
#[must_use]
pub fn without_slot(subscription: &Address) -> [Statement; 2] {
    ["DISABLE", "SET (slot_name = NONE)"].map(|change| {
        Statement::new(Action::Drop, subscription, format!("ALTER SUBSCRIPTION {} {change}", subscription.sql))
    })
}
