//! Properties of objects that are copied unless the user does not want them.

use super::LeftOut;
use crate::ddl::{Action, Statement};

/// A property that can be left out of every object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// Who owns it. Without, whoever connects to the target.
    Owner,
    /// What is granted and revoked.
    Privileges,
    /// Comments.
    Comments,
    /// Tablespaces. Without, the target database's default.
    Tablespaces,
    /// The rows of materialized views.
    MaterializedRows,
}

impl Property {
    /// The statements that carry it.
    fn action(self) -> Action {
        match self {
            Self::Owner => Action::Owner,
            Self::Privileges => Action::Privilege,
            Self::Comments => Action::Comment,
            Self::Tablespaces => Action::Tablespace,
            Self::MaterializedRows => Action::Refresh,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Owner => ("owners", "--no-owner"),
            Self::Privileges => ("privileges", "--no-privileges"),
            Self::Comments => ("comments", "--no-comments"),
            Self::Tablespaces => ("tablespaces", "--no-tablespaces"),
            Self::MaterializedRows => ("rows of materialized views", "--refresh-materialized-views=false"),
        }
    }

    /// The same for the list of what stays behind.
    pub(super) fn left_out(self) -> LeftOut {
        let (what, flag) = self.words();
        LeftOut { object: what.to_owned(), reason: format!("because of {flag}"), by_request: true }
    }
}

/// Whether a statement is wanted.
pub(super) fn wants(unwanted: &[Property], statement: &Statement) -> bool {
    !unwanted.iter().any(|property| property.action() == statement.action)
}
