//! Statements that failed.

use std::fmt;

use tokio_postgres::error::SqlState;

use crate::connect::server_error::ServerError;
use crate::connect::{SnapshotError, retry};
use crate::ddl::{Action, QualifiedName, Statement};
use crate::error::{Explain, Side};

/// A statement the target refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("could not {} {} \"{}\" on the target", statement.action.words(), statement.object.kind_words(), statement.object.readable)]
pub struct Failure {
    /// The statement.
    pub statement: Statement,
    /// What the target said, without row values, or why it was not even asked.
    pub words: String,
    /// SQLSTATE, where the server answered.
    pub code: Option<String>,
    /// Whether the target lacks a right, a package or a role for it, or for something it needs. That may be accepted.
    pub is_refusal: bool,
}

impl Failure {
    /// A statement that was answered with an error.
    #[must_use]
    pub fn new(statement: Statement, error: &tokio_postgres::Error) -> Self {
        let server = error.as_db_error().map(|error| ServerError::from(error).without_values());
        let code = server.as_ref().map(|error| error.code.clone());
        let is_refusal = code.as_deref().is_some_and(|code| is_refusal(&statement, code));
        Self { statement, words: server.map_or_else(|| error.to_string(), |error| error.to_string()), code, is_refusal }
    }

    /// Whether the statement took more locks than the server has room for (SQLSTATE 53200).
    #[must_use]
    pub fn is_lock_table_full(&self) -> bool {
        self.code.as_deref() == Some("53200")
    }

    /// Whether a database was to be made.
    fn is_database(&self) -> bool {
        self.statement.action == Action::Create && self.statement.object.kind == "DATABASE"
    }

    /// A statement that was not answered, however often it was sent.
    #[must_use]
    pub fn lost(statement: Statement, words: String) -> Self {
        Self { statement, words, code: None, is_refusal: false }
    }

    /// A statement that was not run because something it needs failed.
    #[must_use]
    pub fn not_attempted(statement: Statement, needs: &str) -> Self {
        Self { statement, words: format!("not attempted, because {needs} failed"), code: None, is_refusal: false }
    }

    /// A statement whose object was left out because the target refused something it needs.
    #[must_use]
    pub fn needs_refused(statement: Statement, needs: &str) -> Self {
        let words = format!("it needs {needs}, which the target refused");
        Self { statement, words, code: None, is_refusal: true }
    }
}

/// Whether an error says that the target lacks a right, a package or a role, rather than that something is wrong. The message
/// is in the server's language, so only SQLSTATE and statement tell.
fn is_refusal(statement: &Statement, code: &str) -> bool {
    let kind = statement.object.kind;
    match code {
        "42501" => true,
        // undefined_object: these name roles or a tablespace.
        "42704" => {
            matches!(statement.action, Action::Owner | Action::Privilege | Action::Tablespace)
                || matches!(kind, "POLICY" | "USER MAPPING" | "DATABASE")
        }
        "0A000" => kind == "EXTENSION" && statement.action == Action::Create,
        "58P01" => statement.action == Action::Create,
        _ => false,
    }
}

impl Explain for Failure {
    fn detail(&self) -> Option<String> {
        Some(self.words.clone())
    }

