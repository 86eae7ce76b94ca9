//! The lock modes of tables and which of them exclude each other, as the server has it (manual, "Table-Level Locks").

/// A table-level lock mode. The names say what they are in SQL: `LOCK TABLE … IN SHARE UPDATE EXCLUSIVE MODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// SELECT, and whatever only looks.
    AccessShare,
    /// SELECT … FOR UPDATE, and the referenced table of a foreign key that is validated.
    RowShare,
    /// INSERT, UPDATE, DELETE, COPY FROM.
    RowExclusive,
    /// ANALYZE, VALIDATE CONSTRAINT, CREATE STATISTICS, ALTER INDEX … ATTACH PARTITION.
    ShareUpdateExclusive,
    /// CREATE INDEX.
    Share,
    /// CREATE TRIGGER, ADD FOREIGN KEY on both tables.
    ShareRowExclusive,
    /// REFRESH MATERIALIZED VIEW CONCURRENTLY.
    Exclusive,
    /// Most of ALTER TABLE, REFRESH MATERIALIZED VIEW.
    AccessExclusive,
}

impl LockMode {
    /// Every mode, the weakest first.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// Whether two sessions cannot hold these locks on one relation at the same time.
    #[must_use]
    pub fn conflicts_with(self, other: Self) -> bool {
        let weakest_refused = match self {
            Self::AccessShare => Self::AccessExclusive,
            Self::RowShare => Self::Exclusive,
            // SHARE excludes writers, SHARE UPDATE EXCLUSIVE itself; neither row follows from the order alone.
            Self::RowExclusive => Self::Share,
            Self::ShareUpdateExclusive => Self::ShareUpdateExclusive,
            Self::Share => return !matches!(other, Self::AccessShare | Self::RowShare | Self::Share),
            Self::ShareRowExclusive => Self::RowExclusive,
            Self::Exclusive => Self::RowShare,
            Self::AccessExclusive => Self::AccessShare,
        };
        other >= weakest_refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual's table, a row a mode, `X` where the column's mode conflicts.
    const MANUAL: [&str; 8] =
        [".......X", "......XX", "....XXXX", "...XXXXX", "..XX.XXX", "..XXXXXX", ".XXXXXXX", "XXXXXXXX"];

    #[test]
    fn the_conflicts_are_the_manuals() {
        for (mode, row) in LockMode::ALL.into_iter().zip(MANUAL) {
            let ours: String =
                LockMode::ALL.map(|other| if mode.conflicts_with(other) { 'X' } else { '.' }).iter().collect();
            assert_eq!(ours, row, "{mode:?}");
        }
    }
}
