//! Finds the rows that differ, in few looks at a table however large it is: digests of buckets by the hash of the key, then of the
//! rows in buckets that differ.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio_postgres::Row;

use super::digest::{Buckets, Key};
use super::error::{Error, said};
use super::rows::Digest;
use super::sessions::{Answer, Pool};
use super::units::Comparison;
use super::{DifferenceKind, Narrowed, RowDifference};

/// Rows of one side that are compared one by one: about 10 MB of hashes and keys.
const ROWS_MAX: u64 = 50_000;

/// Bits of the key's hash that one look adds: its answer is 65,536 lines at most.
const BITS_PER_LOOK: u32 = 16;

/// The hash has 64 bits, of which the highest is a sign.
const BITS_MAX: u32 = 48;

/// Some of the rows that differ between two places with so many rows. None where that cannot be found out; the log says why.
///
/// # Errors
///
/// When a session is lost.
pub(super) async fn narrow(
    source: &mut Pool<'_>,
    target: &mut Pool<'_>,
    comparison: &Comparison,
    rows: (u64, u64),
    differences_max: usize,
) -> Result<Option<Narrowed>, Error> {
    if differences_max == 0 {
        return Ok(None);
    }
    let Comparison { digested, key, .. } = comparison;
    let mut within: Option<Buckets> = None;
    let mut rows_left = rows.0.max(rows.1);
    let mut is_all = true;
    while rows_left > ROWS_MAX && within.as_ref().is_none_or(|of| of.bits < BITS_MAX) {
        let bits = within.as_ref().map_or(0, |of| of.bits) + BITS_PER_LOOK;
        let sql = |from: &String| digested.buckets(from, key, bits, within.as_ref());
        let looks =
            read_both(source, target, comparison, sql, read_buckets, |buckets: &mut BTreeMap<_, Digest>, read| {
                for (bucket, digest) in read {
                    *buckets.entry(bucket).or_default() += digest;
                }
            });
        let Some((ours, theirs)) = looks.await? else { return Ok(None) };
        let numbers = ours.keys().chain(theirs.keys().filter(|bucket| !ours.contains_key(bucket))).copied();
        let mut differing: Vec<i64> = numbers.filter(|bucket| ours.get(bucket) != theirs.get(bucket)).collect();
        differing.sort_unstable();
        is_all &= differing.len() <= differences_max;
        differing.truncate(differences_max);
        let of = |buckets: &BTreeMap<i64, Digest>, bucket| buckets.get(bucket).map_or(0, |digest| digest.rows);
        rows_left = differing.iter().map(|bucket| of(&ours, bucket).max(of(&theirs, bucket))).sum();
        within = Some(Buckets { bits, numbers: differing });
    }
    let sql = |from: &String| digested.rows(from, key, within.as_ref());
    let looks = read_both(source, target, comparison, sql, read_rows, |rows: &mut Vec<Found>, read| rows.extend(read));
    let Some((ours, theirs)) = looks.await? else { return Ok(None) };
    let mut found = differences(ours, theirs);
    is_all &= found.len() <= differences_max;
    found.truncate(differences_max);
    let key_columns = match key {
        Key::Columns(columns) => columns.iter().map(|column| column.name.clone()).collect(),
        Key::Row { .. } => Vec::new(),
    };
    Ok(Some(Narrowed { key_columns, found, is_all }))
}

/// A row of a table, or several that are the same.
struct Found {
    key: i64,
    row: i64,
    rows: u64,
    label: Vec<Option<String>>,
}

fn read_rows(rows: &[Row]) -> Result<Vec<Found>, tokio_postgres::Error> {
    let found = |row: &Row| {
        let count: i64 = row.try_get("rows")?;
        let (key, label) = (row.try_get("key")?, row.try_get("label")?);
        Ok(Found { key, row: row.try_get("row")?, rows: count.unsigned_abs(), label })
    };
    rows.iter().map(found).collect()
}

fn read_buckets(rows: &[Row]) -> Result<Vec<(i64, Digest)>, tokio_postgres::Error> {
    rows.iter().map(|row| Ok((row.try_get("bucket")?, Digest::from_row(row)?))).collect()
}

