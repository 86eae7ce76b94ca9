//! The statements of a comparison that are the same for every database.

/// One row: `hash`, `encoding`.
pub(super) const PROBE: &str = include_str!("../../sql/verify/probe.sql");

/// Rows: `oid`, `bytes`, `digest`.
pub(super) const LARGE_OBJECTS: &str = include_str!("../../sql/verify/large_objects.sql");
