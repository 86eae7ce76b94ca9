//! Tables, their columns, and their place among parents.

use super::relation::{self, address};
use super::sql::{QualifiedName, ident, join};
use super::statement::{Action, Address, Statement};
use super::{about, constraint, foreign, sequence, types};
use crate::catalog::{Attribute, Constraint, Lookup, ObjectId, Relation, RelationKind};

/// Empties tables, all of them or none: some by themselves, and others with their partitions.
#[must_use]
pub fn truncate<'a>(
    tables: impl Iterator<Item = &'a QualifiedName>,
    partitioned: impl Iterator<Item = &'a QualifiedName>,
) -> String {
    let only = tables.map(|table| format!("ONLY {}", table.sql()));
    let all: Vec<_> = only.chain(partitioned.map(QualifiedName::sql)).collect();
    format!("TRUNCATE {}", all.join(", "))
}

/// Keeps tables, with their partitions, from everybody until the end of the transaction.
#[must_use]
pub fn lock<'a>(tables: impl Iterator<Item = &'a QualifiedName>) -> String {
    let names: Vec<_> = tables.map(QualifiedName::sql).collect();
    format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", "))
}

/// Counts the rows of tables, those of their children apart, in order: one row with column `rows` for each.
#[must_use]
pub fn count<'a>(tables: impl Iterator<Item = &'a QualifiedName>) -> String {
    let counts = tables.enumerate().map(|(place, table)| {
        format!("SELECT {place} AS place, pg_catalog.count(*) AS rows FROM ONLY {}", table.sql())
    });
    format!("{} ORDER BY place", counts.collect::<Vec<_>>().join(" UNION ALL "))
}

/// Which parts of a table are added by statements of their own, because a dependency loop was cut there.
pub trait Separate {
    /// Whether a default (by its OID in `pg_attrdef`) is not part of CREATE TABLE.
    fn default(&self, oid: u32) -> bool;
    /// Whether a constraint (by its OID in `pg_constraint`) is not part of CREATE TABLE or CREATE DOMAIN.
    fn constraint(&self, oid: u32) -> bool;
}

/// A table with its columns, defaults and checks, its owner, comments and settings: all that comes before rows.
#[must_use]
pub fn create(lookup: &Lookup<'_>, table: &Relation, separate: &impl Separate) -> Vec<Statement> {
    let address = address(table);
    let mut statements = vec![Statement::new(Action::Create, &address, create_table(lookup, table, separate))];
    statements.extend(relation::tablespace(table, &address));
    let columns = lookup.attributes(table.oid);
    for column in columns {
        statements.extend(inherited_column_changes(lookup, table, column, &address, separate));
        statements.extend(relation::column_settings(&address, column));
    }
    // A foreign table has none.
    let is_foreign = table.relation_kind() == RelationKind::ForeignTable;
    if let Some(identity) = match table.replica_identity.as_str() {
        _ if is_foreign => None,
        "n" => Some("NOTHING"),
        "f" => Some("FULL"),
        _ => None,
    } {
        let sql = format!("ALTER TABLE ONLY {} REPLICA IDENTITY {identity}", address.sql);
        statements.push(Statement::new(Action::Alter, &address, sql));
    }
    let identities = lookup.owned_sequences(table.oid).iter().filter(|sequence| sequence.identity);
    let sequences = identities.filter_map(|sequence| lookup.relation(sequence.oid));
    statements.extend(sequences.filter(|of| of.persistence != table.persistence).map(sequence::persistence));
    statements.push(about::owner(&address, &table.owner));
    statements.extend(comments(lookup, table, &address, separate));
    statements
}

