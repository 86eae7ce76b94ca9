//! The settings of rows: which of them travel, and how they get into tables that hold some.

use super::{Command, ROW, Setting, Takes};

/// Which rows of a table are copied.
pub static WHERE: Setting = Setting {
    flag: "where",
    env: Some("PGSLUICE_WHERE"),
    takes: Takes::Lines("TABLE=PREDICATE"),
    default: "every row",
    help: "Copy only the rows of a table that a predicate of SQL holds for, such as 'sales.orders=total > 100'. The table is a \
           pattern as for --tables, and stands for its partitions too; the predicate is evaluated on the source, by verify on \
           both sides, with an empty search_path. May be given several times (in the environment and the file: one a line); several for one \
           table must all hold",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// Whether triggers stay silent while rows arrive.
pub static DISABLE_TRIGGERS: Setting = Setting {
    flag: "disable-triggers",
    env: Some("PGSLUICE_DISABLE_TRIGGERS"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_DISABLE_TRIGGERS"],
    default: "false",
    help: "Load rows with session_replication_role = replica, so that the target's triggers do not fire and its foreign \
           keys are not checked; matters with --mode data, since the other modes create triggers after the rows",
    ..ROW
};

/// What happens to a row whose key is there already.
pub static ON_CONFLICT: Setting = Setting {
    flag: "on-conflict",
    env: Some("PGSLUICE_ON_CONFLICT"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_ON_CONFLICT_ACTION"],
    takes: Takes::One("ACTION"),
    default: "error",
    help: "What --mode data does with a row whose key the target has already: error stops the run, nothing leaves the \
           target's row as it is, update gives it the source's values. The other modes load empty tables, where no row can \
           be there already",
    ..ROW
};

/// What happens to a table that update cannot find rows of.
pub static NO_ARBITER: Setting = Setting {
    flag: "no-arbiter",
    env: Some("PGSLUICE_NO_ARBITER"),
    takes: Takes::One("WHAT"),
    default: "error",
    help: "What --on-conflict update does with a table that has no key to find rows by on the target: error refuses to begin, \
           skip leaves its rows out, insert adds them to what is there",
    ..ROW
};

/// Whether identity columns of rows that are there stay as they are.
pub static KEEP_IDENTITY: Setting = Setting {
    flag: "keep-identity",
    env: Some("PGSLUICE_KEEP_IDENTITY"),
    default: "false",
    help: "Where --on-conflict update meets a GENERATED ALWAYS AS IDENTITY column that is not part of the key, leave the \
           target's value in rows that are there; SQL has no way to update it, so that such a table is refused otherwise",
    ..ROW
};

/// How many rows travel in one upsert.
pub static BATCH_ROWS: Setting = Setting {
    flag: "batch-rows",
    env: Some("PGSLUICE_BATCH_ROWS"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_BATCH_SIZE"],
    takes: Takes::One("N"),
    default: "50000",
    unit: "rows",
    help: "Most rows in one batch where rows are merged into what is there; each batch is a transaction. Without effect on \
           COPY, which has no batches",
    ..ROW
};

/// How much travels in one upsert.
pub static BATCH_BYTES: Setting = Setting {
    flag: "batch-bytes",
    env: Some("PGSLUICE_BATCH_BYTES"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_BATCH_BYTES"],
    takes: Takes::One("SIZE"),
    default: "16MB",
    unit: "bytes, or with kB, MB, GB or TB in steps of 1024",
    help: "Size of COPY data from which on such a batch is closed",
    ..ROW
};

/// How long a batch of an upsert may wait.
pub static BATCH_TIMEOUT: Setting = Setting {
    flag: "batch-timeout",
    env: Some("PGSLUICE_BATCH_TIMEOUT"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_BATCH_TIMEOUT"],
    takes: Takes::One("DURATION"),
    default: "30s",
    unit: "a number with ms, s, m or h",
    help: "Longest wait for such a batch to fill, from its first row on",
    ..ROW
};

/// What happens to rows that the target refuses.
pub static ON_ROW_ERROR: Setting = Setting {
    flag: "on-row-error",
    env: Some("PGSLUICE_ON_ROW_ERROR"),
    takes: Takes::One("ACTION"),
    default: "stop",
    help: "What --mode data does with a row that the target refuses (a constraint, a type, a trigger): stop ends the run, \
           reject writes the row to --reject-file and goes on",
    ..ROW
};

/// Where refused rows go.
pub static REJECT_FILE: Setting = Setting {
    flag: "reject-file",
    env: Some("PGSLUICE_REJECT_FILE"),
    takes: Takes::One("FILE"),
    default: "none",
    help: "File to write refused rows to, with the reason, one JSON object a line; it must not exist, and only its owner can \
           read it",
    ..ROW
};

/// How many refused rows are accepted.
pub static REJECTS_MAX: Setting = Setting {
    flag: "rejects-max",
    env: Some("PGSLUICE_REJECTS_MAX"),
    takes: Takes::One("N"),
    default: "0",
    unit: "rows",
    help: "Most refused rows of a run that still counts as done, with exit code 0",
    ..ROW
};
