//! The ledger on the target: which pieces of tables are in. A piece's row is committed together with the piece, so that it says
//! after a lost connection or a crash of the target what was committed and what was lost.
//!
//! A commit here does not wait for the disk, so an answer to it is no promise: a crash takes back the last moments. What was answered
//! is therefore looked up in the end, when everything is on disk.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::{Error, commit, query};
use crate::connect::{Control, SnapshotError, WireError};
use crate::ddl::sql::literal;
use crate::error::Side;
use crate::plan::load::{BlockRange, Chunk, KeyRange, TableLoad};

/// The constraint that lets a piece in only once.
const KEY: &str = "run_ledger_key";

/// SQLSTATE `unique_violation`.
const UNIQUE_VIOLATION: &str = "23505";

/// A run's rows in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ledger {
    run: i64,
}

/// A piece of a table, as the ledger knows it.
pub(super) type Entry = (u32, String);

impl Ledger {
    /// Enters a new run, and forgets those that are gone. The run counts as alive as long as `target` does. `None` where the
    /// user may not make the ledger.
    ///
    /// What was committed on the target before is durable when this returns a ledger.
    ///
    /// Dropping the future leaves nothing behind but what a later run forgets.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked or written.
    pub async fn begin(target: &Control) -> Result<Option<Self>, SnapshotError> {
        // Only the sign is lost: a run is never 0.
        let run = i64::try_from(RandomState::new().hash_one(std::process::id()) >> 1).unwrap_or(i64::MAX).max(1);
        let ledger = Self { run };
        ledger.keep_alive(target).await?;
        match ledger.enter(target).await {
            Ok(()) => Ok(Some(ledger)),
            Err(error) => {
                let answer = Err(error);
                if let Err(SnapshotError::Statement { source, .. }) = &answer
                    && source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
                {
                    target.client().batch_execute("ROLLBACK").await.map_err(failed("make the ledger of this run"))?;
                    return Ok(None);
                }
                answer
            }
        }
    }

    /// Lets a session stand for the run. A run whose session is gone may be forgotten by another one.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked.
    pub async fn keep_alive(self, target: &Control) -> Result<(), SnapshotError> {
        let locked = target.client().query_one(query::LEDGER_LIVE, &[&self.run]).await;
        locked.map(drop).map_err(failed("make the ledger of this run"))
    }

    async fn enter(self, target: &Control) -> Result<(), SnapshotError> {
        let client = target.client();
        let failed = || failed("make the ledger of this run");
        client.batch_execute("BEGIN").await.map_err(failed())?;
        client.query_one(query::LEDGER_ALONE, &[]).await.map_err(failed())?;
        let state = client.query_one(query::LEDGER_STATE, &[]).await.map_err(failed())?;
        let is_there = |part: &str| state.try_get::<_, bool>(part);
        let mut made_schemas = 0_i64;
        if !is_there("has_schema").map_err(failed())? {
            client.batch_execute(query::CREATE_LEDGER_SCHEMA).await.map_err(failed())?;
            made_schemas = 1;
        }
        if !is_there("has_table").map_err(failed())? {
            client.batch_execute(query::CREATE_LEDGER).await.map_err(failed())?;
        }
        let forgotten = client.query_one(query::FORGET_DEAD, &[]).await;
        let forgotten: i64 = forgotten.and_then(|row| row.try_get("made_schemas")).map_err(failed())?;
        let made_schemas = (made_schemas + forgotten).min(1);
        client.query_one(query::BEGIN_LEDGER, &[&self.run, &made_schemas]).await.map_err(failed())?;
        client.batch_execute("COMMIT").await.map_err(failed())
    }

