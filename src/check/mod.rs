//! What stands in the way of a run, found without changing anything: the facts are read by [`facts`], and everything that is
//! said of them is made by pure code.
//!
//! What a run would refuse comes from the code that refuses it ([`crate::plan::attempt`] and the like), so that both say the same.

pub mod facts;
mod planned;
mod query;
mod rights;
mod room;
mod server;

use crate::error::{Explain, Side};

pub use planned::{left_out, problems, refused, size};
pub use rights::{Rights, large_objects, rights, sequences, tables};
pub use room::{Need, locks, sessions};
pub use server::{creation, databases, encodings, locked, server, source, target, versions};

/// The most findings of one kind that are listed one by one.
const LISTED_MAX: usize = 50;

/// What a finding means for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It was looked at, and is as it should be.
    Ok,
    /// The run goes on, but not as it could, or something of it cannot be told beforehand.
    Warning,
    /// The run would fail, or not be complete.
    Error,
}

impl Severity {
    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it means for a run.
    pub severity: Severity,
    /// Where it is.
    pub side: Side,
    /// What was looked at, such as `connections` or `table public.orders`.
    pub subject: String,
    /// What was found.
    pub message: String,
    /// What can be done about it.
    pub hint: Option<String>,
}

impl Finding {
    fn new(severity: Severity, side: Side, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity, side, subject: subject.into(), message: message.into(), hint: None }
    }

    /// Something that is as it should be.
    pub fn ok(side: Side, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Ok, side, subject, message)
    }

    /// Something that a run copes with.
    pub fn warning(side: Side, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, side, subject, message)
    }

    /// Something that a run would fail at.
    pub fn error(side: Side, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, side, subject, message)
    }

    /// What a run would say, and with which a run would end.
    pub fn of(side: Side, subject: impl Into<String>, error: &dyn Explain) -> Self {
        let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
        Self { hint: error.hint(), ..Self::error(side, subject, format!("{error}{detail}")) }
    }

    /// Something that could not be looked at. A run may find out.
    pub fn unknown(side: Side, subject: impl Into<String>, error: &dyn Explain) -> Self {
        let found = Self::of(side, subject, error);
        Self { severity: Severity::Warning, message: format!("not looked at: {}", found.message), ..found }
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// Keeps a list readable: the first of them, and how many more there are.
fn listed(mut findings: Vec<Finding>, what: &str) -> Vec<Finding> {
    let more = findings.len().saturating_sub(LISTED_MAX);
    findings.truncate(LISTED_MAX);
    if let Some(last) = findings.last().filter(|_| more > 0) {
        let (severity, side) = (last.severity, last.side);
        findings.push(Finding::new(severity, side, what, format!("the same goes for {more} more")));
    }
    findings
}
