//! Empties what an earlier run of the same request has loaded.

use super::error::Error;
use super::record::asked;
use super::resume::count;
use crate::catalog::Catalog;
use crate::connect::Control;
use crate::ddl::{QualifiedName, table};
use crate::plan::{self, Referring};

/// Tables that are emptied.
#[derive(Debug, Default)]
pub(super) struct Emptied {
    tables: Vec<QualifiedName>,
    referring: Vec<Referring>,
}

impl Emptied {
    /// Tables of the target whose rows are all of an earlier run.
    pub(super) fn new(tables: Vec<QualifiedName>, target: &Catalog) -> Self {
        let referring = if tables.is_empty() { Vec::new() } else { plan::referring(target, &tables) };
        Self { tables, referring }
    }

    /// Empties them, all or none. What refers to them has to be part of the statement and is locked first, so that it is empty then,
    /// as it was found to be.
    pub(super) async fn empty(&self, target: &Control) -> Result<(), Error> {
        if self.tables.is_empty() {
            return Ok(());
        }
        tracing::info!(tables = self.tables.len(), "emptying tables that an earlier run has filled");
        let failed = || asked("empty what an earlier run has loaded");
        let (partitioned, plain): (Vec<_>, Vec<_>) = self.referring.iter().partition(|of| of.is_partitioned);
        let others = plain.into_iter().map(|of| &of.table);
        let truncate = table::truncate(self.tables.iter().chain(others), partitioned.into_iter().map(|of| &of.table));
        if self.referring.is_empty() {
            return target.client().batch_execute(&truncate).await.map_err(failed());
        }
        let lock = table::lock(self.referring.iter().map(|of| &of.table));
        target.client().batch_execute(&format!("BEGIN; {lock}")).await.map_err(failed())?;
        if let Some(table) = self.not_empty(target).await? {
            target.client().batch_execute("ROLLBACK").await.map_err(failed())?;
            return Err(Error::Referred { table });
        }
        target.client().batch_execute(&format!("{truncate}; COMMIT")).await.map_err(failed())
    }

    /// Some table that refers to those and holds rows that stay.
    async fn not_empty(&self, target: &Control) -> Result<Option<QualifiedName>, Error> {
        let places: Vec<&QualifiedName> = self.referring.iter().flat_map(|of| &of.places).collect();
        let rows = count(target, &places).await?;
        Ok(rows.into_iter().find(|(_, rows)| *rows > 0).map(|(table, _)| table))
    }
}
