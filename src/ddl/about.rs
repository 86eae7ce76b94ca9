//! Owners, comments and security labels, the same for every kind of object.

use super::sql::{ident, literal};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Lookup, ObjectId, SecurityLabel};

/// `ALTER … OWNER TO …`.
#[must_use]
pub fn owner(object: &Address, role: &str) -> Statement {
    let sql = format!("ALTER {} {} OWNER TO {}", object.kind, object.sql, ident(role));
    Statement::new(Action::Owner, object, sql).as_member_of(role).naming_roles([&role.to_owned()])
}

/// The comment on an object itself, if it has one.
#[must_use]
pub fn comment(lookup: &Lookup<'_>, id: ObjectId, object: &Address) -> Option<Statement> {
    let comment = lookup.comments(id).iter().find(|comment| comment.sub_id == 0)?;
    Some(comment_is(object, &comment.text))
}

/// The comments on the columns of a relation or composite type.
#[must_use]
pub fn column_comments(lookup: &Lookup<'_>, relation: u32, object: &Address) -> Vec<Statement> {
    let comments = lookup.comments(ObjectId::relation(relation)).iter().filter(|comment| comment.sub_id != 0);
    comments
        .filter_map(|comment| Some(comment_is(&column(lookup, relation, comment.sub_id, object)?, &comment.text)))
        .collect()
}

/// `ALTER … DEPENDS ON EXTENSION …`, for each extension an object is dropped with.
pub(super) fn dropped_with(lookup: &Lookup<'_>, id: ObjectId, object: &Address) -> Vec<Statement> {
    let extensions = lookup.dropped_with(id).iter();
    let depends = extensions.map(|extension| {
        let sql = format!("ALTER {} {} DEPENDS ON EXTENSION {}", object.kind, object.sql, ident(&extension.name));
        Statement::new(Action::Alter, object, sql)
    });
    depends.collect()
}

/// `SECURITY LABEL FOR … ON … IS …`, of an object or one of the columns of its `relation`.
#[must_use]
pub fn security_label(lookup: &Lookup<'_>, of: &SecurityLabel, relation: u32, object: &Address) -> Option<Statement> {
    let labelled = if of.sub_id == 0 { object.clone() } else { column(lookup, relation, of.sub_id, object)? };
    Some(label_is(&labelled, &of.provider, &of.label))
}

/// The same of an object that came with an extension, by the name the server itself gives it. `None` for a kind that takes no
/// labels.
#[must_use]
pub fn given_security_label(of: &SecurityLabel) -> Option<Statement> {
    let kind = match of.kind.as_str() {
        "table" => "TABLE",
        "foreign table" => "FOREIGN TABLE",
        "view" => "VIEW",
        "materialized view" => "MATERIALIZED VIEW",
        "sequence" => "SEQUENCE",
        "type" => "TYPE",
        // An aggregate of any rows is `name()` there, which only ROUTINE reads.
        "function" | "procedure" | "window function" | "aggregate" => "ROUTINE",
        "schema" => "SCHEMA",
        "language" => "LANGUAGE",
        "event trigger" => "EVENT TRIGGER",
        kind if kind.ends_with(" column") => "COLUMN",
        _ => return None,
    };
    let labelled = Address { kind, sql: of.identity.clone(), readable: of.identity.clone() };
    Some(label_is(&labelled, &of.provider, &of.label))
}

/// `SECURITY LABEL FOR … ON … IS …`.
pub(super) fn label_is(object: &Address, provider: &str, label: &str) -> Statement {
    let (provider, label) = (ident(provider), literal(label));
    let sql = format!("SECURITY LABEL FOR {provider} ON {} {} IS {label}", object.kind, object.sql);
    Statement::new(Action::SecurityLabel, object, sql)
}

/// A column by its number.
fn column(lookup: &Lookup<'_>, relation: u32, number: i32, object: &Address) -> Option<Address> {
    let mut columns = lookup.attributes(relation).iter();
    let column = columns.find(|column| i32::from(column.number) == number)?;
    Some(Address::column(&column.name, object))
}

/// Takes the comment off an object.
#[must_use]
pub fn no_comment(object: &Address) -> Statement {
    Statement::new(Action::Comment, object, format!("COMMENT ON {} {} IS NULL", object.kind, object.sql))
}

/// `COMMENT ON … IS …`.
pub(super) fn comment_is(object: &Address, text: &str) -> Statement {
    let sql = format!("COMMENT ON {} {} IS {}", object.kind, object.sql, literal(text));
    Statement::new(Action::Comment, object, sql)
}
