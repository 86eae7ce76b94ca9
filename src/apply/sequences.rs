//! Sequence values: read on the source, set on the target, a few hundred in one query.

use super::Error;
use crate::connect::Control;
use crate::ddl::{QualifiedName, sequence};

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
    let failed = |source| Error::Sequences { act: "read", source };
    let mut values = Vec::with_capacity(sequences.len());
    for batch in sequences.chunks(BATCH_SEQUENCES) {
        let rows = source.client().query(&sequence::read_values(batch), &[]).await.map_err(failed)?;
        for (row, sequence) in rows.iter().zip(batch) {
            values.push(SequenceValue {
                sequence: sequence.clone(),
                last_value: row.try_get("last_value").map_err(failed)?,
                is_called: row.try_get("is_called").map_err(failed)?,
            });
        }
    }
    Ok(values)
}

/// Sets sequences to where they stand on the source.
///
/// # Errors
///
/// When a sequence is missing or may not be set.
pub async fn set(target: &Control, values: &[SequenceValue]) -> Result<(), Error> {
    let failed = |source| Error::Sequences { act: "set", source };
    for batch in values.chunks(BATCH_SEQUENCES) {
        let values = batch.iter().map(|of| (&of.sequence, of.last_value, of.is_called));
        target.client().batch_execute(&sequence::set_values(values)).await.map_err(failed)?;
    }
    Ok(())
}
