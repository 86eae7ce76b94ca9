//! Catalog structs → SQL text. Pure: no IO, not async, and no order that depends on a hash.

pub mod sql;
