//! Indexes and extended statistics.

use super::about;
use super::relation;
use super::sql::ident;
use super::statement::{Action, Address, Statement};
use crate::catalog::{Index, Lookup, ObjectId, Statistics, class};

/// How SQL refers to an index.
#[must_use]
pub fn address(index: &Index) -> Address {
    Address::in_schema("INDEX", &index.schema, &index.name)
}

/// The statement that builds the index alone.
#[must_use]
pub fn create(index: &Index) -> Statement {
    Statement::new(Action::Create, &address(index), index.definition.clone())
}

/// What is set on an index after it is there: tablespace, statistics targets, CLUSTER, replica identity, comment.
#[must_use]
pub fn settings(lookup: &Lookup<'_>, index: &Index) -> Vec<Statement> {
    let address = address(index);
    let mut statements = Vec::new();
    if let Some(tablespace) = &index.tablespace {
        let sql = format!("ALTER INDEX {} SET TABLESPACE {}", address.sql, ident(tablespace));
        statements.push(Statement::new(Action::Tablespace, &address, sql).naming_tablespace(tablespace));
    }
    for (column, target) in index.statistics_columns.iter().zip(&index.statistics_targets) {
        let sql = format!("ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {target}", address.sql);
        statements.push(Statement::new(Action::Alter, &address, sql));
    }
    if let Some(table) = lookup.relation(index.relation).map(relation::address) {
        let alter = |words: &str| {
            let sql = format!("ALTER {} {}{} {words} {}", table.kind, only(&table), table.sql, ident(&index.name));
            Statement::new(Action::Alter, &address, sql)
        };
        statements.extend(index.clustered.then(|| alter("CLUSTER ON")));
        statements.extend(index.replica_identity.then(|| alter("REPLICA IDENTITY USING INDEX")));
    }
    statements.extend(about::dropped_with(lookup, ObjectId::relation(index.oid), &address));
    statements.extend(about::comment(lookup, ObjectId::relation(index.oid), &address));
    statements
}

fn only(table: &Address) -> &'static str {
    if table.kind == "TABLE" { "ONLY " } else { "" }
}

/// Makes an index the part of a partitioned index that belongs to one partition.
#[must_use]
pub fn attach(lookup: &Lookup<'_>, index: &Index) -> Option<Statement> {
    let parent = lookup.index(*lookup.parents(index.oid).first()?)?;
    let child = address(index);
    let sql = format!("ALTER INDEX {} ATTACH PARTITION {}", address(parent).sql, child.sql);
    Some(Statement::new(Action::Attach, &child, sql))
}

/// How SQL refers to an extended statistics object.
#[must_use]
pub fn statistics_address(of: &Statistics) -> Address {
    Address::in_schema("STATISTICS", &of.schema, &of.name)
}

/// An extended statistics object with its owner, target and comment.
#[must_use]
pub fn statistics(lookup: &Lookup<'_>, of: &Statistics) -> Vec<Statement> {
    let address = statistics_address(of);
    let mut statements = vec![Statement::new(Action::Create, &address, of.definition.clone())];
    if of.statistics_target >= 0 {
        let sql = format!("ALTER STATISTICS {} SET STATISTICS {}", address.sql, of.statistics_target);
        statements.push(Statement::new(Action::Alter, &address, sql));
    }
    statements.push(about::owner(&address, &of.owner));
    statements.extend(about::comment(lookup, ObjectId::new(class::STATISTIC_EXT, of.oid), &address));
    statements
}
