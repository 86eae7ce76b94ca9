//! Compares rows: every table's digest on both sides, at once and in pieces, then which rows differ.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio_postgres::Row;

use super::digest::{self, Encoding};
use super::error::{Error, said};
use super::narrow::narrow;
use super::query;
use super::sessions::{Answer, Ends, Pool, Side};
use super::units::{self, Comparison, Options, Place, Sides, Unit};
use super::{Standing, Table, Why};
use crate::catalog::Catalog;
use crate::ddl::sql::QualifiedName;
use crate::plan::Plan;

/// How far a comparison is. Both sides count.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of heap and TOAST that are to be read.
    pub bytes_total: AtomicU64,
    /// Those that were.
    pub bytes_done: AtomicU64,
    /// Rows that were read, on one side.
    pub rows_done: AtomicU64,
    /// Tables to compare.
    pub tables_total: AtomicU64,
    /// Tables that one side is done with, halved.
    pub sides_done: AtomicU64,
}

/// The numbers that are equal for equal rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Digest {
    pub(super) rows: u64,
    first: i128,
    second: i128,
}

impl AddAssign for Digest {
    fn add_assign(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.first = self.first.wrapping_add(other.first);
        self.second = self.second.wrapping_add(other.second);
    }
}

impl Digest {
    /// Reads `rows`, `first` and `second`; the sums are NULL where there is no row.
    pub(super) fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let sum = |column| {
            let text = row.try_get::<_, Option<String>>(column)?;
            Ok::<i128, tokio_postgres::Error>(text.and_then(|text| text.parse().ok()).unwrap_or_default())
        };
        Ok(Self { first: sum("first")?, second: sum("second")?, ..Self::counted(row)? })
    }

    fn counted(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let rows: i64 = row.try_get("rows")?;
        Ok(Self { rows: rows.unsigned_abs(), ..Self::default() })
    }
}

/// Compares the rows of a plan's tables, and of its materialized views.
///
/// `unreadable` are tables that the user may not read on one of the sides, with the reason.
///
/// Dropping the future closes every session of its own.
///
/// # Errors
///
/// When a session cannot be opened or is lost, or the servers' hashes differ. What is wrong with one table is part of the result.
pub async fn rows(
    ends: Ends<'_>,
    catalogs: (&Catalog, &Catalog),
    plan: &Plan,
    unreadable: &BTreeMap<QualifiedName, String>,
    options: &Options,
    progress: &Progress,
) -> Result<Vec<Table>, Error> {
    let (source, target) = catalogs;
    let (encoding, is_any_text) = encodings(ends, options.counts).await?;
    let units = units::units(&Sides { source, target, unreadable, encoding, is_any_text }, plan, options);
    announce(&units, progress);
    let pool = |side| Pool::new(side, options.jobs);
    let (mut source, mut target) = (pool(ends.source), pool(ends.target));
    let digests = tokio::try_join!(
        digests(&mut source, &units, |of| &of.source, options.counts, progress, true),
        digests(&mut target, &units, |of| &of.target, options.counts, progress, false)
    )?;
    let mut tables = Vec::with_capacity(units.len());
    for ((unit, ours), theirs) in units.iter().zip(digests.0).zip(digests.1) {
        let mut table = compare(unit, ours, theirs);
        let is_to_be_narrowed = table.standing == Standing::Differs(Why::Content) && !options.counts;
        if let (true, Ok(comparison), Some(rows)) = (is_to_be_narrowed, &unit.compared, table.rows) {
            table.narrowed = narrow(&mut source, &mut target, comparison, rows, options.differences_max).await?;
        }
        tables.push(table);
    }
    tokio::join!(source.close(), target.close());
    Ok(tables)
}

/// In which bytes text is hashed, and whether it may be invalid.
async fn encodings(ends: Ends<'_>, counts: bool) -> Result<(Encoding, bool), Error> {
    const UNKNOWN: &str = "SQL_ASCII";
    let ((ours, here), (theirs, there)) = tokio::try_join!(probe(ends.source), probe(ends.target))?;
    if ours != theirs && !counts {
        return Err(Error::Hashes);
    }
    let is_any_text = here == UNKNOWN || there == UNKNOWN;
    Ok((if here == there || is_any_text { Encoding::Own } else { Encoding::Converted }, is_any_text))
}

