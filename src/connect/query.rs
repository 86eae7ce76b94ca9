//! The statements connections need.

/// One row: `is_in_recovery`, `is_read_only`.
pub(super) const SESSION_STATE: &str = include_str!("../../sql/session/session_state.sql");
