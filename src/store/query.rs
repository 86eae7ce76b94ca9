//! The statements of the store, one file each.

/// What is there, and whether it can be written.
pub(super) const STATE: &str = include_str!("../../sql/store/state.sql");
/// Creates the schema of the snapshot requests.
pub(super) const CREATE_PGSTREAM_SCHEMA: &str = include_str!("../../sql/store/create_pgstream_schema.sql");
/// Creates the table of snapshot requests.
pub(super) const CREATE_SNAPSHOT_REQUESTS: &str = include_str!("../../sql/store/create_snapshot_requests.sql");
/// Creates the schema of everything else.
pub(super) const CREATE_SCHEMA: &str = include_str!("../../sql/store/create_schema.sql");
/// Creates the table of requests.
pub(super) const CREATE_REQUEST: &str = include_str!("../../sql/store/create_request.sql");
/// Creates the table of objects that were made.
pub(super) const CREATE_MADE_OBJECT: &str = include_str!("../../sql/store/create_made_object.sql");
/// Creates the table of tables that were loaded.
pub(super) const CREATE_LOADED_TABLE: &str = include_str!("../../sql/store/create_loaded_table.sql");
/// Creates the table of their pieces.
pub(super) const CREATE_LOADED_CHUNK: &str = include_str!("../../sql/store/create_loaded_chunk.sql");

/// Records what is asked for, in the snapshot requests.
pub(super) const REQUEST: &str = include_str!("../../sql/store/request.sql");
/// Records that work has begun, in the snapshot requests.
pub(super) const BEGIN: &str = include_str!("../../sql/store/begin.sql");
/// Records how it ended, in the snapshot requests.
pub(super) const FINISH: &str = include_str!("../../sql/store/finish.sql");

/// Waits until no other run records what is asked for.
pub(super) const ONE_AT_A_TIME: &str = include_str!("../../sql/store/one_at_a_time.sql");
/// Takes the lock of a request.
pub(super) const LOCK: &str = include_str!("../../sql/store/lock.sql");
/// Who holds it.
pub(super) const HOLDERS: &str = include_str!("../../sql/store/holders.sql");
/// What is known of a request.
pub(super) const KNOWN: &str = include_str!("../../sql/store/known.sql");
/// What it makes.
pub(super) const KNOWN_OBJECTS: &str = include_str!("../../sql/store/known_objects.sql");
/// What it loads.
pub(super) const KNOWN_TABLES: &str = include_str!("../../sql/store/known_tables.sql");
/// Records that a run works on a request.
pub(super) const TAKE: &str = include_str!("../../sql/store/take.sql");
/// Records what is about to be made.
pub(super) const MAKING: &str = include_str!("../../sql/store/making.sql");
/// Records what was made.
pub(super) const MADE: &str = include_str!("../../sql/store/made.sql");
/// Records what is about to be loaded.
pub(super) const LOADING: &str = include_str!("../../sql/store/loading.sql");
/// Records what was loaded.
pub(super) const LOADED: &str = include_str!("../../sql/store/loaded.sql");
/// Records how a run ended.
pub(super) const ENDED: &str = include_str!("../../sql/store/ended.sql");

/// What the target calls itself.
pub(super) const TARGET_IDENTITY: &str = include_str!("../../sql/store/target_identity.sql");
/// The OIDs of the target's relations.
pub(super) const TARGET_RELATIONS: &str = include_str!("../../sql/store/target_relations.sql");
/// The time of the source's snapshot.
pub(super) const SNAPSHOT_TIME: &str = include_str!("../../sql/store/snapshot_time.sql");

/// Every request.
pub(super) const STATUS_REQUESTS: &str = include_str!("../../sql/store/status_requests.sql");
/// Every request's tables.
pub(super) const STATUS_TABLES: &str = include_str!("../../sql/store/status_tables.sql");
