//! Operators, casts and conversions.

use super::about;
use super::sql::{join, literal, operator, qualified_operator};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Cast, Conversion, Lookup, ObjectId, Operator, class};

/// How SQL refers to an operator.
#[must_use]
pub fn address(of: &Operator) -> Address {
    let side = |of: &Option<String>| of.clone().unwrap_or_else(|| "NONE".to_owned());
    let types = format!("({}, {})", side(&of.left_type), side(&of.right_type));
    let readable = format!("{}.{} {types}", super::sql::readable(&of.schema), of.name);
    Address { kind: "OPERATOR", sql: format!("{} {types}", operator(&of.schema, &of.name)), readable }
}

/// An operator with its owner and comment. A commutator or negator that comes later is left behind as a shell, which its own
/// statement then fills.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &Operator) -> Vec<Statement> {
    let address = address(of);
    let set = |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word} = {value}"));
    let other = |word: &str, schema: &Option<String>, name: &Option<String>| {
        Some(format!("{word} = {}", qualified_operator(schema.as_ref()?, name.as_ref()?)))
    };
    let flag = |word: &str, on: bool| on.then(|| word.to_owned());
    let parameters = [
        Some(format!("FUNCTION = {}", of.function)),
        set("LEFTARG", &of.left_type),
        set("RIGHTARG", &of.right_type),
        other("COMMUTATOR", &of.commutator_schema, &of.commutator_name),
        other("NEGATOR", &of.negator_schema, &of.negator_name),
        set("RESTRICT", &of.restrict_function),
        set("JOIN", &of.join_function),
        flag("HASHES", of.hashes),
        flag("MERGES", of.merges),
    ];
    let parameters = join(parameters.into_iter().flatten());
    let sql = format!("CREATE OPERATOR {} ({parameters})", operator(&of.schema, &of.name));
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::OPERATOR, of.oid), &address));
    statements
}

/// How SQL refers to a cast.
#[must_use]
pub fn cast_address(of: &Cast) -> Address {
    let sql = format!("({} AS {})", of.source_type, of.target_type);
    Address { kind: "CAST", readable: sql.clone(), sql }
}

/// A cast with its comment. It has no owner.
#[must_use]
pub fn cast(lookup: &Lookup<'_>, of: &Cast) -> Vec<Statement> {
    let address = cast_address(of);
    let how = match (&of.function, of.method.as_str()) {
        (Some(function), "f") => format!("WITH FUNCTION {function}"),
        (_, "i") => "WITH INOUT".to_owned(),
        _ => "WITHOUT FUNCTION".to_owned(),
    };
    let when = match of.context.as_str() {
        "a" => " AS ASSIGNMENT",
        "i" => " AS IMPLICIT",
        _ => "",
    };
    let sql = format!("CREATE CAST {} {how}{when}", address.sql);
    let mut statements = vec![Statement::new(Action::Create, &address, sql)];
    statements.extend(about::comment(lookup, ObjectId::new(class::CAST, of.oid), &address));
    statements
}

/// How SQL refers to a conversion.
#[must_use]
pub fn conversion_address(of: &Conversion) -> Address {
    Address::in_schema("CONVERSION", &of.schema, &of.name)
}

/// A conversion with its owner and comment.
#[must_use]
pub fn conversion(lookup: &Lookup<'_>, of: &Conversion) -> Vec<Statement> {
    let address = conversion_address(of);
    let default = if of.is_default { "DEFAULT " } else { "" };
    let sql = format!(
        "CREATE {default}CONVERSION {} FOR {} TO {} FROM {}",
        address.sql,
        literal(&of.source_encoding),
        literal(&of.target_encoding),
        of.function
    );
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::CONVERSION, of.oid), &address));
    statements
}