    /// Enters pieces and how many rows each has.
    pub(super) fn insert<'a>(self, pieces: impl Iterator<Item = (&'a TableLoad, Chunk, u64)>) -> String {
        let values: Vec<String> = pieces
            .map(|(load, chunk, rows)| format!("({}, {}, {}, {rows})", self.run, load.relation, literal(&part(chunk))))
            .collect();
        if values.is_empty() {
            return String::new();
        }
        format!("INSERT INTO pgsluice.run_ledger (run, relation, part, rows) VALUES {}; ", values.join(", "))
    }

    /// Asks whether a piece is in, and whether the run itself still is: one row of two booleans.
    pub(super) fn ask(self, load: &TableLoad, chunk: Chunk) -> String {
        let has = |relation: u32, part: &str| {
            format!(
                "EXISTS (SELECT FROM pgsluice.run_ledger AS l WHERE l.run OPERATOR(pg_catalog.=) {} \
                 AND l.relation OPERATOR(pg_catalog.=) {relation} AND l.part OPERATOR(pg_catalog.=) {})",
                self.run,
                literal(part)
            )
        };
        format!("SELECT {}, {}", has(load.relation, &part(chunk)), has(0, "run"))
    }

    /// The pieces that are in; `None` where the ledger does not know the run any more.
    pub(super) async fn entries(self, target: &Control) -> Result<Option<BTreeSet<Entry>>, SnapshotError> {
        let entry = |row: &Row| Ok((row.try_get("relation")?, row.try_get("part")?));
        let rows = target.client().query(query::LEDGER_ENTRIES, &[&self.run]).await;
        let entries = rows.and_then(|rows| rows.iter().map(entry).collect::<Result<BTreeSet<Entry>, _>>());
        let entries = match entries {
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => return Ok(None),
            entries => entries.map_err(failed("read the ledger of this run"))?,
        };
        Ok(Some(entries).filter(|entries| entries.contains(&(0, "run".to_owned()))))
    }

    /// Deletes what the run has entered, and what is left of the ledger where no other run has any of it.
    ///
    /// May be called again after an error.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked or written.
    pub async fn end(self, target: &Control) -> Result<(), SnapshotError> {
        let client = target.client();
        let failed = || failed("drop the ledger of this run");
        client.batch_execute("BEGIN").await.map_err(failed())?;
        client.query_one(query::LEDGER_ALONE, &[]).await.map_err(failed())?;
        let state = client.query_one(query::LEDGER_STATE, &[]).await.map_err(failed())?;
        if state.try_get("has_table").map_err(failed())? {
            let count = |row: &Row, name: &str| row.try_get::<_, i64>(name).map_err(failed());
            let forgotten = client.query_one(query::FORGET_DEAD, &[]).await.map_err(failed())?;
            let ended = client.query_one(query::END_LEDGER, &[&self.run]).await.map_err(failed())?;
            let made_schemas = count(&forgotten, "made_schemas")? + count(&ended, "made_schemas")?;
            if count(&ended, "others")? == 0 {
                client.batch_execute(query::DROP_LEDGER).await.map_err(failed())?;
                let is_empty = client.query_one(query::IS_LEDGER_SCHEMA_EMPTY, &[]).await.map_err(failed())?;
                if made_schemas > 0 && is_empty.try_get("is_empty").map_err(failed())? {
                    client.batch_execute(query::DROP_LEDGER_SCHEMA).await.map_err(failed())?;
                }
            }
        }
        client.batch_execute("COMMIT").await.map_err(failed())
    }
}

/// Whether any of these tables has pieces that are entered.
pub fn is_needed<'a>(mut loads: impl Iterator<Item = &'a TableLoad>) -> bool {
    loads.any(commit::is_entered)
}

/// The chunks that should be in and are not, as loads of their own.
///
/// # Errors
///
/// A chunk that cannot be copied again, because some of its rows may still be there.
pub(super) fn missing<'a>(
    loads: impl Iterator<Item = &'a TableLoad>,
    entries: &BTreeSet<Entry>,
) -> Result<Vec<TableLoad>, Error> {
    let mut missing = Vec::new();
    for load in loads.filter(|load| commit::is_entered(load)) {
        let is_out = |chunk: &Chunk| !entries.contains(&(load.relation, part(*chunk)));
        let chunks: Vec<Chunk> = load.chunks.iter().copied().filter(is_out).collect();
        let Some(&chunk) = chunks.first() else { continue };
        if load.merge.as_ref().is_some_and(|merge| !merge.is_repeatable()) {
            return Err(Error::Taken { table: load.table.clone(), chunk });
        }
        missing.push(TableLoad { chunks, ..load.clone() });
    }
    Ok(missing)
}

/// Whether the target refused a piece because it is in already.
pub(super) fn is_in_already(error: &WireError) -> bool {
    let WireError::Server(error) = error else { return false };
    error.code == UNIQUE_VIOLATION && error.constraint.as_deref() == Some(KEY)
}

/// What the ledger calls a piece.
pub(super) fn part(chunk: Chunk) -> String {
    let range = |what, first: Option<i64>, end: Option<i64>| {
        let bound = |bound: Option<i64>| bound.map_or_else(String::new, |bound| bound.to_string());
        format!("{what} {}..{}", bound(first), bound(end))
    };
    match chunk {
        Chunk::Whole => "whole".to_owned(),
        Chunk::Blocks(BlockRange { first, end }) => range("blocks", first.map(i64::from), end.map(i64::from)),
        Chunk::Keys(KeyRange { first, end }) => range("keys", first, end),
    }
}

fn failed(act: &'static str) -> impl FnOnce(tokio_postgres::Error) -> SnapshotError {
    SnapshotError::failed(act, Side::Target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chunk_has_a_name_of_its_own() {
        let blocks = |first, end| part(Chunk::Blocks(BlockRange { first, end }));
        let keys = |first, end| part(Chunk::Keys(KeyRange { first, end }));
        let names = [
            part(Chunk::Whole),
            blocks(None, Some(9)),
            blocks(Some(9), None),
            keys(None, Some(-9)),
            keys(Some(9), None),
        ];
        assert_eq!(names, ["whole", "blocks ..9", "blocks 9..", "keys ..-9", "keys 9.."]);
    }
}
