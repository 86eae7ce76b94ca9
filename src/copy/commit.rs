//! The commit of a piece on the target, and what is to be found out where it was not answered.

use std::collections::BTreeSet;

use super::error::{self, Error};
use super::pump::Transfer;
use super::queue::Assignment;
use super::shared::Shared;
use super::statements;
use crate::connect::{CommandTag, Wire, WireError};
use crate::error::Side;
use crate::ledger::{self, Entry};
use crate::plan::load::{BlockRange, Chunk, KeyRange, TableLoad};

/// Pieces whose rows were sent, and their COMMIT with them, and nobody knows whether it was done.
pub(super) type Doubt = Vec<(Assignment, Transfer)>;

/// Commits pieces that the target has taken in one transaction, with their rows in the ledger. They are in `doubt` from the moment
/// the COMMIT is sent until it is answered.
///
/// # Errors
///
/// A table that is not what the snapshot sees; a target that does not commit.
pub(super) async fn commit(shared: &Shared, pieces: Doubt, target: &mut Wire, doubt: &mut Doubt) -> Result<(), Error> {
    if let Some(hold) = &shared.hold {
        let relations: Vec<u32> = pieces.iter().map(|(of, _)| shared.loads[of.load].relation).collect();
        hold.confirm(&relations).await.map_err(Error::Changed)?;
    }
    let Some(&(first, _)) = pieces.first() else { return Ok(()) };
    let load = &shared.loads[first.load];
    let entries = shared.options.ledger.map(|ledger| {
        let pieces = pieces.iter().map(|(of, transfer)| (&shared.loads[of.load], of.chunk, transfer.rows));
        let entered = pieces.filter(|(load, ..)| is_entered(load));
        ledger.insert(entered.map(|(load, chunk, rows)| (entry(load, load.chunks[chunk]), rows)))
    });
    *doubt = pieces;
    let sql = format!("{}{}", entries.unwrap_or_default(), statements::COMMIT);
    let committed = match target.execute(&sql).await {
        Ok(tags) if tags.last().map(CommandTag::as_str) == Some(statements::COMMIT) => Ok(()),
        Ok(_) => Err(WireError::Protocol("the transaction was rolled back without an error".to_owned())),
        Err(error) => Err(error),
    };
    let is_open = committed.as_ref().is_err_and(|error| error.is_without_answer() || is_in_already(error));
    if !is_open {
        doubt.clear();
    }
    committed.map_err(|source| {
        error::statement_failure(load, load.chunks[first.chunk], Side::Target, statements::COMMIT, source)
    })
}

/// Whether a table's pieces have rows in the ledger. A table that is truncated and loaded in one transaction needs none: its commit
/// waits for the disk, and where it was not answered the same is done again.
pub(super) fn is_entered(load: &TableLoad) -> bool {
    !load.is_frozen()
}

/// Enters a piece whose rows are committed already, batch by batch.
///
/// # Errors
///
/// A target that does not take it.
pub(super) async fn enter(shared: &Shared, piece: (Assignment, Transfer), target: &mut Wire) -> Result<(), Error> {
    let Some(ledger) = shared.options.ledger else { return Ok(()) };
    let (of, Transfer { rows, .. }) = piece;
    let load = &shared.loads[of.load];
    let chunk = load.chunks[of.chunk];
    let sql = ledger.insert(std::iter::once((entry(load, chunk), rows)));
    match target.execute(&sql).await {
        // An earlier try came so far.
        Err(error) if is_in_already(&error) => Ok(()),
        entered => entered.map(drop).map_err(|error| error::statement_failure(load, chunk, Side::Target, &sql, error)),
    }
}

/// Finds out on another session what became of pieces in doubt; they were one transaction. Returns those that are in, and leaves
/// those to be copied again that are not.
///
/// # Errors
///
/// When nobody can tell; when the target cannot be asked.
pub(super) async fn settle(shared: &Shared, doubt: &mut Doubt, target: &mut Wire) -> Result<Doubt, Error> {
    let Some(&(first, _)) = doubt.iter().find(|(of, _)| is_entered(&shared.loads[of.load])) else {
        doubt.clear();
        return Ok(Doubt::new());
    };
    let load = &shared.loads[first.load];
    let chunk = load.chunks[first.chunk];
    let Some(ledger) = shared.options.ledger else { return Err(Error::InDoubt { table: load.table.clone(), chunk }) };
    let sql = ledger.ask(&entry(load, chunk));
    let row = target.first_row(&sql).await;
    let row = row.map_err(|source| error::statement_failure(load, chunk, Side::Target, &sql, source))?;
    match row.iter().map(Option::as_deref).collect::<Vec<_>>().as_slice() {
        [Some("t"), Some("t")] => Ok(std::mem::take(doubt)),
        [Some("f"), Some("t")] => {
            doubt.clear();
            Ok(Doubt::new())
        }
        _ => Err(Error::LedgerGone),
    }
}

/// Whether the target refused a piece because it is in already.
pub(super) fn is_in_already(error: &WireError) -> bool {
    matches!(error, WireError::Server(error) if ledger::is_in_already(error))
}

/// Whether any of these tables has pieces that are entered.
pub fn needs_ledger<'a>(mut loads: impl Iterator<Item = &'a TableLoad>) -> bool {
    loads.any(is_entered)
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
    for load in loads.filter(|load| is_entered(load)) {
        let is_out = |chunk: &Chunk| !entries.contains(&entry(load, *chunk));
        let chunks: Vec<Chunk> = load.chunks.iter().copied().filter(is_out).collect();
        let Some(&chunk) = chunks.first() else { continue };
        if load.merge.as_ref().is_some_and(|merge| !merge.is_repeatable()) {
            return Err(Error::Taken { table: load.table.clone(), chunk });
        }
        missing.push(TableLoad { chunks, ..load.clone() });
    }
    Ok(missing)
}

fn entry(load: &TableLoad, chunk: Chunk) -> Entry {
    (load.relation, part(chunk))
}

/// What the ledger calls a piece.
fn part(chunk: Chunk) -> String {
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
