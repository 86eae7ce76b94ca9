//! How copying rows can fail.

use std::fmt;
use std::time::Duration;

use super::{commit, large_row, statements};
use crate::connect::{self, SnapshotError, WireError};
use crate::ddl::sql::QualifiedName;
use crate::error::{Explain, Side};
use crate::plan::load::{BlockRange, Chunk, CopyFormat, KeyRange, TableLoad};

/// From here on setting a parameter can be granted.
const PARAMETERS_GRANTED_MAJOR: u32 = 15;

/// Why rows were not copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A worker has no session.
    #[error("could not open a session for copying rows on the {side}")]
    Connect {
        /// The server.
        side: Side,
        /// What went wrong.
        #[source]
        source: connect::Error,
    },
    /// A new session could not be prepared.
    #[error("could not prepare a session for copying rows on the {side}")]
    Prepare {
        /// The server.
        side: Side,
        /// What went wrong.
        #[source]
        source: WireError,
    },
    /// A statement of a chunk failed.
    #[error("could not copy table \"{table}\"{}: {} failed", Place(**.chunk), Act(*.side))]
    Statement {
        /// The server that failed.
        side: Side,
        /// The table.
        table: QualifiedName,
        /// Its chunk.
        chunk: Box<Chunk>,
        /// What the server was asked.
        statement: String,
        /// What went wrong.
        #[source]
        source: WireError,
    },
    /// A row is larger than the source can send in one piece.
    #[error("could not copy table \"{table}\": the source cannot send its row at ctid {ctid} as {}", Form(*.format))]
    RowTooLarge {
        /// The table.
        table: QualifiedName,
        /// Where the row is on the source.
        ctid: String,
        /// How it was to travel.
        format: CopyFormat,
        /// What the server said.
        #[source]
        source: WireError,
    },
    /// Both sides are content, and do not agree on how many rows there were. The chunk was rolled back.
    #[error(
        "could not copy table \"{table}\"{}: the source sent {source_rows} rows, the target took {target_rows}",
        Place(*.chunk)
    )]
    Unequal {
        /// The table.
        table: QualifiedName,
        /// Its chunk.
        chunk: Chunk,
        /// Rows by the source's command tag.
        source_rows: u64,
        /// Rows by the target's command tag.
        target_rows: u64,
    },
    /// The table is not what it was when the snapshot was taken. The chunk was rolled back.
    #[error(transparent)]
    Changed(SnapshotError),
    /// Nothing moved, though neither server had anything to do.
    #[error("could not copy table \"{table}\"{}: nothing has moved for {}, and both servers wait", Place(*.chunk), humantime::format_duration(*.limit))]
    Stalled {
        /// The table.
        table: QualifiedName,
        /// Its chunk.
        chunk: Chunk,
        /// How long.
        limit: Duration,
    },
    /// A commit was not answered, and there is no ledger.
    #[error("it cannot be told whether the rows of table \"{table}\"{} are on the target", Place(*.chunk))]
    InDoubt {
        /// The table.
        table: QualifiedName,
        /// Its chunk.
        chunk: Chunk,
    },
    /// A piece that was merged in part cannot be merged again.
    #[error("{source}")]
    Unrepeatable {
        /// Why it ended.
        source: Box<Error>,
    },
    /// Somebody took the ledger away.
    #[error("the target's ledger does not know this run any more")]
    LedgerGone,
    /// Rows whose arrival was confirmed are not on the target.
    #[error("the target has lost rows of table \"{table}\"{} that it had confirmed", Place(*.chunk))]
    Taken {
        /// The table.
        table: QualifiedName,
        /// Its chunk.
        chunk: Chunk,
    },
    /// What may pass by itself did not.
    #[error("{source}")]
    GaveUp {
        /// How often it was tried.
        tries: u32,
        /// The last failure.
        source: Box<Error>,
    },
    /// A condition that the source does not understand. Nothing was changed.
    #[error("the source does not understand --where for table \"{table}\"")]
    Condition {
        /// The table.
        table: QualifiedName,
        /// The server's words.
        words: String,
    },
    /// The target does not let this user disable triggers. Nothing was changed.
    #[error("the target's user may not disable triggers")]
    DisableTriggers {
        /// The target's major version.
        major: u32,
    },
    /// Refused rows could not be written down. The batch was rolled back.
    #[error("could not write to the file of rejected rows")]
    Rejects(#[source] std::io::Error),
    /// A worker ended without a result.
    #[error("a copy worker ended unexpectedly")]
    Worker(#[source] tokio::task::JoinError),
}

impl Error {
    /// The table, where the error is about one.
    #[must_use]
    pub fn table(&self) -> Option<&QualifiedName> {
        match self {
            Self::Condition { table, .. }
            | Self::Statement { table, .. }
            | Self::RowTooLarge { table, .. }
            | Self::Unequal { table, .. }
            | Self::InDoubt { table, .. }
            | Self::Taken { table, .. }
            | Self::Stalled { table, .. } => Some(table),
            Self::Unrepeatable { source } | Self::GaveUp { source, .. } => source.table(),
            Self::LedgerGone
            | Self::Connect { .. }
            | Self::Prepare { .. }
            | Self::Changed(_)
            | Self::DisableTriggers { .. }
            | Self::Rejects(_)
            | Self::Worker(_) => None,
        }
    }

    /// Whether the source did not grant the lock on a table in time (SQLSTATE 55P03).
    #[must_use]
    pub fn is_lock_not_available(&self) -> bool {
        matches!(self, Self::Statement { side: Side::Source, source, .. } if source.code() == Some("55P03"))
    }

    /// Whether a row is larger than the source can send.
    pub(super) fn is_row_too_large(&self) -> bool {
        matches!(self, Self::Statement { side: Side::Source, source, .. } if large_row::is_too_large(source))
    }

    /// Whether tables that failed together may well succeed one by one: a lock was not granted, would never have been, or was one
    /// too many, or the target refused to commit, which says nothing about the table.
    #[must_use]
    pub(crate) fn may_pass_alone(&self) -> bool {
        let Self::Statement { side, statement, source: WireError::Server(error), .. } = self else { return false };
        error.severity == "ERROR"
            && match error.code.as_str() {
                "55P03" => *side == Side::Source,
                "40P01" | "53200" => true,
                _ if *side == Side::Source && self.is_row_too_large() => true,
                _ => statement == statements::COMMIT,
            }
    }

    /// Whether the same may succeed soon, on other sessions where these were lost.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connect { source, .. } => source.is_passing(),
            Self::Prepare { source, .. } => source.is_passing(),
            Self::Statement { source, .. } => source.is_passing() || commit::is_in_already(source),
            Self::Changed(error) => error.is_passing(),
            Self::Stalled { .. } => true,
            Self::RowTooLarge { .. }
            | Self::Unequal { .. }
            | Self::InDoubt { .. }
            | Self::Unrepeatable { .. }
            | Self::LedgerGone
            | Self::Taken { .. }
            | Self::GaveUp { .. }
            | Self::Condition { .. }
            | Self::DisableTriggers { .. }
            | Self::Rejects(_)
            | Self::Worker(_) => false,
        }
    }

    /// Whether the source does not know the snapshot under the name it was imported by: the session that exported it may be gone.
    pub(super) fn is_snapshot_unknown(&self) -> bool {
        matches!(self, Self::Statement { side: Side::Source, source, .. }
            if matches!(source.code(), Some("22023" | "42704" | "55000")))
    }

    /// The same after so many tries.
    pub(super) fn after(self, tries: u32) -> Self {
        if tries > 1 { Self::GaveUp { tries, source: Box::new(self) } } else { self }
    }

    /// Whether a server had no place for one more session (SQLSTATE 53300).
    #[must_use]
    pub fn is_too_many_connections(&self) -> bool {
        matches!(self, Self::Connect { source, .. } if source.is_too_many_connections())
    }
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Connect { source, .. } => source.detail().or_else(|| Some(source.to_string())),
            Self::Prepare { source, .. } => source.detail().or_else(|| Some(source.to_string())),
            Self::Statement { source, statement, .. } => {
                let words = source.detail().unwrap_or_else(|| source.to_string());
                let context = match source {
                    WireError::Server(error) => error.context.as_deref().map(|context| format!("; {context}")),
                    _ => None,
                };
                Some(format!("{words}{}; statement: {statement}", context.unwrap_or_default()))
            }
            Self::RowTooLarge { source, .. } => source.detail(),
            Self::Changed(error) => error.detail(),
            Self::Condition { words, .. } => Some(words.clone()),
            Self::DisableTriggers { .. }
            | Self::Unequal { .. }
            | Self::Stalled { .. }
            | Self::InDoubt { .. }
            | Self::LedgerGone
            | Self::Taken { .. } => None,
            Self::Unrepeatable { source } => source.detail(),
            Self::GaveUp { tries, source } => {
                let detail = source.detail().map(|detail| format!("{detail}; "));
                Some(format!("{}tried {tries} times", detail.unwrap_or_default()))
            }
            Self::Rejects(error) => Some(error.to_string()),
            Self::Worker(error) => Some(error.to_string()),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Connect { source, .. } => source.hint(),
            Self::Prepare { source, .. } => source.hint(),
            Self::Statement { side, source, .. } => statement_hint(*side, source).or_else(|| source.hint()),
            Self::RowTooLarge { format: CopyFormat::Text, .. } => Some(
                "text may take up 1 GB in one piece, which half of that of bytea is; --copy-format auto takes binary where it can"
                    .to_owned(),
            ),
            Self::RowTooLarge { format: CopyFormat::Binary, .. } => {
                Some("a row may take up 1 GB; --schema-only-tables leaves out the table's rows".to_owned())
            }
            Self::Unequal { .. } => {
                Some("a trigger or rule on the target's table may drop or add rows; see --disable-triggers".to_owned())
            }
            Self::Stalled { .. } => {
                Some("the network between, a proxy or a firewall has lost the connection; see --stall-timeout".to_owned())
            }
            Self::InDoubt { .. } => Some(
                "the connection was lost while the rows were committed; with CREATE on the target's database pgsluice keeps a ledger \
                 there that tells: GRANT CREATE ON DATABASE … TO that user"
                    .to_owned(),
            ),
            Self::Unrepeatable { .. } => Some(
                "some batches of it are on the target, and merging them again would add their rows twice; look at the target's table \
                 before running again"
                    .to_owned(),
            ),
            Self::LedgerGone => {
                Some("leave the table pgsluice.run_ledger alone while a run is under way, then run again".to_owned())
            }
            Self::Taken { .. } => Some("the target was restarted or failed over to a standby; run again".to_owned()),
            Self::GaveUp { source, .. } => source.hint(),
            Self::Changed(error) => error.hint(),
            Self::Condition { .. } => Some(
                "the predicate is an expression over the table's columns; names of other objects need their schema".to_owned(),
            ),
            Self::DisableTriggers { major } if *major < PARAMETERS_GRANTED_MAJOR => Some(
                "--disable-triggers needs a superuser before PostgreSQL 15, where SET on session_replication_role can be granted"
                    .to_owned(),
            ),
            Self::DisableTriggers { .. } => Some(
                "a superuser can allow it: GRANT SET ON PARAMETER session_replication_role TO that user".to_owned(),
            ),
            Self::Rejects(_) | Self::Worker(_) => None,
        }
    }
}

