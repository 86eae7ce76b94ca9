//! The summary at the end of a run, on stdout: every table, the totals, then what was left out and what failed, then advice.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use super::{quantity, verify};
use crate::ddl::sql::QualifiedName;
use crate::error::Explain;
use crate::verify::Verification;

/// One table that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLine {
    /// Its name, the same on both sides.
    pub table: QualifiedName,
    /// Rows that arrived.
    pub rows: u64,
    /// Bytes of COPY data that travelled.
    pub bytes: u64,
    /// From the start of its first chunk to the end of its last.
    pub elapsed: Duration,
    /// What its indexes and constraints took, one after the other.
    pub indexes: Duration,
    /// How it travelled, such as `binary, 4 streams`.
    pub route: String,
    /// What became of its rows, where they were merged into those that were there.
    pub merged: Option<Merged>,
}

/// What became of rows that were merged into those that were there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// Rows that were not there.
    pub inserted: u64,
    /// Rows that were there with other values.
    pub updated: u64,
    /// Rows that were there, and stayed as they were.
    pub unchanged: u64,
    /// Rows that a later one with the same key came after.
    pub repeated: u64,
    /// Rows that the target refused.
    pub rejected: u64,
}

impl Merged {
    /// `: 3 inserted, 1 updated, 0 unchanged`, and the rest where there is any.
    fn words(&self) -> String {
        let mut words = format!(
            ": {} inserted, {} updated, {} unchanged",
            quantity::count(self.inserted),
            quantity::count(self.updated),
            quantity::count(self.unchanged)
        );
        for (count, word) in [(self.repeated, "repeated"), (self.rejected, "rejected")] {
            if count > 0 {
                words.push_str(&format!(", {} {word}", quantity::count(count)));
            }
        }
        words
    }
}

/// One table that stays as an earlier run loaded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name, the same on both sides.
    pub table: QualifiedName,
    /// Its rows.
    pub rows: u64,
    /// The moment they are of.
    pub snapshot_at: String,
}

/// Something the source has and the target was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omission {
    /// Its kind and name, such as `view public.totals`.
    pub object: String,
    /// The word `--allow-omissions` takes for it. None where it was never to be copied.
    pub kind: Option<&'static str>,
    /// Why.
    pub reason: String,
    /// The grant, attribute or package that would have allowed it.
    pub allowed_by: Option<String>,
    /// Whether it makes the run fail.
    pub standing: Standing,
}

/// What an omission means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was to be copied: the run fails.
    Missing,
    /// It was to be copied, and the user accepted beforehand that it may not be.
    Accepted,
    /// The user asked for it, or it is never copied by design.
    ByRequest,
}

/// Something that was tried and did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The object's kind and name, such as `index public.orders_total_idx`.
    pub object: String,
    /// What was tried, such as `CREATE INDEX`.
    pub statement_kind: String,
    /// The server's words.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Something that was asked for is not on the target; the summary names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not everything was copied: {}", self.words())]
pub struct Incomplete {
    /// Statements that failed.
    failed: u64,
    /// Objects that were left out, and not by request.
    left_out: u64,
    /// Rows that the target refused, where they are more than the user accepts.
    rejected: u64,
}

impl Incomplete {
    fn words(self) -> String {
        let failed = (self.failed > 0).then(|| format!("{} failed", quantity::counted(self.failed, "statement")));
        let left_out = (self.left_out > 0).then(|| format!("{} left out", quantity::counted(self.left_out, "object")));
        let rejected = (self.rejected > 0).then(|| format!("{} rejected", quantity::counted(self.rejected, "row")));
        failed.into_iter().chain(left_out).chain(rejected).collect::<Vec<_>>().join(", ")
    }
}

impl Explain for Incomplete {
    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self { failed: 0, left_out: 0, .. } => {
                    "--reject-file has the rows that were rejected, each with its cause; all others are there"
                }
                _ => "the summary on standard output names each of them with its cause; all other objects and rows are there",
            }
            .to_owned(),
        )
    }
}

/// What a run did. The lists are shown in their own order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The tables whose rows were copied.
    pub tables: Vec<TableLine>,
    /// The tables whose rows are of an earlier moment.
    pub kept: Vec<Kept>,
    /// What was left out.
    pub omissions: Vec<Omission>,
    /// What failed.
    pub failures: Vec<Failure>,
    /// How many rejected rows the user accepts.
    pub rejects_max: u64,
    /// How many pieces of tables were copied again after a failure that passed.
    pub retried: u64,
    /// What a comparison with the source found; None where none was asked for.
    pub verification: Option<Verification>,
    /// What would have made the target faster.
    pub advice: Vec<String>,
    /// From the first connection to the last statement.
    pub elapsed: Duration,
}

