//! The statements that copy large objects and statistics, and prepare the sessions that build indexes.

/// The next large objects of the source, with the beginning of each.
pub(super) const NEXT_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/next.sql");

/// A further piece of a large object of the source.
pub(super) const LARGE_OBJECT_PIECE: &str = include_str!("../../sql/large_objects/piece.sql");

/// The privileges on some large objects of the source.
pub(super) const LARGE_OBJECT_PRIVILEGES: &str = include_str!("../../sql/large_objects/privileges.sql");

/// The security labels of some large objects of the source.
pub(super) const LARGE_OBJECT_LABELS: &str = include_str!("../../sql/large_objects/labels.sql");

/// One row: `count`.
pub(crate) const COUNT_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/count.sql");

/// The OIDs of the next large objects of the source.
pub(super) const LARGE_OBJECT_OIDS: &str = include_str!("../../sql/large_objects/oids.sql");

/// How many of some large objects the target has.
pub(super) const EXISTING_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/existing.sql");

/// Drops some large objects of the target.
pub(super) const DROP_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/drop.sql");

/// Drops the next large objects of the target.
pub(super) const DROP_NEXT_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/drop_next.sql");

/// Whether the target has any.
pub(super) const ANY_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/any.sql");

/// Makes large objects on the target.
pub(super) const CREATE_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/create.sql");

/// Writes a further piece of a large object on the target.
pub(super) const PUT_LARGE_OBJECT_PIECE: &str = include_str!("../../sql/large_objects/put.sql");

/// How far the indexes are that are built in the target's database. Rows: `process_id`, `phase`, `done`, `total`.
pub(super) const INDEX_BUILDS: &str = include_str!("../../sql/session/index_builds.sql");

/// Gives a session that builds indexes its memory. One row: `setting`, `process_id`.
pub(super) const BUILD_SESSION: &str = include_str!("../../sql/session/build.sql");

/// Sets a parameter for a session. One row.
pub(super) const SET_FOR_SESSION: &str = include_str!("../../sql/session/set.sql");

/// The statistics of the columns of some tables of the source.
pub(super) const COLUMN_STATISTICS: &str = include_str!("../../sql/statistics/columns.sql");

/// The same on older servers.
pub(super) const COLUMN_STATISTICS_BEFORE_17: &str = include_str!("../../sql/statistics/columns_before_17.sql");

/// Gives a column of the target its statistics. One row.
pub(super) const RESTORE_COLUMN: &str = include_str!("../../sql/statistics/restore_column.sql");

/// Tells the target how many rows some tables have.
pub(super) const RESTORE_TABLES: &str = include_str!("../../sql/statistics/restore_tables.sql");

/// What loading costs on the target. One row.
pub(super) const COSTLY_SETTINGS: &str = include_str!("../../sql/session/costly_settings.sql");

/// Rows: `oid`, `owner`, `comment`. Parameter: large objects.
pub(super) const DESCRIBED_LARGE_OBJECTS: &str = include_str!("../../sql/large_objects/described.sql");