/// A statement about a chunk failed.
pub(super) fn statement_failure(
    load: &TableLoad,
    chunk: Chunk,
    side: Side,
    statement: &str,
    source: WireError,
) -> Error {
    Error::Statement {
        side,
        table: load.table.clone(),
        chunk: Box::new(chunk),
        statement: statement.to_owned(),
        source,
    }
}

fn statement_hint(side: Side, error: &WireError) -> Option<String> {
    let hint = match (side, error.code()?) {
        (_, "55P03") => {
            "another session holds or waits for a lock on the table (ALTER TABLE, TRUNCATE, VACUUM FULL); \
             try again when it has finished"
        }
        (Side::Source, "42501") => "the source's user needs SELECT on the table and USAGE on its schema",
        (Side::Target, "42501") => "the target's user needs INSERT on the table, or to be its owner",
        (Side::Target, "53100") => "the target's disk is full; make room and start again",
        (Side::Target, "23505" | "23P01") => {
            "the target's table already holds rows like these; empty it first, or see --on-conflict and --on-row-error"
        }
        (Side::Target, "23503") => "load the referenced table as well, or use --disable-triggers",
        (_, "57P01" | "57P02" | "57P03") => "the server was stopped or an administrator ended the session; start again",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// ` (blocks from 10 to before 20)` behind a table's name.
struct Place(Chunk);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, first, end) = match self.0 {
            Chunk::Whole => return Ok(()),
            Chunk::Blocks(BlockRange { first, end }) => ("blocks", Some(first.unwrap_or(0).into()), end.map(i64::from)),
            Chunk::Keys(KeyRange { first, end }) => ("keys", first, end),
        };
        match (first, end) {
            (Some(first), Some(end)) => write!(f, " ({what} from {first} to before {end})"),
            (Some(first), None) => write!(f, " ({what} from {first} on)"),
            (None, Some(end)) => write!(f, " ({what} before {end})"),
            (None, None) => Ok(()),
        }
    }
}

