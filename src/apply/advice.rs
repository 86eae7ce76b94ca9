//! What the target's own configuration costs a load, for the user to know. Nothing of it is changed.

use super::{Error, query};
use crate::connect::{Control, SnapshotError};
use crate::error::Side;

/// The least that must have been loaded for advice to be worth reading.
const BYTES_MIN: u64 = 1 << 30;

/// The settings that cost.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CostlySettings {
    wal_level: String,
    data_checksums: bool,
    max_wal_bytes: u64,
}

/// Says what would make the next load of this size cheaper; nothing where little was loaded.
///
/// # Errors
///
/// When the target cannot be asked.
pub async fn advice(target: &Control, loaded_bytes: u64) -> Result<Vec<String>, Error> {
    if loaded_bytes < BYTES_MIN {
        return Ok(Vec::new());
    }
    let failed = || SnapshotError::failed("read the settings", Side::Target);
    let row = target.client().query_one(query::COSTLY_SETTINGS, &[]).await.map_err(failed())?;
    let settings = CostlySettings {
        wal_level: row.try_get("wal_level").map_err(failed())?,
        data_checksums: row.try_get::<_, String>("data_checksums").map_err(failed())? == "on",
        max_wal_bytes: row.try_get::<_, i64>("max_wal_bytes").map_err(failed())?.try_into().unwrap_or_default(),
    };
    Ok(settings.advice(loaded_bytes))
}

impl CostlySettings {
    fn advice(&self, loaded_bytes: u64) -> Vec<String> {
        let gigabytes = |bytes: u64| bytes.div_ceil(1 << 30);
        let mut advice = Vec::new();
        if self.wal_level != "minimal" {
            advice.push(format!(
                "wal_level is {} on the target: with minimal (and max_wal_senders = 0) while loading, tables that arrive frozen \
                 write no WAL",
                self.wal_level
            ));
        }
        // Rows and their indexes write about as much WAL as they are large, and a checkpoint begins at half of the limit.
        if self.max_wal_bytes < loaded_bytes.saturating_mul(2) {
            advice.push(format!(
                "max_wal_size is {} GB on the target: with {} GB while loading, no checkpoint is forced on it",
                gigabytes(self.max_wal_bytes),
                gigabytes(loaded_bytes.saturating_mul(2))
            ));
        }
        if self.data_checksums {
            advice.push(
                "data checksums are on at the target: they cost processor time for every block that is written, and WAL when \
                 rows are first read; that is the price of noticing broken disks"
                    .to_owned(),
            );
        }
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(wal_level: &str, max_wal_gigabytes: u64, data_checksums: bool) -> CostlySettings {
        CostlySettings { wal_level: wal_level.to_owned(), data_checksums, max_wal_bytes: max_wal_gigabytes << 30 }
    }

    #[test]
    fn what_costs_nothing_is_not_mentioned() {
        assert!(settings("minimal", 100, false).advice(10 << 30).is_empty());
    }

    #[test]
    fn each_setting_that_costs_is_named_with_what_would_not() {
        insta::assert_snapshot!(settings("replica", 1, true).advice(10 << 30).join("\n"), @"
        wal_level is replica on the target: with minimal (and max_wal_senders = 0) while loading, tables that arrive frozen write no WAL
        max_wal_size is 1 GB on the target: with 20 GB while loading, no checkpoint is forced on it
        data checksums are on at the target: they cost processor time for every block that is written, and WAL when rows are first read; that is the price of noticing broken disks
        ");
    }
}