impl Summary {
    /// Whether everything that was asked for is on the target: nothing failed, and nothing was
    /// left out but by request, by design or as accepted.
    ///
    /// # Errors
    ///
    /// When something is missing.
    pub fn completeness(&self) -> Result<(), Incomplete> {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let failed = count(self.failures.len());
        let left_out = count(self.omissions.iter().filter(|omission| omission.standing == Standing::Missing).count());
        let rejected = Some(self.rejected()).filter(|rejected| *rejected > self.rejects_max).unwrap_or_default();
        if failed == 0 && left_out == 0 && rejected == 0 {
            Ok(())
        } else {
            Err(Incomplete { failed, left_out, rejected })
        }
    }

    /// Rows and bytes of all tables.
    pub(super) fn totals(&self) -> (u64, u64) {
        let sum = |of: fn(&TableLine) -> u64| self.tables.iter().map(of).fold(0, u64::saturating_add);
        (sum(|table| table.rows), sum(|table| table.bytes))
    }

    /// Rows that the target refused.
    fn rejected(&self) -> u64 {
        self.tables.iter().filter_map(|table| table.merged).fold(0, |sum, merged| sum.saturating_add(merged.rejected))
    }

    /// Prints it on stdout. A reader that left, such as `head`, wanted no more, so errors of writing are not reported.
    pub fn print(&self) {
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(self.text().as_bytes());
        let _ = stdout.flush();
    }

    /// The text that [`Summary::print`] prints, with a line break at its end.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = aligned(&self.table_rows());
        let (rows, bytes) = self.totals();
        let tables = u64::try_from(self.tables.len()).unwrap_or(u64::MAX);
        let rate = quantity::rate(bytes, self.elapsed).map_or_else(String::new, |rate| format!(", {rate}"));
        if !text.is_empty() {
            text.push('\n');
        }
        line(
            &mut text,
            format_args!(
                "{}, {}, {} in {}{rate}",
                quantity::counted(tables, "table"),
                quantity::counted(rows, "row"),
                quantity::bytes(bytes),
                quantity::duration(self.elapsed)
            ),
        );
        if self.retried > 0 {
            let chunks = quantity::counted(self.retried, "chunk");
            line(&mut text, format_args!("{chunks} tried more than once, each of them there once"));
        }
        if !self.kept.is_empty() {
            text.push_str("\nkept as an earlier run loaded them:\n");
        }
        for Kept { table, rows, snapshot_at } in &self.kept {
            line(&mut text, format_args!("  {table}: {}, as of {snapshot_at}", quantity::counted(*rows, "row")));
        }
        self.write_omissions(&mut text);
        if !self.failures.is_empty() {
            text.push_str("\nfailed:\n");
        }
        for Failure { object, statement_kind, detail, hint } in &self.failures {
            line(&mut text, format_args!("  {object}: {statement_kind}: {}", indented(detail)));
            if let Some(hint) = hint {
                line(&mut text, format_args!("    hint: {}", indented(hint)));
            }
        }
        if let Some(verification) = &self.verification {
            line(&mut text, format_args!("\ncompared with the source:\n{}", verify::text(verification).trim_end()));
        }
        if !self.advice.is_empty() {
            text.push_str("\nadvice:\n");
        }
        for advice in &self.advice {
            line(&mut text, format_args!("  {advice}"));
        }
        text
    }

    /// What was not asked for comes first, because it makes the run fail.
    fn write_omissions(&self, text: &mut String) {
        let headings = [
            (Standing::Missing, "left out:"),
            (Standing::Accepted, "left out, as --allow-omissions accepts:"),
            (Standing::ByRequest, "left out by request or by design:"),
        ];
        for (standing, heading) in headings {
            let mut omissions = self.omissions.iter().filter(|omission| omission.standing == standing).peekable();
            if omissions.peek().is_some() {
                line(text, format_args!("\n{heading}"));
            }
            for Omission { object, kind, reason, allowed_by, .. } in omissions {
                line(text, format_args!("  {object}: {}", indented(reason)));
                if let Some(kind) = kind {
                    line(text, format_args!("    kind: {kind}"));
                }
                if let Some(allowed_by) = allowed_by {
                    line(text, format_args!("    allowed by: {allowed_by}"));
                }
            }
        }
    }

    fn table_rows(&self) -> Vec<[String; 6]> {
        let heading = ["table", "rows", "size", "copy", "indexes", "route"].map(str::to_owned);
        let rows = self.tables.iter().map(|line| {
            let TableLine { table, rows, bytes, elapsed, indexes, route, merged } = line;
            let merged = merged.map_or_else(String::new, |merged| merged.words());
            let (rows, bytes) = (quantity::count(*rows), quantity::bytes(*bytes));
            let (copied, built) = (quantity::duration(*elapsed), quantity::duration(*indexes));
            [table.to_string(), rows, bytes, copied, built, format!("{route}{merged}")]
        });
        if self.tables.is_empty() { Vec::new() } else { std::iter::once(heading).chain(rows).collect() }
    }
}

