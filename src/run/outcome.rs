//! What a run did, and how the summary tells it.

use std::time::Duration;

use crate::apply::Failure;
use crate::copy::TableOutcome;
use crate::error::Explain as _;
use crate::plan::LeftOut;
use crate::report::{self, Omission, Summary, TableLine};

/// What a run did. Nothing is missing on the target but what is named here.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Rows copied, by table.
    pub(super) tables: Vec<TableOutcome>,
    /// Statements the target refused.
    pub(super) failures: Vec<Failure>,
    /// Objects that were not copied, and why.
    pub(super) left_out: Vec<LeftOut>,
    /// The whole run.
    pub(super) duration: Duration,
}

impl Outcome {
    /// The same for people.
    pub(super) fn summary(self) -> Summary {
        let failure = |of: Failure| report::Failure {
            object: of.statement.object.to_string(),
            statement_kind: of.statement.action.words().to_owned(),
            hint: of.hint(),
            detail: of.words,
        };
        Summary {
            tables: self.tables.into_iter().map(table_line).collect(),
            left_out: self
                .left_out
                .into_iter()
                .map(|of| Omission { object: of.object, reason: of.reason, by_request: of.by_request })
                .collect(),
            failures: self.failures.into_iter().map(failure).collect(),
            elapsed: self.duration,
        }
    }
}

fn table_line(of: TableOutcome) -> TableLine {
    TableLine { table: of.table, rows: of.rows, bytes: of.bytes, elapsed: of.duration, route: of.route }
}
