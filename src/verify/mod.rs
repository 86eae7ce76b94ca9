//! Compares a target with its source: definitions as a plan would make them, rows by digests that the servers compute, values of
//! sequences, large objects. What differs is narrowed down to keys; this is the one part of pgsluice that reads values of rows to show
//! them, and it hands them to nothing but the report.
//!
//! [`definitions::compare`] and the SQL of a digest are pure. [`rows`] reads both sides, each under one snapshot, on several sessions.

pub mod definitions;
mod digest;
mod error;
mod large_objects;
mod narrow;
mod properties;
mod query;
mod rows;
mod sequences;
mod sessions;
mod units;

use std::time::Duration;

use crate::ddl::sql::{QualifiedName, readable};
use crate::error::Explain;
use crate::plan::LeftOut;

pub use definitions::{DefinitionDifference, Definitions};
pub use error::Error;
pub use large_objects::large_objects;
pub use properties::large_object_properties;
pub use rows::{Progress, rows};
pub use sequences::sequences;
pub use sessions::{Ends, Side};
pub use units::Options;

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// What the definitions say; None where they were not compared.
    pub definitions: Option<Definitions>,
    /// The tables whose rows were to be compared, by schema and name.
    pub tables: Vec<Table>,
    /// Whether their rows were only counted.
    pub counts: bool,
    /// The sequences; None where they were not compared.
    pub sequences: Option<Vec<Sequence>>,
    /// The large objects; None where they were not compared.
    pub large_objects: Option<LargeObjects>,
    /// What was not to be compared, and why.
    pub left_out: Vec<LeftOut>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What a comparison comes to. The worst comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing differs.
    Same,
    /// Nothing is known to differ, and not everything could be compared.
    NotVerified,
    /// Something differs.
    Different,
}

/// What is known of one table, sequence or all large objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Both sides have the same.
    Same,
    /// They have not.
    Differs(Why),
    /// It could not be compared, for this reason.
    NotVerified(String),
}

/// How something differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// In what it holds.
    Content,
    /// The target does not have it.
    Missing,
    /// It is a materialized view that is filled on the source alone.
    NotFilled,
    /// It is something else on the target.
    OtherKind(&'static str),
    /// The target's has no column of this name.
    NoColumn(String),
}

/// A table that was to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name on both sides.
    pub table: QualifiedName,
    /// Whether its rows are the result of a query: a materialized view. What differs there is no difference of the databases.
    pub is_derived: bool,
    /// Its rows on the source and on the target, where they were counted.
    pub rows: Option<(u64, u64)>,
    /// What is known.
    pub standing: Standing,
    /// Which rows differ.
    pub narrowed: Option<Narrowed>,
}

/// Some of the rows that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Narrowed {
    /// The columns that tell rows apart; none where nothing but their place does.
    pub key_columns: Vec<String>,
    /// The rows.
    pub found: Vec<RowDifference>,
    /// Whether there are no others.
    pub is_all: bool,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowDifference {
    /// How.
    pub kind: DifferenceKind,
    /// The values of its key as text, cut off where they are long, or its place on the side that has it.
    pub key: Vec<Option<String>>,
    /// How many such rows there are.
    pub rows: u64,
}

/// How a row, a large object or a definition differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// The target does not have it.
    Missing,
    /// The source does not have it.
    Extra,
    /// It is another on the target.
    Different,
}

/// A sequence that was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Its name on both sides.
    pub sequence: QualifiedName,
    /// The next value on the source and on the target.
    pub next: Option<(i128, i128)>,
    /// What is known. One whose next value is further on than the source's is the same: nothing is handed out twice.
    pub standing: Standing,
}

/// The large objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeObjects {
    /// How many the source and the target have.
    pub count: (u64, u64),
    /// Some of those that differ, by OID.
    pub found: Vec<(DifferenceKind, u32)>,
    /// Whether there are no others.
    pub is_all: bool,
    /// What is known.
    pub standing: Standing,
}

