//! How rows get into tables that hold some, and which rows travel at all.

use super::error::Error;
use super::layers::{Found, Layers};
use super::table;
use super::value;
use super::{Merging, Mode, OnRowError};
use crate::plan::merge::{Condition, NoArbiter, OnConflict};
use crate::plan::pattern::Pattern;

/// Rows in one batch where nothing is said: see `BATCH_BYTES_DEFAULT`.
const BATCH_ROWS_DEFAULT: u64 = 50_000;

/// COPY data in one batch where nothing is said.
const BATCH_BYTES_DEFAULT: u64 = 16 << 20;

/// How long a batch may stay open where nothing is said. A source sends rows as fast as they are taken; where it does not, what
/// it has sent should be seen on the target while somebody still waits for it.
const BATCH_TIMEOUT_DEFAULT: std::time::Duration = std::time::Duration::from_secs(30);

impl Layers<'_> {
    /// The settings of merging. Outside `--mode data` no row can be there already, so that nothing is merged.
    pub(super) fn merging(&self, mode: Mode) -> Result<Merging, Error> {
        let conflicts =
            [("error", OnConflict::Error), ("nothing", OnConflict::Nothing), ("update", OnConflict::Update)];
        let no_arbiters = [("error", NoArbiter::Error), ("skip", NoArbiter::Skip), ("insert", NoArbiter::Insert)];
        let on_conflict = self.read(&table::ON_CONFLICT, |text| value::choice(text, &conflicts))?;
        let no_arbiter = self.read(&table::NO_ARBITER, |text| value::choice(text, &no_arbiters))?;
        let batch_rows = self.read(&table::BATCH_ROWS, |text| value::number(text, 1..=u64::MAX))?;
        let batch_bytes = self.read(&table::BATCH_BYTES, |text| value::size_bytes(text, 1))?;
        let batch_timeout = self.read(&table::BATCH_TIMEOUT, value::duration)?;
        Ok(Merging {
            on_conflict: on_conflict.filter(|_| mode == Mode::Data).unwrap_or_default(),
            no_arbiter: no_arbiter.unwrap_or_default(),
            keep_identity: self.switch(&table::KEEP_IDENTITY)?,
            batch_rows: batch_rows.unwrap_or(BATCH_ROWS_DEFAULT),
            batch_bytes: batch_bytes.unwrap_or(BATCH_BYTES_DEFAULT),
            batch_timeout: batch_timeout.unwrap_or(BATCH_TIMEOUT_DEFAULT),
            on_row_error: self.on_row_error(mode)?,
        })
    }

    fn on_row_error(&self, mode: Mode) -> Result<OnRowError, Error> {
        let file = self.find(&table::REJECT_FILE)?;
        let rejects_max = self.read(&table::REJECTS_MAX, |text| value::number(text, 0..=u64::MAX))?;
        let Some(found) = self.find(&table::ON_ROW_ERROR)? else { return Ok(OnRowError::Stop) };
        let origin = found.origin.clone();
        let unusable = |needs: &str| Error::Invalid { origin, expected: needs.to_owned() };
        match (found.read(|text| value::choice(text, &[("stop", false), ("reject", true)]))?, file) {
            (false, _) => Ok(OnRowError::Stop),
            (true, _) if mode != Mode::Data => {
                Err(unusable("stop unless --mode is data: the other modes load rows before there are constraints"))
            }
            (true, None) => Err(unusable("--reject-file to say where such rows go")),
            (true, Some(file)) => {
                Ok(OnRowError::Reject { file: file.text.into(), rejects_max: rejects_max.unwrap_or(0) })
            }
        }
    }

    /// What `--where` says, one condition a line.
    pub(super) fn conditions(&self) -> Result<Vec<Condition>, Error> {
        let Some(Found { text, origin }) = self.find(&table::WHERE)? else { return Ok(Vec::new()) };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines
            .map(|line| {
                let invalid =
                    || Error::Invalid { origin: origin.clone(), expected: "table=predicate on each line".to_owned() };
                let (table, predicate) = split(line).ok_or_else(invalid)?;
                let pattern =
                    Pattern::parse(table).map_err(|source| Error::Pattern { origin: origin.clone(), source })?;
                Ok(Condition { pattern, predicate: predicate.to_owned() })
            })
            .collect()
    }
}

/// The two sides of the first equals sign that is not part of a name.
fn split(line: &str) -> Option<(&str, &str)> {
    let mut in_quotes = false;
    let at = line.find(|character| {
        in_quotes ^= character == '"';
        character == '=' && !in_quotes
    })?;
    let (table, predicate) = (line[..at].trim(), line[at + 1..].trim());
    (!predicate.is_empty()).then_some((table, predicate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_outside_quotes_ends_the_table() {
        assert_eq!(split("t = a = 1"), Some(("t", "a = 1")));
        assert_eq!(split(r#""a=b".t=x=''"#), Some((r#""a=b".t"#, "x=''")));
        for line in ["t", "t=", r#""t=1"#] {
            assert_eq!(split(line), None, "{line}");
        }
    }
}
