//! Sequences: stand-alone, owned, and those of identity columns.

use super::about;
use super::relation;
use super::sql::{QualifiedName, ident, join, literal};
use super::statement::{Action, Address, Statement};
use crate::catalog::{Attribute, Lookup, ObjectId, Relation, Sequence};

/// A sequence with its owner and comment.
#[must_use]
pub fn create(lookup: &Lookup<'_>, of: &Relation, sequence: &Sequence) -> Vec<Statement> {
    let address = relation::address(of);
    let unlogged = if of.persistence == "u" { "UNLOGGED " } else { "" };
    let create =
        format!("CREATE {unlogged}SEQUENCE {} AS {} {}", address.sql, sequence.data_type, parameters(sequence));
    let mut statements = vec![Statement::new(Action::Create, &address, create), about::owner(&address, &of.owner)];
    statements.extend(about::comment(lookup, ObjectId::relation(of.oid), &address));
    statements
}

/// `ALTER SEQUENCE … OWNED BY …`.
#[must_use]
pub fn owned_by(of: &Relation, table: &Address, column: &Attribute) -> Statement {
    let address = relation::address(of);
    let sql = format!("ALTER SEQUENCE {} OWNED BY {}.{}", address.sql, table.sql, ident(&column.name));
    Statement::new(Action::Alter, &address, sql)
}

/// `GENERATED … AS IDENTITY (…)`, with the sequence's name and parameters. Its type is the column's.
pub(super) fn identity(column: &Attribute, of: &Relation, sequence: &Sequence) -> String {
    let always = if column.identity == "a" { "ALWAYS" } else { "BY DEFAULT" };
    format!("GENERATED {always} AS IDENTITY (SEQUENCE NAME {} {})", relation::address(of).sql, parameters(sequence))
}

/// Makes the sequence of an identity column logged or not, where its table is the other.
pub(super) fn persistence(of: &Relation) -> Statement {
    let address = relation::address(of);
    let word = if of.persistence == "u" { "UNLOGGED" } else { "LOGGED" };
    Statement::new(Action::Alter, &address, format!("ALTER SEQUENCE {} SET {word}", address.sql))
}

fn parameters(sequence: &Sequence) -> String {
    let Sequence { start_value, increment, min_value, max_value, cache_size, cycles, .. } = sequence;
    let cycle = if *cycles { "CYCLE" } else { "NO CYCLE" };
    format!(
        "INCREMENT BY {increment} MINVALUE {min_value} MAXVALUE {max_value} START WITH {start_value} CACHE {cache_size} {cycle}"
    )
}

/// A query for where sequences stand: `place` (in the list), `last_value`, `is_called`, a row for each.
#[must_use]
pub fn read_values(sequences: &[QualifiedName]) -> String {
    let select = |(place, sequence): (usize, &QualifiedName)| {
        format!("SELECT {place} AS place, last_value, is_called FROM {}", sequence.sql())
    };
    let selects: Vec<_> = sequences.iter().enumerate().map(select).collect();
    format!("{} ORDER BY place", selects.join(" UNION ALL "))
}

/// A query that sets sequences to a last value that was handed out already or not.
#[must_use]
pub fn set_values<'a>(values: impl IntoIterator<Item = (&'a QualifiedName, i64, bool)>) -> String {
    let call = |(sequence, last_value, is_called): (&QualifiedName, i64, bool)| {
        let name = literal(&sequence.sql());
        format!("pg_catalog.setval({name}::pg_catalog.regclass, {last_value}, {is_called})")
    };
    format!("SELECT {}", join(values.into_iter().map(call)))
}