/// What a row is sent as.
struct Form(CopyFormat);

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            CopyFormat::Binary => "binary: it is too large",
            CopyFormat::Text => "text: it is too large",
        })
    }
}

struct Act(Side);

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Side::Source => f.write_str("reading it on the source"),
            Side::Target | Side::Store => f.write_str("writing it on the target"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::server_error::ServerError;

    fn statement(side: Side, chunk: Chunk, code: &str) -> Error {
        let error =
            ServerError { code: code.into(), severity: "ERROR".into(), message: "m".into(), ..ServerError::default() };
        Error::Statement {
            side,
            table: QualifiedName::new("public", "t"),
            chunk: Box::new(chunk),
            statement: "COPY".into(),
            source: WireError::Server(Box::new(error)),
        }
    }

    #[test]
    fn a_message_names_table_blocks_and_side() {
        let blocks = |first, end| Chunk::Blocks(BlockRange { first, end });
        for (side, chunk, message) in [
            (Side::Source, Chunk::Whole, r#"could not copy table "public.t": reading it on the source failed"#),
            (
                Side::Target,
                blocks(Some(10), Some(20)),
                r#"could not copy table "public.t" (blocks from 10 to before 20): writing it on the target failed"#,
            ),
            (
                Side::Source,
                blocks(Some(10), None),
                r#"could not copy table "public.t" (blocks from 10 on): reading it on the source failed"#,
            ),
        ] {
            assert_eq!(statement(side, chunk, "XX000").to_string(), message);
        }
    }

    #[test]
    fn what_is_about_no_table_is_tried_again_one_by_one() {
        let failed = |side, code| statement(side, Chunk::Whole, code);
        assert!(failed(Side::Source, "55P03").may_pass_alone());
        assert!(failed(Side::Target, "40P01").may_pass_alone());
        assert!(failed(Side::Target, "53200").may_pass_alone());
        assert!(!failed(Side::Target, "23505").may_pass_alone());
        let Error::Statement { side, table, chunk, source, .. } = failed(Side::Target, "23503") else { panic!() };
        let commit = Error::Statement { side, table, chunk, source, statement: "COMMIT".to_owned() };
        assert!(commit.may_pass_alone());
    }

    #[test]
    fn a_lock_that_is_not_had_is_explained() {
        let error = statement(Side::Source, Chunk::Whole, "55P03");
        assert_eq!(error.detail().unwrap(), "ERROR 55P03: m; statement: COPY");
        assert!(error.hint().unwrap().starts_with("another session holds or waits for a lock on the table"));
    }
}
