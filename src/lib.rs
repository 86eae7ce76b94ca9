//! pgsluice copies a PostgreSQL database into another PostgreSQL server over the Postgres protocol alone: no `pg_dump`, no
//! psql, no libpq, no temporary files.
//!
//! # The way of the data
//!
//! ```text
//! command line, env file ─► settings ─► connect ─► catalog ─► plan ─► apply pre-data ─► copy ─► post-data ─► report
//!                                                     │         │                        │
//!                                           sql/*.sql read   pure: DDL, order,     raw bytes, never decoded
//!                                           into structs     chunks, routes
//! ```
//!
//! [`run`] shows that whole line on one screen; the modules below are its stations, in that order. Post-data begins with the
//! first table that has all its rows: it is one graph of tasks ([`plan::tasks`]), which wait for rows, for each other, and for locks
//! that would exclude theirs.
//!
//! # Invariants
//!
//! - [`ddl`] and [`plan`] do no IO and are not async: the same catalog and settings give the same plan, byte for byte.
//! - The copy path never decodes a row. [`verify`] reads the keys of rows that differ, and only [`report`] shows them, on stdout.
//! - Only [`report`] writes to stdout or stderr. Only [`connect`] knows a password, and no conninfo is printed but redacted.
//!   What servers store of roles' passwords ([`catalog::Verifier`]) is in no log and no message.
//! - Only `catalog/query.rs` (and the like in [`store`], [`ledger`] and others) names an SQL file; identifiers and literals go through [`ddl::sql`].
//! - Everything is bounded: buffers, queues, connections, batches. Memory does not grow with row width or table size.
//! - A failed worker fails the run. No run that lost a row, a table or an object exits 0 or is recorded as completed.
//! - Every chunk is on the target once, however often it was tried: the [`ledger`] there says what was committed, and is read again
//!   before a run is called done.
//! - One point in time: DDL and rows come from one exported snapshot for the whole database. Sequence values are not
//!   transactional: they are read after the snapshot, so they are never behind the rows.

pub mod apply;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod connect;
pub mod copy;
pub mod ddl;
pub mod error;
pub mod ledger;
pub mod plan;
pub mod report;
pub mod run;
pub mod settings;
pub mod store;
pub mod verify;
