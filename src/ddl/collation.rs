//! Collations.

use super::about;
use super::sql::{join, literal};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Collation, Lookup, ObjectId, class};

/// How SQL refers to a collation.
#[must_use]
pub fn address(of: &Collation) -> Address {
    Address::in_schema("COLLATION", &of.schema, &of.name)
}

/// A collation with its owner and comment. Its version is the one the target's provider has.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &Collation) -> Vec<Statement> {
    let address = address(of);
    let sql = format!("CREATE COLLATION {} ({})", address.sql, join(parameters(of)));
    let mut statements = vec![Statement::new(Action::Create, &address, sql), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::new(class::COLLATION, of.oid), &address));
    statements
}

/// Makes a collation that is gone with the session, to see whether the server knows its locale.
#[must_use]
pub fn trial(of: &Collation) -> String {
    format!("CREATE COLLATION pg_temp.trial ({})", join(parameters(of)))
}

fn parameters(of: &Collation) -> Vec<String> {
    let provider = match of.provider.as_str() {
        "b" => "builtin",
        "i" => "icu",
        _ => "libc",
    };
    let set = |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word} = {}", literal(value)));
    let optional = [
        (!of.deterministic).then(|| "DETERMINISTIC = false".to_owned()),
        set("LOCALE", &of.locale),
        set("LC_COLLATE", &of.collate),
        set("LC_CTYPE", &of.ctype),
        set("RULES", &of.rules),
    ];
    [format!("PROVIDER = {provider}")].into_iter().chain(optional.into_iter().flatten()).collect()
}
