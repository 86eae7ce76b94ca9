//! Everything that can end a run, by the layer it comes from.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::stop::Signal;
use crate::ddl::QualifiedName;
use crate::error::{Explain, Side};
use crate::{apply, catalog, connect, copy, plan, store, verify};

/// Why a run ended without a summary.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A connection string, or the files it names. Nothing was connected to.
    #[error("could not use the connection string of the {side}")]
    Conninfo {
        /// Whose it is.
        side: Side,
        /// What is wrong with it.
        #[source]
        source: connect::Error,
    },
    /// A connection.
    #[error(transparent)]
    Connect(#[from] connect::Error),
    /// A session, the snapshot or the locks.
    #[error(transparent)]
    Snapshot(#[from] connect::SnapshotError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// The plan.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// The file for the statements that make the schema.
    #[error("could not write the schema to \"{}\"", path.display())]
    SchemaFile {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file for rows that are rejected.
    #[error("could not make the file \"{}\" for rejected rows", path.display())]
    RejectFile {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The address for metrics.
    #[error("could not serve metrics at {address}")]
    Metrics {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file for the report.
    #[error("could not write the report to \"{}\"", path.display())]
    ReportFile {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The target's schema.
    #[error(transparent)]
    Apply(#[from] apply::Error),
    /// The rows.
    #[error(transparent)]
    Copy(#[from] copy::Error),
    /// The comparison of what was copied.
    #[error(transparent)]
    Verify(#[from] verify::Error),
    /// The records of snapshot requests.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Another run of the request works on the target, though its store does not know of it any more.
    #[error("the sessions of another run of this request are still at work on the target")]
    TargetBusy,
    /// A table that an earlier run filled in part held rows before.
    #[error(
        "could not go on with table \"{table}\": an earlier run of this request may have added rows to those it held before"
    )]
    NotOurs {
        /// The table.
        table: QualifiedName,
    },
    /// What an earlier run has loaded cannot be emptied.
    #[error(
        "could not empty what an earlier run of this request has loaded: table \"{table}\" refers to it and holds rows that stay"
    )]
    Referred {
        /// The table that refers to it.
        table: QualifiedName,
    },
    /// The target does not have what it had confirmed.
    #[error("the target has lost what {statements} statements have made, though it had confirmed them")]
    Taken {
        /// How many.
        statements: usize,
    },
    /// The user ended the run.
    #[error("interrupted by {}", signal.name())]
    Interrupted {
        /// How.
        signal: Signal,
        /// What is on the target.
        left_behind: String,
        /// Whether the store knows it; None where there is nothing to know.
        is_recorded: Option<bool>,
    },
}

impl Error {
    fn layer(&self) -> Option<&dyn Explain> {
        Some(match self {
            Self::Conninfo { source: error, .. } | Self::Connect(error) => error,
            Self::Snapshot(error) => error,
            Self::Catalog(error) => error,
            Self::Plan(error) => error,
            Self::Apply(error) => error,
            Self::Copy(error) => error,
            Self::Verify(error) => error,
            Self::Store(error) => error,
            Self::SchemaFile { .. }
            | Self::RejectFile { .. }
            | Self::ReportFile { .. }
            | Self::Metrics { .. }
            | Self::TargetBusy
            | Self::NotOurs { .. }
            | Self::Referred { .. }
            | Self::Taken { .. }
            | Self::Interrupted { .. } => return None,
        })
    }

    /// Whether the same may succeed soon, on another session where one is lost.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Connect(error) => error.is_passing(),
            Self::Snapshot(error) => error.is_passing(),
            Self::Catalog(error) => error.is_passing(),
            Self::Apply(error) => error.is_passing(),
            Self::Copy(error) => error.is_passing(),
            _ => false,
        }
    }

    /// Whether a server gave no session, and is not about to: in the beginning the user should know at once.
    pub(super) fn is_unreachable(&self) -> bool {
        match self {
            Self::Connect(error) | Self::Snapshot(connect::SnapshotError::Connect(error)) => !error.is_starting(),
            _ => false,
        }
    }

    /// Whether the user's settings are at fault, so that no server was asked.
    #[must_use]
    pub fn is_settings(&self) -> bool {
        matches!(self, Self::Conninfo { .. })
    }

    /// The signal that ended the run, where one did.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        match self {
            Self::Interrupted { signal, .. } => Some(*signal),
            _ => None,
        }
    }

    /// The table the error is about, where it is about one.
    #[must_use]
    pub fn table(&self) -> Option<&QualifiedName> {
        match self {
            Self::Copy(error) => error.table(),
            Self::NotOurs { table } | Self::Referred { table } => Some(table),
            _ => None,
        }
    }
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Conninfo { source, .. } => {
                let cause = source.detail().map_or_else(String::new, |detail| format!(": {detail}"));
                Some(format!("{source}{cause}"))
            }
            Self::SchemaFile { source, .. }
            | Self::RejectFile { source, .. }
            | Self::ReportFile { source, .. }
            | Self::Metrics { source, .. } => Some(source.to_string()),
            Self::Interrupted { left_behind, .. } => Some(left_behind.clone()),
            _ => self.layer()?.detail(),
        }
    }

    fn hint(&self) -> Option<String> {
        let own = match self {
            Self::TargetBusy => {
                "if that run is gone, its sessions end within seconds on PostgreSQL 14 and later; before, end them there with \
                 pg_terminate_backend"
            }
            Self::NotOurs { .. } => {
                "bring the target's table to the state it had before, or leave the table out with --exclude-tables"
            }
            Self::Referred { .. } => {
                "empty that table or drop its foreign key for the time being; without --keep-loaded all that was loaded is emptied; \
                 --on-conflict nothing and update empty nothing"
            }
            Self::Taken { .. } => {
                "the target was restarted, or failed over to a standby, in these moments; run again, with --clean where there is no --store"
            }
            Self::Interrupted { is_recorded: Some(true), .. } => {
                "run again to go on: what this run made is recorded; --keep-loaded keeps the tables that have all their rows"
            }
            Self::Interrupted { is_recorded: Some(false), .. } => {
                "run again with --clean to replace what is there; with --store a run can be gone on with"
            }
            Self::Metrics { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                "another run may serve there; name another port with --metrics, or 0 for any that is free"
            }
            Self::RejectFile { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                "rows that were rejected before are not overwritten; move the file away or name another"
            }
            _ => return self.layer()?.hint(),
        };
        Some(own.to_owned())
    }
}
