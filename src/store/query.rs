//! The statements of the store, one file each.

/// Whether schema and table are there.
pub(super) const STATE: &str = include_str!("../../sql/store/state.sql");
/// Creates the schema.
pub(super) const CREATE_SCHEMA: &str = include_str!("../../sql/store/create_schema.sql");
/// Creates the table.
pub(super) const CREATE_TABLE: &str = include_str!("../../sql/store/create_table.sql");
/// Records what is asked for.
pub(super) const REQUEST: &str = include_str!("../../sql/store/request.sql");
/// Records that work has begun.
pub(super) const BEGIN: &str = include_str!("../../sql/store/begin.sql");
/// Records how it ended.
pub(super) const FINISH: &str = include_str!("../../sql/store/finish.sql");
