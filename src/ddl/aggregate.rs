//! Aggregate functions.

use super::about;
use super::sql::{join, literal, qualified_operator};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Aggregate, Lookup, ObjectId, class};

/// How SQL refers to an aggregate. One without arguments takes `*`.
#[must_use]
pub fn address(of: &Aggregate) -> Address {
    let arguments = if of.identity_arguments.is_empty() { "*" } else { &of.identity_arguments };
    Address::routine("AGGREGATE", &of.schema, &of.name, arguments)
}

/// How GRANT and REVOKE refer to an aggregate: as a function, whose argument list knows neither `*` nor ORDER BY.
#[must_use]
pub fn privileges_address(of: &Aggregate) -> Address {
    Address::routine("FUNCTION", &of.schema, &of.name, &of.argument_types)
}

/// An aggregate with its owner and comment.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &Aggregate) -> Vec<Statement> {
    let address = address(of);
    let sql = format!("CREATE AGGREGATE {} ({})", address.sql, join(parameters(of)));
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::PROC, of.oid), &address));
    statements
}

fn parameters(of: &Aggregate) -> Vec<String> {
    let set = |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word} = {value}"));
    let text = |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word} = {}", literal(value)));
    let bytes = |word: &str, bytes: i32| (bytes != 0).then(|| format!("{word} = {bytes}"));
    let flag = |word: &str, on: bool| on.then(|| word.to_owned());
    let modify =
        |word: &str, letter: &str| (letter != usual_modify(of)).then(|| format!("{word} = {}", modifies(letter)));
    let sort_operator = of.sort_operator_schema.as_ref().zip(of.sort_operator_name.as_ref());
    let optional = [
        bytes("SSPACE", of.transition_bytes),
        set("FINALFUNC", &of.final_function),
        flag("FINALFUNC_EXTRA", of.final_extra),
        modify("FINALFUNC_MODIFY", &of.final_modify),
        set("COMBINEFUNC", &of.combine_function),
        set("SERIALFUNC", &of.serial_function),
        set("DESERIALFUNC", &of.deserial_function),
        text("INITCOND", &of.initial_value),
        set("MSFUNC", &of.moving_transition_function),
        set("MINVFUNC", &of.moving_inverse_function),
        set("MSTYPE", &of.moving_type),
        bytes("MSSPACE", of.moving_bytes),
        set("MFINALFUNC", &of.moving_final_function),
        flag("MFINALFUNC_EXTRA", of.moving_final_extra),
        modify("MFINALFUNC_MODIFY", &of.moving_final_modify),
        text("MINITCOND", &of.moving_initial_value),
        sort_operator.map(|(schema, name)| format!("SORTOP = {}", qualified_operator(schema, name))),
        parallel(&of.parallel).map(|word| format!("PARALLEL = {word}")),
        flag("HYPOTHETICAL", of.kind == "h"),
    ];
    let required = [format!("SFUNC = {}", of.transition_function), format!("STYPE = {}", of.transition_type)];
    required.into_iter().chain(optional.into_iter().flatten()).collect()
}

/// What CREATE AGGREGATE takes `aggfinalmodify` to be when nothing is said: ordered-set aggregates sort their input in place.
fn usual_modify(of: &Aggregate) -> &'static str {
    if of.kind == "n" { "r" } else { "w" }
}

fn modifies(letter: &str) -> &'static str {
    match letter {
        "r" => "READ_ONLY",
        "s" => "SHAREABLE",
        _ => "READ_WRITE",
    }
}

/// `proparallel` in words, where it is not what a new aggregate has.
fn parallel(letter: &str) -> Option<&'static str> {
    match letter {
        "s" => Some("SAFE"),
        "r" => Some("RESTRICTED"),
        _ => None,
    }
}
