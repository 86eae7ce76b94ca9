//! Compares where sequences stand.

use std::collections::BTreeMap;
use std::slice;

use tokio_postgres::Row;

use super::error::said;
use super::{Sequence, Standing, Why};
use crate::catalog::{Catalog, RelationKind};
use crate::connect::Control;
use crate::ddl::sequence;
use crate::ddl::sql::QualifiedName;

/// Sequences read by one query.
const BATCH_SEQUENCES: usize = 200;

/// `last_value` and whether it was handed out already, or why it cannot be read.
type Value = Result<(i64, bool), String>;

/// Compares where sequences stand now. They are not transactional, so no snapshot holds them still: on a source that is in use they
/// may be further on than the rows that were compared.
///
/// `known` are values that are compared instead of what the source has by now.
///
/// The sessions must not be inside a transaction, which would be over after an error.
pub async fn sequences(
    source: (&Control, &Catalog),
    target: (&Control, &Catalog),
    names: &[QualifiedName],
    known: &BTreeMap<QualifiedName, (i64, bool)>,
) -> Vec<Sequence> {
    let (increments, there) = (increments(source.1), increments(target.1));
    let asked: Vec<_> = names.iter().filter(|name| there.contains_key(*name)).cloned().collect();
    let unknown: Vec<_> = asked.iter().filter(|name| !known.contains_key(*name)).cloned().collect();
    let (mut ours, theirs) = tokio::join!(read(source.0, &unknown), read(target.0, &asked));
    ours.extend(known.iter().map(|(name, value)| (name.clone(), Ok(*value))));
    let compare = |name: &QualifiedName| {
        let increment = increments.get(name).copied().unwrap_or(1);
        let next = |value: (i64, bool)| i128::from(value.0) + if value.1 { i128::from(increment) } else { 0 };
        let (next, standing) = match (ours.get(name), theirs.get(name)) {
            (_, None) => (None, Standing::Differs(Why::Missing)),
            (Some(Ok(ours)), Some(Ok(theirs))) => {
                let (ours, theirs) = (next(*ours), next(*theirs));
                let is_behind = if increment < 0 { theirs > ours } else { theirs < ours };
                (Some((ours, theirs)), if is_behind { Standing::Differs(Why::Content) } else { Standing::Same })
            }
            (Some(Err(error)), _) => (None, Standing::NotVerified(format!("on the source: {error}"))),
            (_, Some(Err(error))) => (None, Standing::NotVerified(format!("on the target: {error}"))),
            (None, _) => (None, Standing::NotVerified("it was not read".to_owned())),
        };
        Sequence { sequence: name.clone(), next, standing }
    };
    names.iter().map(compare).collect()
}

/// The sequences of a database, with what each adds.
fn increments(catalog: &Catalog) -> BTreeMap<QualifiedName, i64> {
    let by_oid: BTreeMap<u32, i64> = catalog.sequences.iter().map(|of| (of.oid, of.increment)).collect();
    let relations = catalog.relations.iter().filter(|of| of.relation_kind() == RelationKind::Sequence);
    relations.map(|of| (of.qualified_name(), by_oid.get(&of.oid).copied().unwrap_or(1))).collect()
}

async fn read(session: &Control, sequences: &[QualifiedName]) -> BTreeMap<QualifiedName, Value> {
    let mut values = BTreeMap::new();
    for batch in sequences.chunks(BATCH_SEQUENCES) {
        if let Ok(read) = read_batch(session, batch).await {
            values.extend(batch.iter().cloned().zip(read.into_iter().map(Ok)));
            continue;
        }
        // Which of them it is only reading them one by one tells.
        for sequence in batch {
            let read = read_batch(session, slice::from_ref(sequence)).await;
            let value = read.map_err(|error| said(&error)).map(|read| read.first().copied().unwrap_or_default());
            values.insert(sequence.clone(), value);
        }
    }
    values
}

async fn read_batch(session: &Control, batch: &[QualifiedName]) -> Result<Vec<(i64, bool)>, tokio_postgres::Error> {
    let rows = session.client().query(&sequence::read_values(batch), &[]).await?;
    rows.iter().map(|row: &Row| Ok((row.try_get("last_value")?, row.try_get("is_called")?))).collect()
}