async fn probe(side: Side<'_>) -> Result<(i64, String), Error> {
    let session = side.snapshot.session();
    let row = session.client().query_one(query::PROBE, &[]).await;
    let probed = row.and_then(|row| Ok((row.try_get("hash")?, row.try_get("encoding")?)));
    probed.map_err(|source| Error::Statement { act: "compute a hash", side: side.endpoint.side(), source })
}

fn announce(units: &[Unit], progress: &Progress) {
    let compared = || units.iter().filter_map(|unit| unit.compared.as_ref().ok());
    let bytes = compared().map(|of| of.source.bytes.saturating_add(of.target.bytes)).sum();
    progress.bytes_total.store(bytes, Ordering::Relaxed);
    progress.tables_total.store(compared().count().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// One side's part of a table that is being read.
#[derive(Default)]
struct Partial {
    digest: Digest,
    pieces_left: usize,
    failed: Option<String>,
}

/// The digests of one side, or what is wrong with a table. None where the table is not compared.
async fn digests(
    pool: &mut Pool<'_>,
    units: &[Unit],
    place: impl Fn(&Comparison) -> &Place,
    counts: bool,
    progress: &Progress,
    counts_rows: bool,
) -> Result<Vec<Option<Result<Digest, String>>>, Error> {
    let places: Vec<_> = units.iter().map(|unit| unit.compared.as_ref().ok().map(|of| (of, place(of)))).collect();
    let mut order: Vec<_> = (0..units.len()).collect();
    order.sort_by_key(|number| std::cmp::Reverse(places[*number].map_or(0, |(_, place)| place.bytes)));
    let mut numbers = Vec::new();
    let mut queries = Vec::new();
    for number in order {
        let Some((comparison, place)) = places[number] else { continue };
        for from in &place.pieces {
            numbers.push(number);
            queries.push(if counts { digest::count(from) } else { comparison.digested.digest(from) });
        }
    }
    let pieces = |place: Option<(&Comparison, &Place)>| place.map_or(0, |(_, place)| place.pieces.len());
    let partial = |place: &Option<_>| Partial { pieces_left: pieces(*place), ..Partial::default() };
    let partials: Mutex<Vec<Partial>> = Mutex::new(places.iter().map(partial).collect());
    let read = |answer: Answer| {
        let rows = answer?;
        let digest = rows.first().map(if counts { Digest::counted } else { Digest::from_row });
        digest.unwrap_or_else(|| Ok(Digest::default()))
    };
    let take = |query: usize, answer: Answer| {
        let number = numbers[query];
        let mut partials = partials.lock().unwrap_or_else(PoisonError::into_inner);
        let partial = &mut partials[number];
        match read(answer) {
            Ok(digest) => {
                partial.digest += digest;
                progress.rows_done.fetch_add(if counts_rows { digest.rows } else { 0 }, Ordering::Relaxed);
            }
            Err(error) => partial.failed = Some(said(&error)),
        }
        partial.pieces_left -= 1;
        let (bytes, in_all) = places[number].map_or((0, 1), |(_, place)| (place.bytes, place.pieces.len()));
        progress.bytes_done.fetch_add(bytes / u64::try_from(in_all).unwrap_or(1).max(1), Ordering::Relaxed);
        if partial.pieces_left == 0 {
            progress.sides_done.fetch_add(1, Ordering::Relaxed);
        }
    };
    pool.run(&queries, take).await?;
    let partials = partials.into_inner().unwrap_or_else(PoisonError::into_inner);
    let outcome = |(partial, place): (Partial, &Option<_>)| {
        place.as_ref().map(|_| partial.failed.map_or(Ok(partial.digest), Err))
    };
    Ok(partials.into_iter().zip(&places).map(outcome).collect())
}

type Digested = Option<Result<Digest, String>>;

fn compare(unit: &Unit, ours: Digested, theirs: Digested) -> Table {
    let (rows, standing) = match (&unit.compared, ours, theirs) {
        (Err(standing), ..) => (None, standing.clone()),
        (Ok(_), Some(Ok(ours)), Some(Ok(theirs))) => {
            let standing = if ours == theirs { Standing::Same } else { Standing::Differs(Why::Content) };
            (Some((ours.rows, theirs.rows)), standing)
        }
        (Ok(_), Some(Err(error)), _) => (None, Standing::NotVerified(format!("on the source: {error}"))),
        (Ok(_), _, Some(Err(error))) => (None, Standing::NotVerified(format!("on the target: {error}"))),
        (Ok(_), ..) => (None, Standing::NotVerified("it was not read".to_owned())),
    };
    Table { table: unit.table.clone(), is_derived: unit.is_derived, rows, standing, narrowed: None }
}
