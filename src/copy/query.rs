//! The statements that prepare a session for COPY.

/// Prepares a session that writes rows.
pub(crate) const TARGET_SESSION: &str = include_str!("../../sql/session/copy_target.sql");

/// Keeps triggers from firing in a session that writes rows.
pub(crate) const DISABLE_TRIGGERS: &str = include_str!("../../sql/session/disable_triggers.sql");
