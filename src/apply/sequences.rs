//! Sequence values: read on the source, set on the target, a few hundred in one query.

use std::slice;

use tokio_postgres::Row;

use super::Error;
use crate::connect::Control;
use crate::ddl::{QualifiedName, sequence};
use crate::error::Side;

/// Sequences read or set by one query.
const BATCH_SEQUENCES: usize = 200;

/// Where a sequence stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceValue {
    /// The sequence.
    pub sequence: QualifiedName,
    /// `last_value`.
    pub last_value: i64,
    /// Whether `last_value` was handed out already.
    pub is_called: bool,
}

/// Reads where sequences stand now. They are not transactional: the session must see what is committed, so that no value
/// is behind the rows of the snapshot.
///
/// # Errors
///
/// When a sequence cannot be read.
pub async fn read(source: &Control, sequences: &[QualifiedName]) -> Result<Vec<SequenceValue>, Error> {
    let mut values = Vec::with_capacity(sequences.len());
    for batch in sequences.chunks(BATCH_SEQUENCES) {
        match read_batch(source, batch).await {
            Ok(batch) => values.extend(batch),
            // Which of them it is only reading them one by one tells.
            Err(error) => {
                for sequence in batch {
                    let failed = |source| Error::Sequences {
                        act: "read",
                        sequence: sequence.clone(),
                        side: Side::Source,
                        source,
                    };
                    values.extend(read_batch(source, slice::from_ref(sequence)).await.map_err(failed)?);
                }
                tracing::debug!(%error, "reading sequences together failed, one by one it did not");
            }
        }
    }
    Ok(values)
}

async fn read_batch(source: &Control, batch: &[QualifiedName]) -> Result<Vec<SequenceValue>, tokio_postgres::Error> {
    let rows = source.client().query(&sequence::read_values(batch), &[]).await?;
    let value = |(row, sequence): (&Row, &QualifiedName)| {
        let sequence = sequence.clone();
        Ok(SequenceValue { sequence, last_value: row.try_get("last_value")?, is_called: row.try_get("is_called")? })
    };
    rows.iter().zip(batch).map(value).collect()
}

/// Sets sequences to where they stand on the source.
///
/// # Errors
///
/// When a sequence is missing or may not be set.
pub async fn set(target: &Control, values: &[SequenceValue]) -> Result<(), Error> {
    let set = async |values: &[SequenceValue]| {
        let values = values.iter().map(|of| (&of.sequence, of.last_value, of.is_called));
        target.client().batch_execute(&sequence::set_values(values)).await
    };
    for batch in values.chunks(BATCH_SEQUENCES) {
        if set(batch).await.is_err() {
            for value in batch {
                let failed = |source| Error::Sequences {
                    act: "set",
                    sequence: value.sequence.clone(),
                    side: Side::Target,
                    source,
                };
                set(slice::from_ref(value)).await.map_err(failed)?;
            }
        }
    }
    Ok(())
}
