//! What large objects have beside their bytes.

use super::about;
use super::privilege;
use super::statement::{Address, Statement};
use crate::catalog::Privilege;

/// How SQL refers to a large object: by its OID.
#[must_use]
pub fn address(oid: u32) -> Address {
    Address { kind: "LARGE OBJECT", sql: oid.to_string(), readable: oid.to_string() }
}

/// The owner, comment, security labels and privileges of a large object that was made. Labels are pairs of provider and label.
#[must_use]
pub fn about<'a>(
    oid: u32,
    owner: &str,
    comment: Option<&str>,
    labels: impl Iterator<Item = (&'a str, &'a str)>,
    privileges: &[Privilege],
) -> Vec<Statement> {
    let address = address(oid);
    let (initial, wanted): (Vec<_>, Vec<_>) = privileges.iter().partition(|of| of.initial);
    let mut statements = vec![about::owner(&address, owner)];
    statements.extend(comment.map(|text| about::comment_is(&address, text)));
    statements.extend(labels.map(|(provider, label)| about::label_is(&address, provider, label)));
    statements.extend(privilege::change(&address, owner, &initial, &wanted, |_| None));
    statements
}
