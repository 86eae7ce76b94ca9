//! What is asked of servers beside their catalogs.

/// Keeps a session from changing anything. One row.
pub(super) const READ_ONLY: &str = include_str!("../../sql/check/read_only.sql");

/// Rows: `name`, `setting`, `unit`.
pub(super) const SETTINGS: &str = include_str!("../../sql/check/settings.sql");

/// Who asks, and may do what. One row.
pub(super) const ROLE: &str = include_str!("../../sql/check/role.sql");

/// Sessions there are and may be. One row.
pub(super) const ROOM: &str = include_str!("../../sql/check/room.sql");

/// Rows: `name`, `may_create`.
pub(super) const SCHEMAS: &str = include_str!("../../sql/check/schemas.sql");

/// Rows: `name`.
pub(super) const MEMBERSHIPS: &str = include_str!("../../sql/check/memberships.sql");

/// The same on older servers.
pub(super) const MEMBERSHIPS_BEFORE_16: &str = include_str!("../../sql/check/memberships_before_16.sql");

/// Tables and sequences that something may not be done with.
pub(super) const RELATIONS_DENIED: &str = include_str!("../../sql/check/relations_denied.sql");

/// One row: `count`.
pub(super) const LARGE_OBJECTS_DENIED: &str = include_str!("../../sql/check/large_objects_denied.sql");

/// Rows: `schema`, `name`, `process`, `granted`.
pub(super) const LOCKED_TABLES: &str = include_str!("../../sql/check/locked_tables.sql");

/// One row: `bytes`.
pub(super) const INDEX_BYTES: &str = include_str!("../../sql/check/index_bytes.sql");

/// One row: `bytes`.
pub(super) const LARGE_OBJECT_BYTES: &str = include_str!("../../sql/check/large_object_bytes.sql");
