//! Languages, transforms and access methods.

use super::about;
use super::sql::{ident, join};
use super::statement::{Action, Address, Statement};
use crate::catalog::{AccessMethod, Language, Lookup, ObjectId, Transform, class};

/// How SQL refers to a language.
#[must_use]
pub fn address(of: &Language) -> Address {
    Address::global("LANGUAGE", &of.name)
}

/// A language with its owner and comment.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &Language) -> Vec<Statement> {
    let address = address(of);
    let trusted = if of.trusted { "TRUSTED " } else { "" };
    let mut sql = format!("CREATE {trusted}LANGUAGE {}", address.sql);
    let functions = [("HANDLER", &of.handler), ("INLINE", &of.inline_handler), ("VALIDATOR", &of.validator)];
    for (word, function) in functions.into_iter().filter_map(|(word, function)| Some((word, function.as_ref()?))) {
        sql.push_str(&format!(" {word} {function}"));
    }
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::LANGUAGE, of.oid), &address));
    statements
}

/// How SQL refers to a transform.
#[must_use]
pub fn transform_address(of: &Transform) -> Address {
    Address {
        kind: "TRANSFORM",
        sql: format!("FOR {} LANGUAGE {}", of.type_name, ident(&of.language)),
        readable: format!("for {} in {}", of.type_name, super::sql::readable(&of.language)),
    }
}

/// A transform with its comment. It has no owner.
#[must_use]
pub fn transform(lookup: &Lookup<'_>, of: &Transform) -> Vec<Statement> {
    let address = transform_address(of);
    let with = |words: &str, function: &Option<String>| {
        function.as_ref().map(|function| format!("{words} WITH FUNCTION {function}"))
    };
    let functions = join([with("FROM SQL", &of.from_sql), with("TO SQL", &of.to_sql)].into_iter().flatten());
    let mut statements =
        vec![Statement::new(Action::Create, &address, format!("CREATE TRANSFORM {} ({functions})", address.sql))];
    statements.extend(about::comment(lookup, ObjectId::new(class::TRANSFORM, of.oid), &address));
    statements
}

/// How SQL refers to an access method.
#[must_use]
pub fn access_method_address(of: &AccessMethod) -> Address {
    Address::global("ACCESS METHOD", &of.name)
}

/// An access method with its comment. It has no owner.
#[must_use]
pub fn access_method(lookup: &Lookup<'_>, of: &AccessMethod) -> Vec<Statement> {
    let address = access_method_address(of);
    let kind = if of.kind == "t" { "TABLE" } else { "INDEX" };
    let sql = format!("CREATE ACCESS METHOD {} TYPE {kind} HANDLER {}", address.sql, of.handler);
    let mut statements = vec![Statement::new(Action::Create, &address, sql)];
    statements.extend(about::comment(lookup, ObjectId::new(class::AM, of.oid), &address));
    statements
}
