//! Everything that can end a run, by the layer it comes from.

use std::io;
use std::path::PathBuf;

use crate::error::{Explain, Side};
use crate::{apply, catalog, connect, copy, plan, store};

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
    /// The target's schema.
    #[error(transparent)]
    Apply(#[from] apply::Error),
    /// The rows.
    #[error(transparent)]
    Copy(#[from] copy::Error),
    /// The records of snapshot requests.
    #[error(transparent)]
    Store(#[from] store::Error),
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
            Self::Store(error) => error,
            Self::SchemaFile { .. } | Self::RejectFile { .. } => return None,
        })
    }

    /// Whether the user's settings are at fault, so that no server was asked.
    #[must_use]
    pub fn is_settings(&self) -> bool {
        matches!(self, Self::Conninfo { .. })
    }

    /// The table the error is about, where it is about one.
    #[must_use]
    pub fn table(&self) -> Option<&crate::ddl::QualifiedName> {
        match self {
            Self::Copy(error) => error.table(),
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
            Self::SchemaFile { source, .. } | Self::RejectFile { source, .. } => Some(source.to_string()),
            _ => self.layer()?.detail(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::RejectFile { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => Some(
                "rows that were rejected before are not overwritten; move the file away or name another".to_owned(),
            ),
            _ => self.layer()?.hint(),
        }
    }
}