fn comments(lookup: &Lookup<'_>, table: &Relation, address: &Address, separate: &impl Separate) -> Vec<Statement> {
    let mut statements: Vec<_> = about::comment(lookup, ObjectId::relation(table.oid), address).into_iter().collect();
    statements.extend(about::column_comments(lookup, table.oid, address));
    let constraints = lookup.constraints_of(ObjectId::relation(table.oid)).iter();
    let inline = constraints.filter(|constraint| is_inline(constraint, table, separate) || constraint.kind == "n");
    statements.extend(inline.filter_map(|constraint| constraint::comment(lookup, constraint, address)));
    for owned in lookup.owned_sequences(table.oid).iter().filter(|sequence| sequence.identity) {
        if let Some(relation) = lookup.relation(owned.oid) {
            statements.extend(about::comment(lookup, ObjectId::relation(owned.oid), &relation::address(relation)));
        }
    }
    statements
}

fn create_table(lookup: &Lookup<'_>, table: &Relation, separate: &impl Separate) -> String {
    let unlogged = if table.persistence == "u" { "UNLOGGED " } else { "" };
    let address = address(table);
    let mut sql = format!("CREATE {unlogged}{} {}", address.kind, address.sql);
    if let Some(of_type) = &table.of_type {
        sql.push_str(" OF ");
        sql.push_str(of_type);
    }
    let columns = lookup.attributes(table.oid).iter();
    let mut elements: Vec<_> = columns.filter_map(|column| column_element(lookup, table, column, separate)).collect();
    let constraints = lookup.constraints_of(ObjectId::relation(table.oid)).iter();
    elements.extend(constraints.filter_map(|constraint| constraint_element(lookup, constraint, table, separate)));
    if table.of_type.is_none() || !elements.is_empty() {
        let body = elements.join(",\n    ");
        sql.push_str(&if body.is_empty() { " (\n)".to_owned() } else { format!(" (\n    {body}\n)") });
    }
    if !table.is_partition() {
        let parents = lookup.parents(table.oid).iter().filter_map(|parent| lookup.relation(*parent));
        let parents = join(parents.map(|parent| relation::address(parent).sql));
        if !parents.is_empty() {
            sql.push_str(&format!("\nINHERITS ({parents})"));
        }
    }
    if let Some(key) = &table.partition_key {
        sql.push_str(&format!("\nPARTITION BY {key}"));
    }
    if let Some(of) = lookup.foreign_table(table.oid) {
        sql.push_str(&foreign::place(of));
    }
    sql.push_str(&relation::using_method(table));
    sql.push_str(&relation::with_options(&table.options, &table.toast_options));
    sql
}

/// One column's line in CREATE TABLE; `None` where the column comes from a parent or a type as it is.
fn column_element(
    lookup: &Lookup<'_>,
    table: &Relation,
    column: &Attribute,
    separate: &impl Separate,
) -> Option<String> {
    if !column.local && !table.is_partition() {
        return None;
    }
    let value = column_value(lookup, table, column, separate);
    let not_null = if column.not_null { not_null(lookup, table, column) } else { None };
    if table.of_type.is_some() {
        let options = format!("{}{}", value.unwrap_or_default(), not_null.unwrap_or_default());
        return (!options.is_empty()).then(|| format!("{} WITH OPTIONS{options}", ident(&column.name)));
    }
    let mut text = format!("{} {}", ident(&column.name), column.type_name);
    text.push_str(&foreign::options(lookup.foreign_column_options(table.oid, column.number)));
    text.push_str(&types::collate(column.collation_schema.as_deref(), column.collation_name.as_deref()));
    text.push_str(&value.unwrap_or_default());
    text.push_str(&not_null.unwrap_or_default());
    Some(text)
}

/// The default, generation expression or identity of a column, with a leading space.
fn column_value(lookup: &Lookup<'_>, table: &Relation, column: &Attribute, separate: &impl Separate) -> Option<String> {
    if !column.identity.is_empty() {
        let owned = lookup.owned_sequences(table.oid).iter();
        let mut of_column =
            owned.filter(|sequence| sequence.identity && sequence.owning_column == i32::from(column.number));
        // A partition's identity column (from 17 on) counts with its root's sequence and has none of its own.
        let sequence = of_column.next()?;
        return Some(format!(" {}", sequence::identity(column, lookup.relation(sequence.oid)?, sequence)));
    }
    let inherited = parent_default(lookup, table, column);
    match (column.generated.as_str(), &column.default_value, column.default_oid) {
        // A child takes its parent's generation expression over, and may not repeat it before 16.
        ("s" | "v", expression, _) if inherited.is_some() && inherited == expression.as_ref() => None,
        ("s", Some(expression), _) => Some(format!(" GENERATED ALWAYS AS ({expression}) STORED")),
        ("v", Some(expression), _) => Some(format!(" GENERATED ALWAYS AS ({expression}) VIRTUAL")),
        (_, Some(expression), Some(oid)) if !separate.default(oid) => Some(format!(" DEFAULT {expression}")),
        (_, Some(_), _) => None,
        _ if column.inherited_count > 0 && inherited.is_some() => Some(" DEFAULT NULL".to_owned()),
        _ => None,
    }
}

