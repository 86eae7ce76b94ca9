//! What tables, views, materialized views and sequences have in common.

use super::sql::{ident, join, literal};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Attribute, Relation, RelationKind};

/// How SQL refers to a relation.
#[must_use]
pub fn address(relation: &Relation) -> Address {
    let kind = match relation.relation_kind() {
        RelationKind::Table | RelationKind::PartitionedTable => "TABLE",
        RelationKind::View => "VIEW",
        RelationKind::MaterializedView => "MATERIALIZED VIEW",
        RelationKind::Sequence => "SEQUENCE",
        RelationKind::ForeignTable => "FOREIGN TABLE",
    };
    Address::in_schema(kind, &relation.schema, &relation.name)
}

/// ` WITH ("name"='value', …)`, or nothing. Options are `name=value` texts as `pg_class` stores them.
pub(super) fn with_options<'a>(
    options: impl IntoIterator<Item = &'a String>,
    toast_options: impl IntoIterator<Item = &'a String>,
) -> String {
    let own = options.into_iter().map(|option| assignment("", option));
    let settings = join(own.chain(toast_options.into_iter().map(|option| assignment("toast.", option))));
    if settings.is_empty() { String::new() } else { format!(" WITH ({settings})") }
}

fn assignment(prefix: &str, option: &str) -> String {
    match option.split_once('=') {
        Some((name, value)) => format!("{prefix}{}={}", ident(name), literal(value)),
        None => format!("{prefix}{}", ident(option)),
    }
}

/// ` USING "method"` where a relation's access method is not the built-in one.
pub(super) fn using_method(relation: &Relation) -> String {
    match relation.access_method.as_deref() {
        None | Some("heap") => String::new(),
        Some(method) => format!(" USING {}", ident(method)),
    }
}

/// Moves a relation that is still empty to its tablespace.
pub(super) fn tablespace(relation: &Relation, address: &Address) -> Option<Statement> {
    let tablespace = relation.tablespace.as_ref()?;
    let sql = format!("ALTER {} {} SET TABLESPACE {}", address.kind, address.sql, ident(tablespace));
    Some(Statement::new(Action::Tablespace, address, sql).naming_tablespace(tablespace))
}

/// What a column has that CREATE TABLE cannot say on every version: storage, compression, statistics target, options.
pub(super) fn column_settings(address: &Address, column: &Attribute) -> Vec<Statement> {
    let column_address = Address::column(&column.name, address);
    let alter = |action, change: String| {
        let sql = format!("ALTER TABLE ONLY {} ALTER COLUMN {} {change}", address.sql, ident(&column.name));
        Statement::new(action, &column_address, sql)
    };
    let mut statements = Vec::new();
    if let Some(storage) = column.storage.as_deref().and_then(storage_name) {
        statements.push(alter(Action::Alter, format!("SET STORAGE {storage}")));
    }
    match column.compression.as_str() {
        "p" => statements.push(alter(Action::Tune, "SET COMPRESSION pglz".to_owned())),
        "l" => statements.push(alter(Action::Tune, "SET COMPRESSION lz4".to_owned())),
        _ => {}
    }
    if column.statistics_target >= 0 {
        statements.push(alter(Action::Alter, format!("SET STATISTICS {}", column.statistics_target)));
    }
    if !column.options.is_empty() {
        let options = join(column.options.iter().map(|option| assignment("", option)));
        statements.push(alter(Action::Alter, format!("SET ({options})")));
    }
    statements
}

/// The word for a `pg_attribute.attstorage`.
fn storage_name(storage: &str) -> Option<&'static str> {
    match storage {
        "p" => Some("PLAIN"),
        "e" => Some("EXTERNAL"),
        "m" => Some("MAIN"),
        "x" => Some("EXTENDED"),
        _ => None,
    }
}

/// ` ENABLE REPLICA` and the like for a `tgenabled` or `ev_enabled`; `None` for the state a new trigger or rule has.
pub(super) fn enabled_words(enabled: &str) -> Option<&'static str> {
    match enabled {
        "D" => Some("DISABLE"),
        "R" => Some("ENABLE REPLICA"),
        "A" => Some("ENABLE ALWAYS"),
        _ => None,
    }
}
