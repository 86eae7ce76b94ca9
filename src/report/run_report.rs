//! `--report FILE`: what came of a run, as one JSON object for programs.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::summary::{Failure, Kept, Merged, Omission, Standing, Summary, TableLine};
use super::{error, verify};
use crate::error::Explain;
use crate::verify::Verdict;

/// The version of the object's form.
const JSON_VERSION: u32 = 1;

/// The file, from the beginning of the run on. It is empty until the run has ended, so that nobody takes an earlier report, or half
/// of one, for what came of this run.
#[derive(Debug)]
pub struct RunReport {
    file: File,
    started: SystemTime,
}

/// What came of a run.
#[derive(Debug, Clone, Copy)]
pub enum Came<'a> {
    /// It has copied.
    Copied(&'a Summary),
    /// It was not to be repeated, and had been completed then.
    NotRepeated(&'a str),
    /// It ended with an error; whether somebody wanted it to end.
    Failed(&'a dyn Explain, bool),
}

impl RunReport {
    /// Makes the file, or empties it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::create(path)?, started: SystemTime::now() })
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// When it cannot be written; it may be there in part then, which is no JSON.
    pub fn write(mut self, came: Came<'_>) -> io::Result<()> {
        let text = format!("{}\n", object(came, self.started, SystemTime::now()));
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()
    }
}

fn object(came: Came<'_>, started: SystemTime, ended: SystemTime) -> Value {
    let mut object = json!({
        "version": JSON_VERSION,
        "pgsluice": env!("CARGO_PKG_VERSION"),
        "started_unix_ms": milliseconds(started.duration_since(UNIX_EPOCH).unwrap_or_default()),
        "ended_unix_ms": milliseconds(ended.duration_since(UNIX_EPOCH).unwrap_or_default()),
        "outcome": outcome(came),
        "error": match came {
            Came::Failed(error, _) => error::parts(error),
            Came::Copied(_) | Came::NotRepeated(_) => Value::Null,
        },
        "completed_at": match came {
            Came::NotRepeated(at) => Some(at),
            Came::Copied(_) | Came::Failed(..) => None,
        },
    });
    if let (Came::Copied(of), Some(object)) = (came, object.as_object_mut()) {
        object.extend(summary(of));
    }
    object
}

/// One word for programs. Only `complete` and `not_repeated` mean that nothing is missing.
fn outcome(came: Came<'_>) -> &'static str {
    match came {
        Came::NotRepeated(_) => "not_repeated",
        Came::Failed(_, true) => "interrupted",
        Came::Failed(_, false) => "failed",
        Came::Copied(of) => match of.verification.as_ref().map(crate::verify::Verification::verdict) {
            _ if of.completeness().is_err() => "incomplete",
            Some(Verdict::Different) => "different",
            Some(Verdict::NotVerified) => "not_verified",
            Some(Verdict::Same) | None => "complete",
        },
    }
}

fn summary(of: &Summary) -> serde_json::Map<String, Value> {
    let Summary { tables, kept, omissions, failures, rejects_max, retried, verification, advice, elapsed } = of;
    let (rows, bytes) = of.totals();
    let object = json!({
        "duration_ms": milliseconds(*elapsed),
        "rows": rows,
        "bytes": bytes,
        "retried_chunks": retried,
        "rejected_rows_accepted": rejects_max,
        "tables": tables.iter().map(table).collect::<Vec<_>>(),
        "kept": kept.iter().map(kept_table).collect::<Vec<_>>(),
        "left_out": omissions.iter().map(omission).collect::<Vec<_>>(),
        "failed": failures.iter().map(failure).collect::<Vec<_>>(),
        // Keys of rows are for standard output alone.
        "verification": verification.as_ref().map(|of| verify::object(of, false)),
        "advice": advice,
    });
    match object {
        Value::Object(object) => object,
        _ => serde_json::Map::new(),
    }
}

fn table(of: &TableLine) -> Value {
    let TableLine { table, rows, bytes, elapsed, indexes, route, merged } = of;
    let merged = merged.map(|Merged { inserted, updated, unchanged, repeated, rejected }| {
        json!({
            "inserted": inserted,
            "updated": updated,
            "unchanged": unchanged,
            "repeated": repeated,
            "rejected": rejected,
        })
    });
    json!({
        "schema": table.schema,
        "table": table.name,
        "rows": rows,
        "bytes": bytes,
        "copy_ms": milliseconds(*elapsed),
        "indexes_ms": milliseconds(*indexes),
        "route": route,
        "merged": merged,
    })
}

fn kept_table(of: &Kept) -> Value {
    let Kept { table, rows, snapshot_at } = of;
    json!({ "schema": table.schema, "table": table.name, "rows": rows, "snapshot_at": snapshot_at })
}

fn omission(of: &Omission) -> Value {
    let Omission { object, kind, reason, allowed_by, standing } = of;
    let standing = match standing {
        Standing::Missing => "missing",
        Standing::Accepted => "accepted",
        Standing::ByRequest => "by_request",
    };
    json!({ "object": object, "kind": kind, "reason": reason, "allowed_by": allowed_by, "standing": standing })
}

fn failure(of: &Failure) -> Value {
    let Failure { object, statement_kind, detail, hint } = of;
    json!({ "object": object, "statement": statement_kind, "detail": detail, "hint": hint })
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::sql::QualifiedName;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn shown(came: Came<'_>) -> String {
        serde_json::to_string_pretty(&object(came, at(100), at(102)))
            .unwrap()
            .replace(env!("CARGO_PKG_VERSION"), "VERSION")
    }

    #[test]
    fn a_report_has_every_table_and_everything_that_is_missing() {
        let summary = Summary {
            tables: vec![TableLine {
                table: QualifiedName::new("public", "item"),
                rows: 3,
                bytes: 300,
                elapsed: Duration::from_millis(20),
                indexes: Duration::from_millis(7),
                route: "binary".to_owned(),
                merged: Some(Merged { inserted: 1, updated: 1, unchanged: 0, repeated: 0, rejected: 1 }),
            }],
            kept: vec![Kept {
                table: QualifiedName::new("public", "old"),
                rows: 7,
                snapshot_at: "2026-01-02 03:04:05 UTC".to_owned(),
            }],
            omissions: vec![Omission {
                object: "event trigger e".to_owned(),
                kind: Some("event-trigger"),
                reason: "denied".to_owned(),
                allowed_by: Some("superuser".to_owned()),
                standing: Standing::Accepted,
            }],
            failures: vec![Failure {
                object: "index public.i".to_owned(),
                statement_kind: "CREATE INDEX".to_owned(),
                detail: "ERROR 42883: function f() does not exist".to_owned(),
                hint: None,
            }],
            rejects_max: 1,
            retried: 2,
            advice: vec!["raise max_wal_size".to_owned()],
            elapsed: Duration::from_millis(1999),
            ..Summary::default()
        };
        insta::assert_snapshot!(shown(Came::Copied(&summary)), @r#"
        {
          "advice": [
            "raise max_wal_size"
          ],
          "bytes": 300,
          "completed_at": null,
          "duration_ms": 1999,
          "ended_unix_ms": 102000,
          "error": null,
          "failed": [
            {
              "detail": "ERROR 42883: function f() does not exist",
              "hint": null,
              "object": "index public.i",
              "statement": "CREATE INDEX"
            }
          ],
          "kept": [
            {
              "rows": 7,
              "schema": "public",
              "snapshot_at": "2026-01-02 03:04:05 UTC",
              "table": "old"
            }
          ],
          "left_out": [
            {
              "allowed_by": "superuser",
              "kind": "event-trigger",
              "object": "event trigger e",
              "reason": "denied",
              "standing": "accepted"
            }
          ],
          "outcome": "incomplete",
          "pgsluice": "VERSION",
          "rejected_rows_accepted": 1,
          "retried_chunks": 2,
          "rows": 3,
          "started_unix_ms": 100000,
          "tables": [
            {
              "bytes": 300,
              "copy_ms": 20,
              "indexes_ms": 7,
              "merged": {
                "inserted": 1,
                "rejected": 1,
                "repeated": 0,
                "unchanged": 0,
                "updated": 1
              },
              "route": "binary",
              "rows": 3,
              "schema": "public",
              "table": "item"
            }
          ],
          "verification": null,
          "version": 1
        }
        "#);
        let complete = Summary { failures: Vec::new(), ..summary };
        assert_eq!(outcome(Came::Copied(&complete)), "complete");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("could not connect to the target")]
    struct Failed;

    impl Explain for Failed {
        fn hint(&self) -> Option<String> {
            Some("start it".to_owned())
        }
    }

    #[test]
    fn a_run_that_failed_says_why() {
        insta::assert_snapshot!(shown(Came::Failed(&Failed, false)), @r#"
        {
          "completed_at": null,
          "ended_unix_ms": 102000,
          "error": {
            "hint": "start it",
            "message": "could not connect to the target"
          },
          "outcome": "failed",
          "pgsluice": "VERSION",
          "started_unix_ms": 100000,
          "version": 1
        }
        "#);
        assert_eq!(outcome(Came::Failed(&Failed, true)), "interrupted");
        assert_eq!(outcome(Came::NotRepeated("2026-01-02 03:04:05 UTC")), "not_repeated");
    }
}