impl Verification {
    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let of_definitions = self.definitions.iter().map(Definitions::verdict);
        let of_tables = self.tables.iter().map(Table::verdict);
        let of_sequences = self.sequences.iter().flatten().map(|of| of.standing.verdict());
        let of_large_objects = self.large_objects.iter().map(|of| of.standing.verdict());
        let all = of_definitions.chain(of_tables).chain(of_sequences).chain(of_large_objects);
        all.max().unwrap_or(Verdict::Same)
    }

    /// Whether both sides are the same, as far as was asked for.
    ///
    /// # Errors
    ///
    /// When something differs or could not be compared.
    pub fn agreement(&self) -> Result<(), Disagreement> {
        let verdict = self.verdict();
        let is_it = |of: Verdict| of == verdict;
        let counts = [
            (self.definitions.as_ref().map_or(0, |of| of.count(verdict)), "definition"),
            (self.tables.iter().filter(|of| is_it(of.verdict())).count(), "table"),
            (self.sequences.iter().flatten().filter(|of| is_it(of.standing.verdict())).count(), "sequence"),
        ];
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let counted = counts.into_iter().filter(|(count, _)| *count > 0);
        let counted = counted.map(|(count, word)| format!("{count} {word}{}", plural(count)));
        let large_objects = self.large_objects.iter().filter(|of| is_it(of.standing.verdict()));
        let all: Vec<_> = counted.chain(large_objects.map(|_| "large objects".to_owned())).collect();
        match verdict {
            Verdict::Same => Ok(()),
            Verdict::NotVerified => Err(Disagreement::NotVerified(all.join(", "))),
            Verdict::Different => Err(Disagreement::Different(all.join(", "))),
        }
    }

    /// Everything that differs or could not be compared, in words that hold no value of a row.
    pub fn findings(&self) -> impl Iterator<Item = (Option<&QualifiedName>, String)> {
        let definitions = self.definitions.iter().flat_map(Definitions::findings).map(|words| (None, words));
        let tables = self.tables.iter().filter(|of| of.verdict() != Verdict::Same);
        let tables = tables.map(|of| (Some(&of.table), of.standing.words("its rows differ")));
        let sequences = self.sequences.iter().flatten().filter(|of| of.standing != Standing::Same);
        let sequences = sequences.map(|of| (Some(&of.sequence), of.standing.words("it is behind the source's")));
        let large_objects = self.large_objects.iter().filter(|of| of.standing != Standing::Same);
        let large_objects =
            large_objects.map(|of| (None, format!("large objects: {}", of.standing.words("they differ"))));
        definitions.chain(tables).chain(sequences).chain(large_objects)
    }
}

/// The two sides are not known to be the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// They differ.
    #[error("the target differs from the source: {0}")]
    Different(String),
    /// Not everything could be compared.
    #[error("not everything could be compared: {0}")]
    NotVerified(String),
}

impl Explain for Disagreement {
    fn hint(&self) -> Option<String> {
        Some("standard output names each of them".to_owned())
    }
}

impl Table {
    /// What it says of the two databases: derived rows that differ say nothing.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.standing {
            // That it is missing the definitions say.
            Standing::Differs(Why::Content | Why::Missing) if self.is_derived => Verdict::Same,
            standing => standing.verdict(),
        }
    }
}

impl Standing {
    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Same => Verdict::Same,
            Self::NotVerified(_) => Verdict::NotVerified,
            Self::Differs(_) => Verdict::Different,
        }
    }

    /// The same for people; `what` says it where the content differs.
    #[must_use]
    pub fn words(&self, what: &str) -> String {
        match self {
            Self::Same => "ok".to_owned(),
            Self::NotVerified(reason) => format!("not verified: {reason}"),
            Self::Differs(why) => match why {
                Why::Content => what.to_owned(),
                Why::Missing => "it is missing on the target".to_owned(),
                Why::NotFilled => "it is not filled on the target".to_owned(),
                Why::OtherKind(kind) => format!("it is {kind} on the target"),
                Why::NoColumn(column) => {
                    format!("it has no column {} on the target", readable(column))
                }
            },
        }
    }
}
