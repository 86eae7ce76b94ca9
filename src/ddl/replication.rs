//! Publications and what they publish.

use super::about;
use super::sql::{idents, literal, qualified};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Lookup, ObjectId, Publication, PublicationSchema, PublicationTable, class};

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