/// Asks every piece of both sides the same. None where a query fails.
async fn read_both<T, A: Default>(
    source: &mut Pool<'_>,
    target: &mut Pool<'_>,
    comparison: &Comparison,
    sql: impl Fn(&String) -> String,
    read: impl Fn(&[Row]) -> Result<T, tokio_postgres::Error>,
    add: impl Fn(&mut A, T),
) -> Result<Option<(A, A)>, Error> {
    let queries = |pieces: &[String]| pieces.iter().map(&sql).collect::<Vec<_>>();
    let (ours, theirs) = (queries(&comparison.source.pieces), queries(&comparison.target.pieces));
    let sums = [Mutex::new(Some(A::default())), Mutex::new(Some(A::default()))];
    let take = |side: usize| {
        let (sums, read, add) = (&sums, &read, &add);
        move |_, answer: Answer| {
            let mut sum = sums[side].lock().unwrap_or_else(PoisonError::into_inner);
            match answer.and_then(|rows| read(&rows)) {
                Ok(read) => {
                    if let Some(sum) = sum.as_mut() {
                        add(sum, read);
                    }
                }
                Err(error) => {
                    tracing::warn!(detail = said(&error), "cannot tell which rows differ");
                    *sum = None;
                }
            }
        }
    };
    tokio::try_join!(source.run(&ours, take(0)), target.run(&theirs, take(1)))?;
    let [ours, theirs] = sums.map(|sum| sum.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(ours.zip(theirs))
}

/// What the rows of one key are on one side.
#[derive(Default)]
struct Rows {
    /// How often there is each row, by its hash.
    rows: BTreeMap<i64, u64>,
    label: Option<Vec<Option<String>>>,
}

impl Rows {
    fn add(&mut self, found: Found) {
        *self.rows.entry(found.row).or_default() += found.rows;
        self.label.get_or_insert(found.label);
    }

    fn count(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// The keys whose rows are not the same, in order.
fn differences(ours: Vec<Found>, theirs: Vec<Found>) -> Vec<RowDifference> {
    let mut keys: BTreeMap<i64, (Rows, Rows)> = BTreeMap::new();
    for found in ours {
        keys.entry(found.key).or_default().0.add(found);
    }
    for found in theirs {
        keys.entry(found.key).or_default().1.add(found);
    }
    let differing = keys.into_values().filter(|(ours, theirs)| ours.rows != theirs.rows);
    let difference = |(ours, theirs): (Rows, Rows)| {
        let (here, there) = (ours.count(), theirs.count());
        let is_same_row = ours.rows.keys().eq(theirs.rows.keys());
        let (kind, rows) = match (here, there) {
            (_, 0) => (DifferenceKind::Missing, here),
            (0, _) => (DifferenceKind::Extra, there),
            _ if is_same_row && here > there => (DifferenceKind::Missing, here - there),
            _ if is_same_row && here < there => (DifferenceKind::Extra, there - here),
            _ => (DifferenceKind::Different, here.max(there)),
        };
        let label = if kind == DifferenceKind::Extra { theirs.label } else { ours.label };
        RowDifference { kind, key: label.unwrap_or_default(), rows }
    };
    let mut found: Vec<_> = differing.map(difference).collect();
    found.sort_by(|one, other| (&one.key, one.kind).cmp(&(&other.key, other.kind)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[(i64, i64, u64)]) -> Vec<Found> {
        let row = |(key, row, rows): &(i64, i64, u64)| Found {
            key: *key,
            row: *row,
            rows: *rows,
            label: vec![Some(key.to_string())],
        };
        rows.iter().map(row).collect()
    }

    fn shown(ours: &[(i64, i64, u64)], theirs: &[(i64, i64, u64)]) -> Vec<(DifferenceKind, String, u64)> {
        let differences = differences(found(ours), found(theirs));
        let shown = |of: RowDifference| (of.kind, of.key[0].clone().unwrap(), of.rows);
        differences.into_iter().map(shown).collect()
    }

    #[test]
    fn keys_are_missing_extra_or_of_another_row() {
        assert_eq!(
            shown(&[(1, 10, 1), (2, 20, 1), (3, 30, 1)], &[(1, 10, 1), (3, 31, 1), (4, 40, 1)]),
            [
                (DifferenceKind::Missing, "2".to_owned(), 1),
                (DifferenceKind::Different, "3".to_owned(), 1),
                (DifferenceKind::Extra, "4".to_owned(), 1)
            ]
        );
    }

    #[test]
    fn rows_without_a_key_are_counted() {
        assert_eq!(shown(&[(5, 5, 3)], &[(5, 5, 1)]), [(DifferenceKind::Missing, "5".to_owned(), 2)]);
        assert_eq!(shown(&[(5, 5, 1)], &[(5, 5, 3)]), [(DifferenceKind::Extra, "5".to_owned(), 2)]);
        assert_eq!(shown(&[(5, 5, 3)], &[(5, 5, 3)]), []);
    }
}
