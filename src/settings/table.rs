//! The table of settings: every one of them once. The command line, the resolver, the help pages and the README's reference
//! are made from it.

mod faults;
mod objects;
mod rows;
mod verify;

pub use faults::{NO_RETRIES, RETRIES, RETRY_DELAY, RETRY_DELAY_MAX, STALL_TIMEOUT};
pub use objects::{
    ALLOW_OMISSIONS, CLEAN, CREATE_TARGET, EXCLUDE_OBJECT_TYPES, EXCLUDE_SCHEMAS, EXCLUDE_SECURITY_LABELS,
    EXCLUDE_TABLES, INCLUDE_GLOBAL_DB_OBJECTS, INCLUDE_OBJECT_TYPES, MODE, NO_COMMENTS, NO_OWNER, NO_PRIVILEGES,
    NO_PUBLICATIONS, NO_SECURITY_LABELS, NO_SUBSCRIPTIONS, NO_TABLESPACES, REFRESH_MATERIALIZED_VIEWS, ROLE, ROLES,
    SCHEMA_DUMP_FILE, SCHEMA_ONLY_TABLES, SCHEMAS, SECTION, SUBSCRIPTIONS, TABLES,
};
pub use rows::{
    BATCH_BYTES, BATCH_ROWS, BATCH_TIMEOUT, DISABLE_TRIGGERS, KEEP_IDENTITY, NO_ARBITER, ON_CONFLICT, ON_ROW_ERROR,
    REJECT_FILE, REJECTS_MAX, WHERE,
};
pub use verify::{COUNTS, DIFFERENCES, VERIFY};

/// A command of pgsluice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Copies a database.
    Snapshot,
    /// Prints a database's schema.
    Schema,
    /// Shows what a store knows of requests.
    Status,
    /// Shows what copying a database would do; has every setting of that.
    Plan,
    /// Looks for what stands in the way of copying a database; has every setting of that.
    Check,
    /// Prints completions for a shell; has no settings.
    Completions,
    /// Prints the manual page; has no settings.
    Man,
    /// Compares a target with its source.
    Verify,
}