/// ` NOT NULL`, with its constraint's name where the server has one; `None` where it comes from a parent or is added after the
/// rows.
fn not_null(lookup: &Lookup<'_>, table: &Relation, column: &Attribute) -> Option<String> {
    match not_null_constraint(lookup, table, column) {
        Some(constraint) if !constraint.validated => None,
        Some(constraint) if !is_own_not_null(lookup, table, column, constraint) => None,
        Some(constraint) => {
            let no_inherit = if constraint.no_inherit { " NO INHERIT" } else { "" };
            Some(format!(" CONSTRAINT {} NOT NULL{no_inherit}", ident(&constraint.name)))
        }
        // Before 18 nobody knows whether a child has it of its own; said again, it would be its own from 18 on.
        None if !table.is_partition() && parent_columns(lookup, table, column).any(|parent| parent.not_null) => None,
        None => Some(" NOT NULL".to_owned()),
    }
}

/// Whether a column refuses NULL only because a parent's column does. Before 18 nobody knows whether it would by itself too.
pub(super) fn has_inherited_not_null(lookup: &Lookup<'_>, table: &Relation, column: &Attribute) -> bool {
    match not_null_constraint(lookup, table, column) {
        Some(constraint) => !constraint.local,
        None => parent_columns(lookup, table, column).any(|parent| parent.not_null),
    }
}

fn not_null_constraint<'a>(lookup: &Lookup<'a>, table: &Relation, column: &Attribute) -> Option<&'a Constraint> {
    let mut constraints = lookup.constraints_of(ObjectId::relation(table.oid)).iter().copied();
    constraints.find(|constraint| constraint.kind == "n" && constraint.columns == [column.number])
}

/// Whether a valid NOT NULL is said of the table itself: one that is defined here, of a partition, which must have its
/// parent's before it is attached, or one whose parent's is added later without validation.
fn is_own_not_null(lookup: &Lookup<'_>, table: &Relation, column: &Attribute, constraint: &Constraint) -> bool {
    let comes_later = |parent: &Attribute| {
        let constraints = lookup.constraints_of(ObjectId::relation(parent.relation)).iter();
        let mut unvalidated = constraints.filter(|constraint| constraint.kind == "n" && !constraint.validated);
        unvalidated.any(|constraint| constraint.columns == [parent.number])
    };
    constraint.local || table.is_partition() || parent_columns(lookup, table, column).any(comes_later)
}

/// A constraint's line in CREATE TABLE: a check, or a NOT NULL of a column that is only inherited.
fn constraint_element(
    lookup: &Lookup<'_>,
    constraint: &Constraint,
    table: &Relation,
    separate: &impl Separate,
) -> Option<String> {
    let of_inherited_column = || {
        let columns = lookup.attributes(table.oid).iter();
        let mut inherited = columns.filter(|column| !column.local && !table.is_partition());
        let column = inherited.find(|column| constraint.columns == [column.number]);
        column.is_some_and(|column| is_own_not_null(lookup, table, column, constraint))
    };
    let added_here = constraint.kind == "n" && constraint.validated && of_inherited_column();
    (added_here || is_inline(constraint, table, separate))
        .then(|| format!("CONSTRAINT {} {}", ident(&constraint.name), constraint.definition))
}

