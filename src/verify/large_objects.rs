//! Compares large objects: which there are, their sizes, and digests of their pieces.

use std::collections::VecDeque;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::error::{Error, said};
use super::query;
use super::sessions::{Answer, Ends, Pool};
use super::{DifferenceKind, LargeObjects, Standing, Why};
use crate::apply::COUNT_LARGE_OBJECTS;
use crate::error::Side;

/// Large objects whose digests are fetched at once.
const BATCH_OBJECTS: i64 = 500;

/// A large object of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LargeObject {
    oid: u32,
    bytes: i64,
    digest: String,
}

/// Compares every large object, or with `counts` only how many there are. `differences_max` of those that differ are named.
///
/// Dropping the future closes its sessions.
///
/// # Errors
///
/// When a session cannot be opened or is lost. Large objects that may not be read are part of the result.
pub async fn large_objects(ends: Ends<'_>, counts: bool, differences_max: usize) -> Result<LargeObjects, Error> {
    let (mut source, mut target) = (Pool::new(ends.source, 1), Pool::new(ends.target, 1));
    let compared = compare(&mut source, &mut target, counts, differences_max).await?;
    tokio::join!(source.close(), target.close());
    Ok(compared)
}

async fn compare(
    source: &mut Pool<'_>,
    target: &mut Pool<'_>,
    counts: bool,
    differences_max: usize,
) -> Result<LargeObjects, Error> {
    let answers = tokio::try_join!(source.ask(COUNT_LARGE_OBJECTS, &[]), target.ask(COUNT_LARGE_OBJECTS, &[]))?;
    let mut result = LargeObjects { count: (0, 0), found: Vec::new(), is_all: true, standing: Standing::Same };
    let failed = |error: &tokio_postgres::Error, side: Side| {
        let standing = Standing::NotVerified(format!("on the {side}: {}", said(error)));
        LargeObjects { count: (0, 0), found: Vec::new(), is_all: false, standing }
    };
    match (count(answers.0), count(answers.1)) {
        (Ok(ours), Ok(theirs)) => result.count = (ours, theirs),
        (Err(error), _) => return Ok(failed(&error, Side::Source)),
        (_, Err(error)) => return Ok(failed(&error, Side::Target)),
    }
    if result.count.0 != result.count.1 {
        result.standing = Standing::Differs(Why::Content);
    }
    if counts || result.count == (0, 0) {
        return Ok(result);
    }
    let (mut ours, mut theirs) = (Stream::default(), Stream::default());
    loop {
        match tokio::try_join!(ours.fill(source), theirs.fill(target))? {
            (Err(error), _) => return Ok(LargeObjects { count: result.count, ..failed(&error, Side::Source) }),
            (_, Err(error)) => return Ok(LargeObjects { count: result.count, ..failed(&error, Side::Target) }),
            (Ok(()), Ok(())) => {}
        }
        let (kind, oid) = match (ours.waiting.front(), theirs.waiting.front()) {
            (None, None) => return Ok(result),
            (Some(one), Some(other)) if one.oid == other.oid => {
                let difference = (one != other).then_some((DifferenceKind::Different, one.oid));
                ours.waiting.pop_front();
                theirs.waiting.pop_front();
                let Some(difference) = difference else { continue };
                difference
            }
            (Some(one), other) if other.is_none_or(|other| one.oid < other.oid) => {
                let oid = one.oid;
                ours.waiting.pop_front();
                (DifferenceKind::Missing, oid)
            }
            (_, Some(other)) => {
                let oid = other.oid;
                theirs.waiting.pop_front();
                (DifferenceKind::Extra, oid)
            }
            (Some(_), None) => continue,
        };
        result.standing = Standing::Differs(Why::Content);
        if result.found.len() < differences_max {
            result.found.push((kind, oid));
        } else {
            result.is_all = false;
        }
    }
}

fn count(answer: Answer) -> Result<u64, tokio_postgres::Error> {
    let rows = answer?;
    let count = rows.first().map(|row| row.try_get::<_, i64>("count")).transpose()?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

/// One side's large objects, by OID.
#[derive(Debug, Default)]
struct Stream {
    waiting: VecDeque<LargeObject>,
    last: u32,
    is_over: bool,
}

impl Stream {
    /// Makes sure that the next one is there, unless there is none.
    async fn fill(&mut self, pool: &mut Pool<'_>) -> Result<Result<(), tokio_postgres::Error>, Error> {
        if !self.waiting.is_empty() || self.is_over {
            return Ok(Ok(()));
        }
        let (last, most) = (self.last, BATCH_OBJECTS);
        let answer = pool.ask(query::LARGE_OBJECTS, &[(&last, Type::OID), (&most, Type::INT8)]).await?;
        let read = |row: &Row| {
            Ok(LargeObject { oid: row.try_get("oid")?, bytes: row.try_get("bytes")?, digest: row.try_get("digest")? })
        };
        Ok(answer.and_then(|rows| rows.iter().map(read).collect::<Result<VecDeque<_>, _>>()).map(|batch| {
            self.is_over = batch.is_empty();
            self.last = batch.back().map_or(self.last, |of| of.oid);
            self.waiting = batch;
        }))
    }
}
