//! Properties and kinds of objects that are copied unless the user does not want them.

use super::LeftOut;
use super::node::Kind;
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
    /// Security labels.
    SecurityLabels,
    /// Publications with what they publish.
    Publications,
    /// The mention of subscriptions, which are never copied.
    Subscriptions,
    /// Tablespaces. Without, the target database's default.
    Tablespaces,
    /// The rows of materialized views.
    MaterializedRows,
}

impl Property {
    /// The statements that carry it, unless whole objects do.
    fn action(self) -> Option<Action> {
        Some(match self {
            Self::Owner => Action::Owner,
            Self::Privileges => Action::Privilege,
            Self::Comments => Action::Comment,
            Self::SecurityLabels => Action::SecurityLabel,
            Self::Tablespaces => Action::Tablespace,
            Self::MaterializedRows => Action::Refresh,
            Self::Publications | Self::Subscriptions => return None,
        })
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Owner => ("owners", "--no-owner"),
            Self::Privileges => ("privileges", "--no-privileges"),
            Self::Comments => ("comments", "--no-comments"),
            Self::SecurityLabels => ("security labels", "--no-security-labels"),
            Self::Publications => ("publications", "--no-publications"),
            Self::Subscriptions => ("subscriptions", "--no-subscriptions"),
            Self::Tablespaces => ("tablespaces", "--no-tablespaces"),
            Self::MaterializedRows => ("rows of materialized views", "--refresh-materialized-views=false"),
        }
    }

    /// The same for the list of what stays behind.
    pub(super) fn left_out(self) -> LeftOut {
        let (what, flag) = self.words();
        LeftOut { object: what.to_owned(), reason: format!("because of {flag}"), kind: None }
    }
}

/// Whether a statement is wanted.
pub(super) fn wants(unwanted: &[Property], statement: &Statement) -> bool {
    !unwanted.iter().any(|property| property.action() == Some(statement.action))
}

/// Whether objects of a kind stay behind with a property.
pub(super) fn leaves_out(unwanted: &[Property], kind: Kind) -> bool {
    let is_publication = matches!(kind, Kind::Publication | Kind::PublicationTable | Kind::PublicationSchema);
    is_publication && unwanted.contains(&Property::Publications)
}