/// Every command.
const ALL: &[Command] = &[Command::Snapshot, Command::Schema, Command::Status, Command::Verify];

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// One value; the text stands for it in usage lines.
    One(&'static str),
    /// A list of values; the flag may be repeated.
    Many(&'static str),
    /// One value a line; the flag is repeated instead.
    Lines(&'static str),
    /// Nothing, or `true` or `false`.
    Switch,
}

/// One row of the table.
#[derive(Debug)]
pub struct Setting {
    /// The long flag without its dashes. Unique; it also identifies the setting.
    pub flag: &'static str,
    /// A one-letter flag.
    pub short: Option<char>,
    /// A second long flag and environment name, for people who know it from elsewhere.
    pub also: Option<(&'static str, &'static str)>,
    /// Its own environment name. None for what only the command line can say.
    pub env: Option<&'static str>,
    /// The names pgstream has for it, the most specific first.
    pub pgstream: &'static [&'static str],
    /// What it takes.
    pub takes: Takes,
    /// The default, in words.
    pub default: &'static str,
    /// The unit of its value, in words; empty where there is none.
    pub unit: &'static str,
    /// What it does, in plain sentences. Without a full stop at the end.
    pub help: &'static str,
    /// Whether the value may hold a password and is never shown.
    pub secret: bool,
    /// The commands that have it.
    pub commands: &'static [Command],
}

/// What most rows have; a row states what differs.
const ROW: Setting = Setting {
    flag: "",
    short: None,
    also: None,
    env: None,
    pgstream: &[],
    takes: Takes::Switch,
    default: "",
    unit: "",
    help: "",
    secret: false,
    commands: &[Command::Snapshot],
};

/// Where the settings file is.
pub static CONFIG: Setting = Setting {
    flag: "config",
    short: Some('c'),
    takes: Takes::One("FILE"),
    default: "none",
    help: "File of NAME=value lines with the environment names of this page; the command line and the environment go before it",
    commands: ALL,
    ..ROW
};

/// The server that is read.
pub static SOURCE: Setting = Setting {
    flag: "source",
    env: Some("PGSLUICE_SOURCE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL", "PGSTREAM_POSTGRES_LISTENER_URL"],
    takes: Takes::One("URL"),
    default: "required",
    help: "Database to read: a postgres:// URI or keyword=value pairs, as libpq takes them",
    secret: true,
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// The server that is written.
pub static TARGET: Setting = Setting {
    flag: "target",
    env: Some("PGSLUICE_TARGET"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_TARGET_URL"],
    takes: Takes::One("URL"),
    default: "required",
    help: "Database to write, which verify only reads: a postgres:// URI or keyword=value pairs, as libpq takes them",
    secret: true,
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// Whether nobody is asked on the terminal.
pub static NO_PASSWORD: Setting = Setting {
    flag: "no-password",
    short: Some('w'),
    env: Some("PGSLUICE_NO_PASSWORD"),
    default: "false",
    help: "Never ask for a password on the terminal, as psql's -w: where a server wants one and none is found in the connection \
           string, PGPASSWORD or ~/.pgpass, connecting fails",
    commands: &[Command::Snapshot, Command::Schema, Command::Status],
    ..ROW
};

/// How many COPY streams there are in all.
pub static JOBS: Setting = Setting {
    flag: "jobs",
    short: Some('j'),
    env: Some("PGSLUICE_JOBS"),
    takes: Takes::One("N"),
    default: "8; where one of pgstream's three WORKERS names is used, the product of the three limits below, at most 16",
    unit: "streams",
    help: "COPY streams that run at the same time in all; verify reads on as many sessions of each side",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// How many schemas are copied at the same time.
pub static SCHEMAS_AT_ONCE: Setting = Setting {
    flag: "schemas-at-once",
    env: Some("PGSLUICE_SCHEMAS_AT_ONCE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_WORKERS"],
    takes: Takes::One("N"),
    default: "no limit; 1 where one of pgstream's three WORKERS names is used",
    unit: "schemas",
    help: "Schemas whose tables are copied at the same time",
    ..ROW
};

/// How many tables of one schema are copied at the same time.
pub static TABLES_AT_ONCE: Setting = Setting {
    flag: "tables-at-once",
    env: Some("PGSLUICE_TABLES_AT_ONCE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_WORKERS"],
    takes: Takes::One("N"),
    default: "no limit; 4 where one of pgstream's three WORKERS names is used",
    unit: "tables",
    help: "Tables within one schema that are copied at the same time",
    ..ROW
};

/// How many streams one table is split into at the same time.
pub static STREAMS_PER_TABLE: Setting = Setting {
    flag: "streams-per-table",
    env: Some("PGSLUICE_STREAMS_PER_TABLE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS"],
    takes: Takes::One("N"),
    default: "4",
    unit: "streams",
    help: "COPY streams that one large table is split over at the same time",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// How many tasks behind the rows run at the same time.
pub static INDEX_JOBS: Setting = Setting {
    flag: "index-jobs",
    env: Some("PGSLUICE_INDEX_JOBS"),
    takes: Takes::One("N"),
    default: "as many as --jobs",
    unit: "sessions",
    help: "Indexes, constraints and other tasks behind the rows that run on the target at the same time, beside the COPY streams \
           that are still at work",
    ..ROW
};

/// The memory of a session that builds indexes.
pub static MAINTENANCE_WORK_MEM: Setting = Setting {
    flag: "maintenance-work-mem",
    env: Some("PGSLUICE_MAINTENANCE_WORK_MEM"),
    takes: Takes::One("SIZE"),
    default: "the server's own, or if that is more, half of its shared_buffers divided by --index-jobs, at most 1GB",
    unit: "bytes, or with kB, MB, GB or TB in steps of 1024",
    help: "Memory for building one index on the target; each of the sessions of --index-jobs has as much",
    ..ROW
};

/// Settings of the sessions that build indexes.
pub static SESSION_SETTING: Setting = Setting {
    flag: "session-setting",
    env: Some("PGSLUICE_SESSION_SETTING"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_INDEX_CONSTRAINT_SESSION_SETTINGS"],
    takes: Takes::Many("NAME=VALUE"),
    default: "none",
    help: "Setting of the target's sessions that build indexes and constraints, such as max_parallel_maintenance_workers=4; several \
           are separated by spaces, and none has a space in it",
    ..ROW
};

/// Whether tables are analyzed.
pub static ANALYZE: Setting = Setting {
    flag: "analyze",
    env: Some("PGSLUICE_ANALYZE"),
    takes: Takes::One("WHEN"),
    default: "auto",
    help: "auto gathers the planner's statistics of every table of 256 kB and more when its rows and indexes are there, or from \
           PostgreSQL 18 on takes over those that the source has; no leaves that to autovacuum",
    ..ROW
};

/// The size of a chunk in blocks.
pub static CHUNK_PAGES: Setting = Setting {
    flag: "chunk-pages",
    env: Some("PGSLUICE_CHUNK_PAGES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_BATCH_PAGE_SIZE"],
    takes: Takes::One("N"),
    default: "chosen from the table's size",
    unit: "blocks (8 kB each, unless the server was built otherwise)",
    help: "Size of the pieces a large table is split into",
    ..ROW
};

/// The size of a chunk in bytes.
pub static CHUNK_BYTES: Setting = Setting {
    flag: "chunk-bytes",
    env: Some("PGSLUICE_CHUNK_BYTES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_BATCH_BYTES"],
    takes: Takes::One("SIZE"),
    default: "chosen from the table's size",
    unit: "bytes, or with kB, MB, GB or TB in steps of 1024",
    help: "The same as a size; give one of the two",
    ..ROW
};

/// The server that remembers snapshot requests.
pub static STORE: Setting = Setting {
    flag: "store",
    env: Some("PGSLUICE_STORE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_STORE_URL"],
    takes: Takes::One("URL"),
    default: "no store",
    help: "Database whose table pgstream.snapshot_requests records what was asked, what is done and what failed, and whose schema \
           pgsluice records what a later run needs to go on. It may be the source, the target or another one",
    secret: true,
    commands: &[Command::Snapshot, Command::Status],
    ..ROW
};

/// Whether what is completed is done again.
pub static REPEAT: Setting = Setting {
    flag: "repeat",
    env: Some("PGSLUICE_REPEAT"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_STORE_REPEATABLE"],
    default: "false",
    help: "Copy again what the store records as completed; what is in the way on the target stays in the way, unless --clean drops it",
    ..ROW
};

/// Whether what is loaded stays as it is.
pub static KEEP_LOADED: Setting = Setting {
    flag: "keep-loaded",
    env: Some("PGSLUICE_KEEP_LOADED"),
    default: "false",
    help: "Where an earlier run of the same request did not complete, keep the tables it has loaded, and make and load only what is \
           missing. Those tables are then of an earlier moment than the others, and the summary names them with it. Without, \
           everything is copied again as of one moment",
    ..ROW
};

/// Whether output is for programs.
pub static JSON: Setting = Setting {
    flag: "json",
    default: "false",
    help: "Print one JSON object instead of text, as --format json does",
    commands: &[Command::Status, Command::Plan, Command::Check, Command::Verify],
    ..ROW
};

/// How output is printed.
pub static FORMAT: Setting = Setting {
    flag: "format",
    env: Some("PGSLUICE_FORMAT"),
    takes: Takes::One("FORMAT"),
    default: "text",
    help: "text for people, json for programs: one object on standard output",
    commands: &[Command::Status, Command::Plan, Command::Check, Command::Verify],
    ..ROW
};

/// Whether a plan shows its statements.
pub static DDL: Setting = Setting {
    flag: "ddl",
    default: "false",
    help: "Show the statements that clear the way and make the schema as well; they may hold the secrets of user mappings",
    commands: &[Command::Plan],
    ..ROW
};

/// In which of COPY's formats rows travel.
pub static COPY_FORMAT: Setting = Setting {
    flag: "copy-format",
    env: Some("PGSLUICE_COPY_FORMAT"),
    takes: Takes::One("FORMAT"),
    default: "auto",
    help: "How rows travel: auto takes binary, and text for tables with a column whose binary form is missing or may mean \
           something else on the target; binary makes such a table an error; text takes text for every table",
    ..ROW
};

/// How much is logged.
pub static LOG_LEVEL: Setting = Setting {
    flag: "log-level",
    env: Some("PGSLUICE_LOG_LEVEL"),
    pgstream: &["PGSTREAM_LOG_LEVEL"],
    takes: Takes::One("LEVEL"),
    default: "info",
    help: "Least important log lines to show on stderr: trace, debug, info, warn or error",
    commands: ALL,
    ..ROW
};

/// How log lines look.
pub static LOG_FORMAT: Setting = Setting {
    flag: "log-format",
    env: Some("PGSLUICE_LOG_FORMAT"),
    pgstream: &["PGSTREAM_LOG_FORMAT"],
    takes: Takes::One("FORMAT"),
    default: "console",
    help: "console for lines that people read, json for one object a line on stderr",
    commands: ALL,
    ..ROW
};

/// Whether progress is not shown.
pub static NO_PROGRESS: Setting = Setting {
    flag: "no-progress",
    env: Some("PGSLUICE_NO_PROGRESS"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_DISABLE_PROGRESS_TRACKING"],
    default: "false",
    help: "Do not show progress on stderr while copying",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// Where metrics are served.
pub static METRICS: Setting = Setting {
    flag: "metrics",
    env: Some("PGSLUICE_METRICS"),
    takes: Takes::One("ADDR"),
    default: "none",
    help: "Serve how far the run is to Prometheus, at http://ADDR/metrics as long as it runs. A port alone is one of 127.0.0.1, \
           which other hosts cannot reach; with an IP address in front, as in 0.0.0.0:9187, whoever reaches it sees names of \
           tables",
    ..ROW
};

/// Whether output is coloured.
pub static COLOR: Setting = Setting {
    flag: "color",
    env: Some("PGSLUICE_COLOR"),
    takes: Takes::One("WHEN"),
    default: "auto",
    help: "auto colours log and errors on a terminal, unless NO_COLOR is set; always and never do as they say",
    commands: ALL,
    ..ROW
};

/// Where what came of a run is written.
pub static REPORT: Setting = Setting {
    flag: "report",
    env: Some("PGSLUICE_REPORT"),
    takes: Takes::One("FILE"),
    default: "none",
    help: "File to write what came of the run to, as one JSON object, whether it succeeded or not. It is emptied first, so that an \
           earlier report is not taken for this run's",
    ..ROW
};

/// The rows in the order of help pages and reference.
pub static TABLE: [&Setting; 72] = [
    &CONFIG,
    &SOURCE,
    &TARGET,
    &NO_PASSWORD,
    &ROLE,
    &CREATE_TARGET,
    &TABLES,
    &EXCLUDE_TABLES,
    &SCHEMAS,
    &EXCLUDE_SCHEMAS,
    &SCHEMA_ONLY_TABLES,
    &WHERE,
    &INCLUDE_GLOBAL_DB_OBJECTS,
    &INCLUDE_OBJECT_TYPES,
    &EXCLUDE_OBJECT_TYPES,
    &ROLES,
    &NO_OWNER,
    &NO_PRIVILEGES,
    &NO_COMMENTS,
    &NO_SECURITY_LABELS,
    &EXCLUDE_SECURITY_LABELS,
    &NO_PUBLICATIONS,
    &SUBSCRIPTIONS,
    &NO_SUBSCRIPTIONS,
    &NO_TABLESPACES,
    &REFRESH_MATERIALIZED_VIEWS,
    &SECTION,
    &MODE,
    &SCHEMA_DUMP_FILE,
    &ALLOW_OMISSIONS,
    &CLEAN,
    &VERIFY,
    &COUNTS,
    &DIFFERENCES,
    &JOBS,
    &SCHEMAS_AT_ONCE,
    &TABLES_AT_ONCE,
    &STREAMS_PER_TABLE,
    &CHUNK_PAGES,
    &CHUNK_BYTES,
    &INDEX_JOBS,
    &MAINTENANCE_WORK_MEM,
    &SESSION_SETTING,
    &ANALYZE,
    &COPY_FORMAT,
    &STORE,
    &REPEAT,
    &KEEP_LOADED,
    &JSON,
    &FORMAT,
    &DDL,
    &DISABLE_TRIGGERS,
    &ON_CONFLICT,
    &NO_ARBITER,
    &KEEP_IDENTITY,
    &BATCH_ROWS,
    &BATCH_BYTES,
    &BATCH_TIMEOUT,
    &ON_ROW_ERROR,
    &REJECT_FILE,
    &REJECTS_MAX,
    &RETRIES,
    &RETRY_DELAY,
    &RETRY_DELAY_MAX,
    &NO_RETRIES,
    &STALL_TIMEOUT,
    &LOG_LEVEL,
    &LOG_FORMAT,
    &COLOR,
    &NO_PROGRESS,
    &METRICS,
    &REPORT,
];

impl Setting {
    /// Every environment name of the setting, the one that goes first first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let also = self.also.map(|(_, env)| env);
        self.env.into_iter().chain(also).chain(self.pgstream.iter().copied())
    }

    /// The row an environment name belongs to.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLE.into_iter().find(|setting| setting.names().any(|known| known == name))
    }

    /// The setting's rows for one command, in the order of its help page.
    pub fn of(command: Command) -> impl Iterator<Item = &'static Self> {
        let has = move |setting: &&Self, command| setting.commands.contains(&command);
        TABLE.into_iter().filter(move |setting| {
            let is_of_a_run = matches!(command, Command::Plan | Command::Check);
            has(setting, command) || (is_of_a_run && has(setting, Command::Snapshot))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let flags: Vec<_> =
            TABLE.iter().flat_map(|of| [of.flag].into_iter().chain(of.also.map(|(flag, _)| flag))).collect();
        assert_eq!(flags.iter().collect::<BTreeSet<_>>().len(), flags.len());
        let names: Vec<_> = TABLE.iter().flat_map(|setting| setting.names()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn own_names_follow_from_the_flags() {
        for setting in TABLE {
            let name = |flag: &str| format!("PGSLUICE_{}", flag.replace('-', "_").to_uppercase());
            assert!(setting.also.is_none_or(|(flag, env)| env == name(flag)), "{}", setting.flag);
            let name = name(setting.flag);
            assert!(setting.env.is_none_or(|env| env == name), "{name}");
            assert!(!setting.help.ends_with('.') && !setting.default.is_empty(), "{name}");
        }
    }
}
