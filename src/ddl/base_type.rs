//! Base types, and the shells that stand for a type while its functions are made.

use super::sql::{join, literal};
use super::statement::{Action, Statement};
use super::types::{address, complete};
use crate::catalog::{BaseType, Lookup, ShellType};

/// `CREATE TYPE` with nothing but the name.
#[must_use]
pub fn shell(schema: &str, name: &str) -> Statement {
    let address = address(schema, name);
    let sql = format!("CREATE TYPE {}", address.sql);
    Statement::new(Action::Create, &address, sql)
}

/// A type that is a shell on the source as well, with its owner and comment.
#[must_use]
pub fn shell_type(lookup: &Lookup<'_>, of: &ShellType) -> Vec<Statement> {
    let address = address(&of.schema, &of.name);
    let create = format!("CREATE TYPE {}", address.sql);
    complete(lookup, of.oid, &of.owner, &address, create)
}

/// A base type with its owner and comment.
#[must_use]
pub fn base_type(lookup: &Lookup<'_>, of: &BaseType) -> Vec<Statement> {
    let address = address(&of.schema, &of.name);
    let create = format!("CREATE TYPE {} ({})", address.sql, join(parameters(of)));
    complete(lookup, of.oid, &of.owner, &address, create)
}

fn parameters(of: &BaseType) -> Vec<String> {
    let set = |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word} = {value}"));
    let flag = |word: &str, on: bool| on.then(|| word.to_owned());
    let length = match of.length {
        -1 => "VARIABLE".to_owned(),
        // A C string; CREATE TYPE takes the number as it is.
        length => length.to_string(),
    };
    let optional = [
        set("RECEIVE", &of.receive),
        set("SEND", &of.send),
        set("TYPMOD_IN", &of.typmod_in),
        set("TYPMOD_OUT", &of.typmod_out),
        set("ANALYZE", &of.analyze),
        set("SUBSCRIPT", &of.subscript),
        flag("PASSEDBYVALUE", of.by_value),
        flag("PREFERRED = true", of.preferred),
        of.default_value.as_ref().map(|value| format!("DEFAULT = {}", literal(value))),
        set("ELEMENT", &of.element),
        flag("COLLATABLE = true", of.collatable),
    ];
    let required = [
        format!("INPUT = {}", of.input),
        format!("OUTPUT = {}", of.output),
        format!("INTERNALLENGTH = {length}"),
        format!("ALIGNMENT = {}", alignment(&of.alignment)),
        format!("STORAGE = {}", storage(&of.storage)),
        format!("CATEGORY = {}", literal(&of.category)),
        format!("DELIMITER = {}", literal(&of.delimiter)),
    ];
    required.into_iter().chain(optional.into_iter().flatten()).collect()
}

fn alignment(letter: &str) -> &'static str {
    match letter {
        "c" => "char",
        "s" => "int2",
        "d" => "double",
        _ => "int4",
    }
}

fn storage(letter: &str) -> &'static str {
    match letter {
        "e" => "external",
        "x" => "extended",
        "m" => "main",
        _ => "plain",
    }
}
