//! The statements that prepare a session for COPY.

/// Prepares a session that writes rows.
pub(crate) const TARGET_SESSION: &str = include_str!("../../sql/session/copy_target.sql");

/// Keeps triggers from firing in a session that writes rows.
pub(crate) const DISABLE_TRIGGERS: &str = include_str!("../../sql/session/disable_triggers.sql");

/// One row: `has_schema`, `has_table`.
pub(super) const LEDGER_STATE: &str = include_str!("../../sql/ledger/state.sql");

/// Lets no other run make or drop the ledger.
pub(super) const LEDGER_ALONE: &str = include_str!("../../sql/ledger/alone.sql");

/// Creates the ledger's schema.
pub(super) const CREATE_LEDGER_SCHEMA: &str = include_str!("../../sql/ledger/create_schema.sql");

/// Creates the ledger.
pub(super) const CREATE_LEDGER: &str = include_str!("../../sql/ledger/create_table.sql");

/// Takes the lock of a living run.
pub(super) const LEDGER_LIVE: &str = include_str!("../../sql/ledger/live.sql");

/// Deletes what runs left that are gone. One row: `made_schemas`.
pub(super) const FORGET_DEAD: &str = include_str!("../../sql/ledger/forget_dead.sql");

/// Enters a run.
pub(super) const BEGIN_LEDGER: &str = include_str!("../../sql/ledger/begin.sql");

/// Rows: `relation`, `part`, `rows`.
pub(super) const LEDGER_ENTRIES: &str = include_str!("../../sql/ledger/entries.sql");

/// Deletes a run. One row: `made_schemas`, `others`.
pub(super) const END_LEDGER: &str = include_str!("../../sql/ledger/end.sql");

/// Drops the ledger.
pub(super) const DROP_LEDGER: &str = include_str!("../../sql/ledger/drop_table.sql");

/// One row: `is_empty`.
pub(super) const IS_LEDGER_SCHEMA_EMPTY: &str = include_str!("../../sql/ledger/is_schema_empty.sql");

/// Drops the ledger's schema.
pub(super) const DROP_LEDGER_SCHEMA: &str = include_str!("../../sql/ledger/drop_schema.sql");
