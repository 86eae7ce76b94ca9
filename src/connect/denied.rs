//! Tables that may not be read: found before anything is locked or changed, all at once, with the statement that helps.

use std::collections::{BTreeMap, BTreeSet};

use super::hold::HeldTable;
use super::snapshot::SnapshotError;
use super::{Control, query};
use crate::ddl::sql::{self, QualifiedName};
use crate::error::Side;

/// How many tables a message names.
const SHOWN_MAX: usize = 20;

/// A table whose rows the user may not read, all or some of them.
#[expect(clippy::struct_excessive_bools, reason = "each is a reason by itself, and several may hold")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeniedTable {
    /// Its name.
    pub name: QualifiedName,
    /// No USAGE on its schema.
    pub schema_denied: bool,
    /// No SELECT on it.
    pub table_denied: bool,
    /// Row-level security hides rows of it.
    pub rows_hidden: bool,
    /// It is unlogged, and the server is a standby, which has none of its rows and refuses to read them.
    pub unlogged: bool,
}

impl DeniedTable {
    /// What is missing, in words.
    #[must_use]
    pub fn missing(&self) -> &'static str {
        match self {
            Self { schema_denied: true, table_denied: true, .. } => "no USAGE on its schema and no SELECT",
            Self { schema_denied: true, .. } => "no USAGE on its schema",
            Self { table_denied: true, .. } => "no SELECT",
            Self { rows_hidden: true, .. } => "row-level security hides rows",
            _ => "it is unlogged, and a standby cannot read it",
        }
    }
}

/// Makes sure that the session's user may read the tables, and of those `with_rows` that every row can be read.
///
/// # Errors
///
/// [`SnapshotError::Denied`] with every table that may not be read; when the server cannot be asked.
pub async fn require_readable(
    session: &Control,
    tables: &[HeldTable],
    with_rows: impl Fn(&QualifiedName) -> bool,
    user: &str,
) -> Result<(), SnapshotError> {
    let mut denied = find(session, Side::Source, tables).await?;
    denied.retain(|of| of.schema_denied || of.table_denied || with_rows(&of.name));
    if denied.is_empty() { Ok(()) } else { Err(SnapshotError::Denied { tables: denied, user: user.to_owned() }) }
}

/// The tables whose rows the session's user may not read, all or some of them.
///
/// # Errors
///
/// When privileges cannot be looked up.
pub(super) async fn find(
    session: &Control,
    side: Side,
    tables: &[HeldTable],
) -> Result<Vec<DeniedTable>, SnapshotError> {
    let failed = || SnapshotError::failed("look up privileges", side);
    let names: BTreeMap<u32, &QualifiedName> = tables.iter().map(|table| (table.oid, &table.name)).collect();
    let oids: Vec<u32> = names.keys().copied().collect();
    let rows = session.client().query(query::TABLES_DENIED, &[&oids]).await.map_err(failed())?;
    let mut denied = Vec::new();
    for row in &rows {
        let oid: u32 = row.try_get("oid").map_err(failed())?;
        let Some(name) = names.get(&oid) else { continue };
        denied.push(DeniedTable {
            name: (*name).clone(),
            schema_denied: row.try_get("schema_denied").map_err(failed())?,
            table_denied: row.try_get("table_denied").map_err(failed())?,
            rows_hidden: row.try_get("rows_hidden").map_err(failed())?,
            unlogged: row.try_get("unlogged").map_err(failed())?,
        });
    }
    Ok(denied)
}

/// What is missing, table by table.
pub(super) fn detail(tables: &[DeniedTable], user: &str) -> String {
    let missing = |of: &DeniedTable| format!("\"{}\": {}", of.name, of.missing());
    let mut shown: Vec<_> = tables.iter().take(SHOWN_MAX).map(missing).collect();
    if tables.len() > SHOWN_MAX {
        shown.push(format!("and {} more", tables.len() - SHOWN_MAX));
    }
    format!("for user {user}: {}", shown.join(", "))
}

/// The statements that help.
pub(super) fn hint(tables: &[DeniedTable], user: &str) -> String {
    let user = sql::ident(user);
    let schemas: BTreeSet<_> =
        tables.iter().filter(|of| of.schema_denied).map(|of| sql::ident(&of.name.schema)).collect();
    let names: Vec<_> = tables.iter().filter(|of| of.table_denied).take(SHOWN_MAX).map(|of| of.name.sql()).collect();
    let mut statements = Vec::new();
    if !schemas.is_empty() {
        let schemas: Vec<_> = schemas.into_iter().collect();
        statements.push(format!("GRANT USAGE ON SCHEMA {} TO {user}", schemas.join(", ")));
    }
    if !names.is_empty() {
        statements.push(format!("GRANT SELECT ON {} TO {user}", names.join(", ")));
    }
    if tables.iter().any(|of| of.rows_hidden) {
        statements.push(format!("ALTER ROLE {user} BYPASSRLS"));
    }
    let mut hints = Vec::new();
    if !statements.is_empty() {
        let leave_out = "or leave the tables out with --exclude-tables";
        hints.push(format!("on the source: {}; {leave_out}", statements.join("; ")));
    }
    if tables.iter().any(|of| of.unlogged) {
        let unlogged = "copy the definitions of unlogged tables alone with --schema-only-tables, or read the primary";
        hints.push(unlogged.to_owned());
    }
    hints.join("; ")
}
