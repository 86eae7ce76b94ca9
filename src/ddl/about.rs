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
    let (provider, label) = (ident(&of.provider), literal(&of.label));
    let sql = format!("SECURITY LABEL FOR {provider} ON {} {} IS {label}", labelled.kind, labelled.sql);
    Some(Statement::new(Action::SecurityLabel, &labelled, sql))
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