/// Whether a check is part of CREATE TABLE: one that is valid and defined here, or on a partition, which must have its
/// parent's checks before it is attached.
fn is_inline(constraint: &Constraint, table: &Relation, separate: &impl Separate) -> bool {
    constraint.kind == "c"
        && constraint.validated
        && (constraint.local || table.is_partition())
        && !separate.constraint(constraint.oid)
}

/// What a child changes about a column that comes from its parents.
fn inherited_column_changes(
    lookup: &Lookup<'_>,
    table: &Relation,
    column: &Attribute,
    address: &Address,
    separate: &impl Separate,
) -> Vec<Statement> {
    if column.local || table.is_partition() || table.of_type.is_some() {
        return Vec::new();
    }
    let column_address = Address::column(&column.name, address);
    let alter = |change: String| {
        let sql = format!("ALTER TABLE ONLY {} ALTER COLUMN {} {change}", address.sql, ident(&column.name));
        Statement::new(Action::Alter, &column_address, sql)
    };
    let mut statements = Vec::new();
    let inherited = parent_default(lookup, table, column);
    if column.generated.is_empty() {
        match (&column.default_value, column.default_oid) {
            (Some(own), Some(oid)) if inherited != Some(own) && !separate.default(oid) => {
                statements.push(alter(format!("SET DEFAULT {own}")));
            }
            (None, _) if inherited.is_some() => statements.push(alter("DROP DEFAULT".to_owned())),
            _ => {}
        }
    }
    let parent_not_null = parent_columns(lookup, table, column).any(|parent| parent.not_null);
    if column.not_null && !parent_not_null && not_null_constraint(lookup, table, column).is_none() {
        statements.push(alter("SET NOT NULL".to_owned()));
    }
    statements
}

fn parent_columns<'a>(
    lookup: &Lookup<'a>,
    table: &Relation,
    column: &Attribute,
) -> impl Iterator<Item = &'a Attribute> {
    let parents = if table.is_partition() { &[] } else { lookup.parents(table.oid) };
    let attributes: Vec<_> = parents.iter().flat_map(|parent| lookup.attributes(*parent)).copied().collect();
    let name = column.name.clone();
    attributes.into_iter().filter(move |parent| parent.name == name)
}

fn parent_default<'a>(lookup: &Lookup<'a>, table: &Relation, column: &Attribute) -> Option<&'a String> {
    parent_columns(lookup, table, column).find_map(|parent| parent.default_value.as_ref())
}

/// A default that a dependency loop keeps out of CREATE TABLE, or that belongs to a view's column.
#[must_use]
pub fn set_default(relation: &Relation, column: &Attribute) -> Option<Statement> {
    let address = address(relation);
    let value = column.default_value.as_ref()?;
    let (kind, only) = if address.kind == "VIEW" { ("VIEW", "") } else { ("TABLE", "ONLY ") };
    let sql = format!("ALTER {kind} {only}{} ALTER COLUMN {} SET DEFAULT {value}", address.sql, ident(&column.name));
    Some(Statement::new(Action::Alter, &Address::column(&column.name, &address), sql))
}

/// Makes a table a partition of its parent.
#[must_use]
pub fn attach(lookup: &Lookup<'_>, partition: &Relation) -> Option<Statement> {
    let parent = lookup.relation(*lookup.parents(partition.oid).first()?)?;
    let (parent, child, bound) = (address(parent), address(partition), partition.partition_bound.as_ref()?);
    let sql = format!("ALTER TABLE ONLY {} ATTACH PARTITION {} {bound}", parent.sql, child.sql);
    Some(Statement::new(Action::Attach, &child, sql))
}

/// Enables and forces row-level security, once the rows are in.
#[must_use]
pub fn row_security(table: &Relation) -> Vec<Statement> {
    let address = address(table);
    let alter = |words: &str| {
        Statement::new(Action::Alter, &address, format!("ALTER TABLE {} {words} ROW LEVEL SECURITY", address.sql))
    };
    let enable = table.row_security.then(|| alter("ENABLE"));
    let force = table.force_row_security.then(|| alter("FORCE"));
    enable.into_iter().chain(force).collect()
}
