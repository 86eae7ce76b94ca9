//! The statements connections need.

/// Prepares a session that reads rows.
pub(crate) const COPY_SOURCE: &str = include_str!("../../sql/session/copy_source.sql");

/// One row: `is_in_recovery`, `is_read_only`.
pub(super) const SESSION_STATE: &str = include_str!("../../sql/session/session_state.sql");

/// One row: `process`, `started`.
pub(super) const WHEREABOUTS: &str = include_str!("../../sql/session/whereabouts.sql");

/// Prepares a session that reads the catalog.
pub(super) const READ_CATALOG: &str = include_str!("../../sql/session/read_catalog.sql");

/// Prepares a session that creates objects.
pub(super) const WRITE_SCHEMA: &str = include_str!("../../sql/session/write_schema.sql");

/// Begins the transaction whose snapshot is exported.
pub(super) const BEGIN_SNAPSHOT: &str = include_str!("../../sql/session/begin_snapshot.sql");

/// One row: `snapshot_id`, `encoding`.
pub(super) const EXPORT_SNAPSHOT: &str = include_str!("../../sql/session/export_snapshot.sql");

/// Rows: `oid`, `schema`, `name`, `root_schema`, `root_name`.
pub(super) const TABLES_TO_HOLD: &str = include_str!("../../sql/session/tables_to_hold.sql");

/// Rows: `oid`, `schema`, `schema_denied`, `table_denied`, `rows_hidden`, `unlogged`.
pub(super) const TABLES_DENIED: &str = include_str!("../../sql/session/tables_denied.sql");

/// One row: `locks`.
pub(super) const LOCK_CAPACITY: &str = include_str!("../../sql/session/lock_capacity.sql");

/// Rows: `oid`, `file`, `shape`.
pub(super) const TABLE_SHAPES: &str = include_str!("../../sql/session/table_shapes.sql");

/// Makes what was committed before durable.
pub(super) const FLUSH: &str = include_str!("../../sql/session/flush.sql");

/// One row: `process_id`, `since`.
pub(super) const BACKEND: &str = include_str!("../../sql/session/backend.sql");

/// One row at most: `is_told`. Parameters: a process, and since when.
pub(super) const END_BACKEND: &str = include_str!("../../sql/session/end_backend.sql");

/// One row: `is_working`. Parameters: a process, and since when.
pub(super) const IS_WORKING: &str = include_str!("../../sql/session/is_working.sql");
