//! The tests, in one binary: they start PostgreSQL servers of their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, and says what it skipped on stderr"
)]

mod support;

mod bad_source;
mod by_design;
mod cases;
mod check;
mod cli;
mod connect;
mod copy;
mod corpora;
mod database_settings;
mod encodings;
mod errors;
mod extension_configuration;
mod faults;
mod formats;
mod ground;
mod held_still;
mod in_the_way;
mod invariants;
mod key_ranges;
mod labels;
mod large_objects;
mod large_rows;
mod modes;
mod network;
mod object_types;
mod omissions;
mod oracle_finds;
mod order;
mod plan;
mod post_data;
mod preflight;
mod progress;
mod regression;
mod report;
mod resume;
mod roles;
mod routes;
mod selection;
mod settings;
mod shaping;
mod shop;
mod signals;
mod sql_files;
mod store;
mod target_database;
mod troubleshooting;
mod tutorial;
mod upsert;
mod verify;
mod versions;