/// Columns two spaces apart; the first and the last to the left, the numbers between them to the right.
pub(super) fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:width$}"),
            _ if column == COLUMNS - 1 => cell.clone(),
            _ => format!("{cell:>width$}"),
        });
        line(&mut text, format_args!("{}", cells.collect::<Vec<_>>().join("  ")));
    }
    text
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, rows: u64, route: &str) -> TableLine {
        let (table, elapsed) = (QualifiedName::new("public", name), Duration::from_millis(rows));
        TableLine { table, rows, bytes: rows * 100, elapsed, indexes: elapsed, route: route.to_owned(), merged: None }
    }

    #[test]
    fn a_summary_lists_tables_totals_omissions_and_failures() {
        let omission = |object: &str, kind, reason: &str, standing| Omission {
            object: object.to_owned(),
            kind,
            reason: reason.to_owned(),
            allowed_by: kind.map(|_| "a grant".to_owned()),
            standing,
        };
        let mut summary = Summary {
            tables: vec![table("test", 3, "binary"), table("Ördersüß", 12_345, "text, 4 streams")],
            kept: vec![Kept {
                table: QualifiedName::new("public", "old"),
                rows: 7,
                snapshot_at: "2026-01-02 03:04:05 UTC".to_owned(),
            }],
            omissions: vec![
                omission("table public.audit", None, "excluded", Standing::ByRequest),
                omission("event trigger e", Some("event-trigger"), "denied", Standing::Accepted),
                omission(
                    "view public.totals",
                    Some("view"),
                    "reads sales.orders,\nwhich is not selected",
                    Standing::Missing,
                ),
            ],
            failures: vec![Failure {
                object: "index public.i".to_owned(),
                statement_kind: "CREATE INDEX".to_owned(),
                detail: "ERROR 42883: function f() does not exist".to_owned(),
                hint: Some("add its schema".to_owned()),
            }],
            rejects_max: 0,
            retried: 0,
            verification: None,
            advice: vec!["raise max_wal_size".to_owned()],
            elapsed: Duration::from_secs(13),
        };
        insta::assert_snapshot!(summary.text(), @r#"
        table                rows       size    copy  indexes  route
        public.test             3  300 bytes  0.00 s   0.00 s  binary
        public."Ördersüß"  12,345     1.1 MB  12.3 s   12.3 s  text, 4 streams

        2 tables, 12,348 rows, 1.1 MB in 13.0 s, 92.7 kB/s

        kept as an earlier run loaded them:
          public.old: 7 rows, as of 2026-01-02 03:04:05 UTC

        left out:
          view public.totals: reads sales.orders,
            which is not selected
            kind: view
            allowed by: a grant

        left out, as --allow-omissions accepts:
          event trigger e: denied
            kind: event-trigger
            allowed by: a grant

        left out by request or by design:
          table public.audit: excluded

        failed:
          index public.i: CREATE INDEX: ERROR 42883: function f() does not exist
            hint: add its schema

        advice:
          raise max_wal_size
        "#);
        let words = |summary: &Summary| summary.completeness().map_err(|incomplete| incomplete.to_string());
        let missing = "not everything was copied: 1 statement failed, 1 object left out";
        assert_eq!(words(&summary), Err(missing.to_owned()));
        summary.failures.clear();
        assert!(words(&summary).is_err());
        summary.omissions.pop();
        assert_eq!(words(&summary), Ok(()));
    }

    #[test]
    fn a_run_without_rows_has_no_table() {
        let summary = Summary { elapsed: Duration::from_millis(1500), ..Summary::default() };
        assert_eq!(summary.text(), "0 tables, 0 rows, 0 bytes in 1.50 s\n");
    }
}