    fn hint(&self) -> Option<String> {
        let hint = match self.code.as_deref()? {
            "22023" if self.statement.action == Action::SecurityLabel => {
                "load the label provider's library on the target (shared_preload_libraries), or leave labels out with \
                 --no-security-labels"
            }
            "42501" if self.is_database() => {
                "on the target, let a superuser run ALTER ROLE … CREATEDB for the user that connects, or create the database by hand"
            }
            "42809" | "22023" | "42P17" | "42704" if self.is_database() => {
                "the target server lacks the source's locale or encoding: install the locale there, or create the database by hand"
            }
            "42501" if self.statement.object.kind == "ROLE" => {
                "on the target, let a superuser run ALTER ROLE … CREATEROLE for the user that connects, or connect as one; only \
                 who has SUPERUSER, REPLICATION, BYPASSRLS or CREATEDB gives it (before 16 only a superuser the first three), \
                 and from 16 on only who has ADMIN OPTION for a role makes others its members"
            }
            "42883" | "42P01" | "42704" => {
                "what is missing may be outside the selected tables; add it, or create it on the target first"
            }
            "42501" => "the target's user may not do this; connect as a superuser or as the owner of the database",
            "0A000" | "58P01" => "the target lacks a package or feature the source has; install it there",
            "23505" | "23503" | "23514" => "the source's own rows break this constraint; mend them there and run again",
            "2BP01" => "something that is not in the source depends on it; drop that yourself first, if it may go",
            "53100" => "the target's disk is full; make room and run again",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// Why the target could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No session.
    #[error(transparent)]
    Session(#[from] SnapshotError),
    /// A statement that others rest on failed.
    #[error("{first}{}", Others(*.others))]
    Statement {
        /// The first statement that failed.
        first: Box<Failure>,
        /// How many more failed.
        others: usize,
        /// Whether the target was changed before.
        partly_applied: bool,
    },
    /// A setting of the user's for the sessions that build.
    #[error("could not set \"{name}\" on the target")]
    SessionSetting {
        /// The parameter.
        name: String,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The target's server is too old to have such a database.
    #[error("could not create database \"{database}\" on the target")]
    Database {
        /// The database.
        database: String,
        /// What it has that the server does not know.
        what: &'static str,
        /// The first major version that knows it.
        since: u32,
    },
    /// The target has large objects of the source's OIDs.
    #[error("the target already holds {count} of the source's large objects, such as {first}")]
    LargeObjectsInTheWay {
        /// How many.
        count: i64,
        /// One of them.
        first: u32,
    },
    /// The target does not have what it had confirmed.
    #[error("the target holds {found} of the source's {copied} large objects, though it had confirmed all of them")]
    LargeObjectsLost {
        /// How many it has.
        found: i64,
        /// How many were copied.
        copied: i64,
    },
    /// Large objects could not be copied.
    #[error("could not {act} large objects on the {side}")]
    LargeObjects {
        /// What was tried.
        act: &'static str,
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The target could not be asked whether it knows a collation's locale.
    #[error("could not try the locale of collation \"{collation}\" on the target")]
    Locale {
        /// The collation.
        collation: String,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Statistics for the planner could not be read or taken over.
    #[error("could not {} statistics on the {side}", if *.side == Side::Source { "read" } else { "set" })]
    Statistics {
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Sequence values could not be read or set.
    #[error("could not {act} sequence \"{sequence}\" on the {side}")]
    Sequences {
        /// `read` or `set`.
        act: &'static str,
        /// The sequence.
        sequence: QualifiedName,
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
}

impl Error {
    /// Whether the target had no place for one more session.
    pub(super) fn is_too_many_connections(&self) -> bool {
        matches!(self, Self::Session(SnapshotError::Connect(error)) if error.is_too_many_connections())
    }

    /// Whether a large object of this OID is there (SQLSTATE 23505).
    pub(super) fn is_there_already(&self) -> bool {
        let Self::LargeObjects { source, .. } = self else { return false };
        source.code() == Some(&SqlState::UNIQUE_VIOLATION)
    }

    /// Whether the same may succeed soon, on another session where this one is lost.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Session(error) => error.is_passing(),
            Self::LargeObjects { source, .. } | Self::Sequences { source, .. } | Self::Statistics { source, .. } => {
                retry::is_passing(source)
            }
            _ => false,
        }
    }
}

/// ` (and 3 more)`, or nothing.
struct Others(usize);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(f, " (and {} more)", self.0) }
    }
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Session(error) => error.detail(),
            Self::Statement { first, .. } => Some(format!("{}; statement: {}", first.words, first.statement.shown())),
            Self::LargeObjectsInTheWay { .. } | Self::LargeObjectsLost { .. } => None,
            Self::Database { what, since, .. } => Some(format!(
                "the source's database has its locale from {what}, which PostgreSQL knows from {since} on"
            )),
            Self::Sequences { source, .. }
            | Self::LargeObjects { source, .. }
            | Self::Statistics { source, .. }
            | Self::Locale { source, .. }
            | Self::SessionSetting { source, .. } => Some(match source.as_db_error() {
                Some(error) => ServerError::from(error).without_values().to_string(),
                None => source.to_string(),
            }),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Session(error) => error.hint(),
            Self::Statement { first, partly_applied, .. } => {
                let again = "the target was partly changed: run again with --clean when the cause is mended";
                let rows = "tables or sequences need it, and their rows and values are never left out";
                let hint = first.hint().map(|hint| if first.is_refusal { format!("{hint}; {rows}") } else { hint });
                match (hint, partly_applied) {
                    (Some(hint), true) => Some(format!("{hint}; {again}")),
                    (None, true) => Some(again.to_owned()),
                    (hint, false) => hint,
                }
            }
            Self::Database { .. } => Some(
                "create the database by hand with a locale that the target knows, and leave --create-target out"
                    .to_owned(),
            ),
            Self::SessionSetting { .. } => {
                Some("correct --session-setting; it takes what SET takes in a session of the target's user".to_owned())
            }
            Self::Statistics { .. } => {
                Some("rows and definitions are there; --analyze no does without statistics".to_owned())
            }
            Self::Locale { .. } => None,
            Self::LargeObjectsInTheWay { .. } => Some("--clean replaces exactly those".to_owned()),
            Self::LargeObjectsLost { .. } => {
                Some("the target was restarted or failed over to a standby; run again with --clean".to_owned())
            }
            Self::LargeObjects { side, source, .. } => {
                let denied = source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE);
                denied.then(|| format!("on the {side}, connect as a superuser, or as a role that may read them all"))
            }
            Self::Sequences { sequence, side, source, .. } => {
                let privilege = match side {
                    Side::Source => "SELECT",
                    Side::Target | Side::Store => "UPDATE",
                };
                let denied = source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE);
                denied.then(|| format!("on the {side}: GRANT {privilege} ON SEQUENCE {} to the user", sequence.sql()))
            }
        }
    }
}
