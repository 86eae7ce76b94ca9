//! What a run did, and how the summary tells it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::apply::{Asked, Failure, allowed_by};
use crate::copy::{Merged, TableOutcome};
use crate::ddl::QualifiedName;
use crate::error::Explain as _;
use crate::plan::{LeftOut, omission};
use crate::report::{self, Kept, Omission, Standing, Summary, TableLine};
use crate::verify::Verification;

/// What a run did. Nothing is missing on the target but what is named here.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Rows copied, by table.
    pub(super) tables: Vec<TableOutcome>,
    /// What the indexes and constraints of each table took, by its OID on the source.
    pub(super) indexes: BTreeMap<u32, Duration>,
    /// Tables that an earlier run loaded.
    pub(super) kept: Vec<Kept>,
    /// What the target does not have.
    pub(super) missing: Missing,
    /// How many rejected rows are accepted.
    pub(super) rejects_max: u64,
    /// How many chunks were tried more than once.
    pub(super) retried: usize,
    /// What a comparison with the source found; None where none was asked for.
    pub(super) verification: Option<Verification>,
    /// What would have made the target faster.
    pub(super) advice: Vec<String>,
    /// The whole run.
    pub(super) duration: Duration,
}

/// What the source has and the target was not given.
#[derive(Debug)]
pub(super) struct Missing {
    /// What was left out, and whether that was accepted.
    pub(super) omissions: Vec<Omission>,
    /// Statements that failed for another reason than that the target lacks a right, a package or a role.
    pub(super) failures: Vec<Failure>,
}

impl Missing {
    /// Divides what failed, and says of what was left out whether its kind was accepted.
    pub(super) fn new(
        failures: Vec<Failure>,
        left_out: &[LeftOut],
        accepted: &[&'static str],
        asked: Asked<'_>,
    ) -> Self {
        let standing =
            |kind: &'static str| if accepted.contains(&kind) { Standing::Accepted } else { Standing::Missing };
        let (refusals, failures): (Vec<_>, Vec<_>) = failures.into_iter().partition(|failure| failure.is_refusal);
        let known = left_out.iter().cloned().map(|of| Omission {
            object: of.object,
            kind: of.kind,
            reason: of.reason,
            allowed_by: None,
            standing: of.kind.map_or(Standing::ByRequest, standing),
        });
        let refused = refusals.into_iter().map(|of| {
            let kind = omission::kind(&of.statement);
            Omission {
                object: omission::words(&of.statement.object, of.statement.action),
                kind: Some(kind),
                allowed_by: allowed_by(&of, asked),
                reason: of.words,
                standing: standing(kind),
            }
        });
        Self { omissions: known.chain(refused).collect(), failures }
    }
}

impl Outcome {
    /// The tables with rejected rows, and how many, where they are more than is accepted.
    pub(super) fn rejected(&self) -> impl Iterator<Item = (&QualifiedName, u64)> {
        let rejected = |of: &TableOutcome| of.merged.map_or(0, |merged| merged.rejected);
        let is_accepted = self.tables.iter().map(rejected).sum::<u64>() <= self.rejects_max;
        let tables = self.tables.iter().filter(move |_| !is_accepted).map(move |of| (&of.table, rejected(of)));
        tables.filter(|(_, rows)| *rows > 0)
    }

    /// The same for people.
    pub(super) fn summary(self) -> Summary {
        let failure = |of: Failure| report::Failure {
            object: of.statement.object.to_string(),
            statement_kind: of.statement.action.words().to_owned(),
            hint: of.hint(),
            detail: of.words,
        };
        Summary {
            tables: self.tables.into_iter().map(|of| table_line(of, &self.indexes)).collect(),
            kept: self.kept,
            omissions: self.missing.omissions,
            failures: self.missing.failures.into_iter().map(failure).collect(),
            rejects_max: self.rejects_max,
            retried: u64::try_from(self.retried).unwrap_or(u64::MAX),
            verification: self.verification,
            advice: self.advice,
            elapsed: self.duration,
        }
    }
}

fn table_line(of: TableOutcome, indexes: &BTreeMap<u32, Duration>) -> TableLine {
    let merged = of.merged.map(|merged| {
        let Merged { inserted, updated, unchanged, repeated, rejected } = merged;
        report::Merged { inserted, updated, unchanged, repeated, rejected }
    });
    TableLine {
        table: of.table,
        rows: of.rows,
        bytes: of.bytes,
        elapsed: of.duration,
        indexes: indexes.get(&of.relation).copied().unwrap_or_default(),
        route: of.route,
        merged,
    }
}
