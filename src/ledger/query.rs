//! The statements of the ledger, one file each.

/// One row: `has_schema`, `has_table`.
pub(super) const STATE: &str = include_str!("../../sql/ledger/state.sql");

/// Lets no other run make or drop the ledger.
pub(super) const ALONE: &str = include_str!("../../sql/ledger/alone.sql");

/// Creates the ledger's schema.
pub(super) const CREATE_SCHEMA: &str = include_str!("../../sql/ledger/create_schema.sql");

/// Creates the ledger.
pub(super) const CREATE_TABLE: &str = include_str!("../../sql/ledger/create_table.sql");

/// Takes the lock of a living run.
pub(super) const LIVE: &str = include_str!("../../sql/ledger/live.sql");

/// Deletes what runs left that are gone. One row: `made_schemas`, `forgotten`.
pub(super) const FORGET_DEAD: &str = include_str!("../../sql/ledger/forget_dead.sql");

/// Enters a run.
pub(super) const BEGIN: &str = include_str!("../../sql/ledger/begin.sql");

/// Rows: `relation`, `part`, `rows`.
pub(super) const ENTRIES: &str = include_str!("../../sql/ledger/entries.sql");

/// Deletes a run. One row: `made_schemas`, `others`.
pub(super) const END: &str = include_str!("../../sql/ledger/end.sql");

/// Drops the ledger.
pub(super) const DROP_TABLE: &str = include_str!("../../sql/ledger/drop_table.sql");

/// One row: `is_empty`.
pub(super) const IS_SCHEMA_EMPTY: &str = include_str!("../../sql/ledger/is_schema_empty.sql");

/// Drops the ledger's schema.
pub(super) const DROP_SCHEMA: &str = include_str!("../../sql/ledger/drop_schema.sql");
