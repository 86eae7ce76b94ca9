//! Everything that can end a run, by the layer it comes from.

use crate::error::Explain;
use crate::{apply, catalog, connect, copy, plan, store};

/// Why a run ended without a summary.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A connection string or a certificate.
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
    fn layer(&self) -> &dyn Explain {
        match self {
            Self::Connect(error) => error,
            Self::Snapshot(error) => error,
            Self::Catalog(error) => error,
            Self::Plan(error) => error,
            Self::Apply(error) => error,
            Self::Copy(error) => error,
            Self::Store(error) => error,
        }
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
        self.layer().detail()
    }

    fn hint(&self) -> Option<String> {
        self.layer().hint()
    }
}
