//! The settings of comparing a target with its source.

use super::{Command, ROW, Setting, Takes};

/// Whether a run compares what it copied.
pub static VERIFY: Setting = Setting {
    flag: "verify",
    env: Some("PGSLUICE_VERIFY"),
    default: "false",
    help: "Compare in the end the rows of every table that was copied, and the values of sequences and the large objects, with the \
           source as the run's snapshot sees it. A difference exits with 3, and the store does not record the request as completed. \
           The snapshot and its locks stay until the end of the run. Not with --mode data, whose tables may hold other rows",
    ..ROW
};

/// Whether rows are only counted.
pub static COUNTS: Setting = Setting {
    flag: "counts",
    env: Some("PGSLUICE_COUNTS"),
    default: "false",
    help: "Compare only how many rows each table has, not what is in them",
    commands: &[Command::Verify],
    ..ROW
};

/// How many differing rows are shown.
pub static DIFFERENCES: Setting = Setting {
    flag: "differences",
    env: Some("PGSLUICE_DIFFERENCES"),
    takes: Takes::One("N"),
    default: "10",
    unit: "rows",
    help: "Most rows that are shown of a table that differs, each by its key. Keys are shown on standard output and nowhere else",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};
