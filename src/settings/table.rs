//! The table of settings: every one of them once. The command line, the resolver, the help pages and the README's reference
//! are made from it.

/// A command of pgsluice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Copies a database.
    Snapshot,
    /// Prints a database's schema.
    Schema,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// One value; the text stands for it in usage lines.
    One(&'static str),
    /// A list of values; the flag may be repeated.
    Many(&'static str),
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
    commands: &[Command::Snapshot, Command::Schema],
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
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// The server that is written.
pub static TARGET: Setting = Setting {
    flag: "target",
    env: Some("PGSLUICE_TARGET"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_TARGET_URL"],
    takes: Takes::One("URL"),
    default: "required",
    help: "Database to write: a postgres:// URI or keyword=value pairs, as libpq takes them",
    secret: true,
    ..ROW
};

/// As which role the source is read.
pub static ROLE: Setting = Setting {
    flag: "role",
    env: Some("PGSLUICE_ROLE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_ROLE"],
    takes: Takes::One("NAME"),
    default: "the user that connects",
    help: "Role to act as on the source, as after SET ROLE and like pg_dump's --role, where the user that connects may not read \
           everything but is a member of a role that may. For the target, options=-c%20role%3DNAME in its URL does the same",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether the target's database is made.
pub static CREATE_TARGET: Setting = Setting {
    flag: "create-target",
    env: Some("PGSLUICE_CREATE_TARGET"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_CREATE_TARGET_DB"],
    default: "false",
    help: "Create the target's database where it does not exist, with the source's encoding, locale, connection limit and owner",
    ..ROW
};

/// Which tables are copied.
pub static TABLES: Setting = Setting {
    flag: "tables",
    env: Some("PGSLUICE_TABLES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_TABLES"],
    takes: Takes::Many("LIST"),
    default: "everything in the database",
    help: "Tables to copy, separated by spaces or commas; what they need comes along. t is public.t, s.* every table of \
           schema s, * every table of public, *.* every table; * and ? also match inside a name, and double quotes make \
           a name literal",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Which tables are not copied.
pub static EXCLUDE_TABLES: Setting = Setting {
    flag: "exclude-tables",
    env: Some("PGSLUICE_EXCLUDE_TABLES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_EXCLUDED_TABLES"],
    takes: Takes::Many("LIST"),
    default: "none",
    help: "Tables to leave out of those chosen, written as for --tables",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// What is copied of the tables.
pub static MODE: Setting = Setting {
    flag: "mode",
    env: Some("PGSLUICE_MODE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_MODE"],
    takes: Takes::One("MODE"),
    default: "full",
    help: "full copies definitions and rows, schema only definitions, data only rows into tables that are there",
    ..ROW
};

/// Which schemas are copied.
pub static SCHEMAS: Setting = Setting {
    flag: "schemas",
    env: Some("PGSLUICE_SCHEMAS"),
    takes: Takes::Many("LIST"),
    default: "everything in the database",
    help: "Schemas to copy with everything in them, written like the schema's half of --tables; together with --tables, both",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Which schemas are not copied.
pub static EXCLUDE_SCHEMAS: Setting = Setting {
    flag: "exclude-schemas",
    env: Some("PGSLUICE_EXCLUDE_SCHEMAS"),
    takes: Takes::Many("LIST"),
    default: "none",
    help: "Schemas to leave out with everything in them, but for what something else needs",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Which tables come without rows.
pub static SCHEMA_ONLY_TABLES: Setting = Setting {
    flag: "schema-only-tables",
    env: Some("PGSLUICE_SCHEMA_ONLY_TABLES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_ONLY_TABLES"],
    takes: Takes::Many("LIST"),
    default: "none",
    help: "Tables to create without copying their rows, written as for --tables",
    ..ROW
};

/// Whether what is in no schema is copied in any case.
pub static INCLUDE_GLOBAL_DB_OBJECTS: Setting = Setting {
    flag: "include-global-db-objects",
    env: Some("PGSLUICE_INCLUDE_GLOBAL_DB_OBJECTS"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_INCLUDE_GLOBAL_DB_OBJECTS"],
    default: "false",
    help: "With a choice of tables or schemas, copy also what is in no schema: extensions, event triggers, publications, casts, \
           languages, foreign data wrappers, servers, default privileges, settings of the database, and with --roles every role",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether roles are copied.
pub static ROLES: Setting = Setting {
    flag: "roles",
    env: Some("PGSLUICE_ROLES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_ROLES_SNAPSHOT_MODE"],
    takes: Takes::One("WHICH"),
    default: "none",
    help: "Roles to create first, with attributes, settings, comments and memberships: all, no-passwords for all but their \
           passwords, or none; pgstream's words enabled, no_passwords and disabled mean the same. With a choice of tables \
           or schemas only those that what is chosen names, and those they are members of. A role that the target has stays \
           as it is",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether owners are copied.
pub static NO_OWNER: Setting = Setting {
    flag: "no-owner",
    env: Some("PGSLUICE_NO_OWNER"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_NO_OWNER"],
    default: "false",
    help: "Leave every object to the role that connects to the target",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether privileges are copied.
pub static NO_PRIVILEGES: Setting = Setting {
    flag: "no-privileges",
    env: Some("PGSLUICE_NO_PRIVILEGES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_NO_PRIVILEGES"],
    default: "false",
    help: "Grant and revoke nothing",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether comments are copied.
pub static NO_COMMENTS: Setting = Setting {
    flag: "no-comments",
    env: Some("PGSLUICE_NO_COMMENTS"),
    default: "false",
    help: "Leave comments out",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether tablespaces are copied.
pub static NO_TABLESPACES: Setting = Setting {
    flag: "no-tablespaces",
    env: Some("PGSLUICE_NO_TABLESPACES"),
    default: "false",
    help: "Put everything into the target database's default tablespace",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether materialized views are filled.
pub static REFRESH_MATERIALIZED_VIEWS: Setting = Setting {
    flag: "refresh-materialized-views",
    env: Some("PGSLUICE_REFRESH_MATERIALIZED_VIEWS"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_REFRESH_MATERIALIZED_VIEWS"],
    default: "true",
    help: "Fill the materialized views that are filled on the source",
    ..ROW
};

/// Which half of a schema is printed.
pub static SECTION: Setting = Setting {
    flag: "section",
    env: Some("PGSLUICE_SECTION"),
    takes: Takes::One("SECTION"),
    default: "both",
    help: "pre-data prints what rows need (types, functions, tables, views), post-data what comes after them (indexes, \
           constraints, triggers, privileges)",
    commands: &[Command::Schema],
    ..ROW
};

/// Whether what is in the way is dropped.
pub static CLEAN: Setting = Setting {
    flag: "clean",
    env: Some("PGSLUICE_CLEAN"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_CLEAN_TARGET_DB"],
    default: "false",
    help: "Drop the target's objects that are in the way first, and only those",
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
    help: "COPY streams that run at the same time in all",
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
    help: "Database whose table pgstream.snapshot_requests records what was asked, what is done and what failed",
    secret: true,
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
    help: "What to do with a row whose key the target has already: error, nothing or update. nothing and update are not \
           available with --mode data yet; the other modes load empty tables, where no row can be there already",
    ..ROW
};

/// How many rows travel in one upsert.
pub static BATCH_ROWS: Setting = Setting {
    flag: "batch-rows",
    env: Some("PGSLUICE_BATCH_ROWS"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_BATCH_SIZE"],
    takes: Takes::One("N"),
    default: "none",
    unit: "rows",
    help: "Rows in one batch where rows are merged into what is there; without effect on COPY, which has no batches",
    ..ROW
};

/// How long a batch of an upsert may wait.
pub static BATCH_TIMEOUT: Setting = Setting {
    flag: "batch-timeout",
    env: Some("PGSLUICE_BATCH_TIMEOUT"),
    pgstream: &["PGSTREAM_POSTGRES_WRITER_BATCH_TIMEOUT"],
    takes: Takes::One("DURATION"),
    default: "none",
    unit: "a number with ms, s, m or h",
    help: "Longest wait for a batch to fill where rows are merged into what is there; without effect on COPY",
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
    commands: &[Command::Snapshot, Command::Schema],
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
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether progress is not shown.
pub static NO_PROGRESS: Setting = Setting {
    flag: "no-progress",
    env: Some("PGSLUICE_NO_PROGRESS"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_DISABLE_PROGRESS_TRACKING"],
    default: "false",
    help: "Do not show progress on stderr while copying",
    ..ROW
};

/// The rows in the order of help pages and reference.
pub static TABLE: [&Setting; 34] = [
    &CONFIG,
    &SOURCE,
    &TARGET,
    &ROLE,
    &CREATE_TARGET,
    &TABLES,
    &EXCLUDE_TABLES,
    &SCHEMAS,
    &EXCLUDE_SCHEMAS,
    &SCHEMA_ONLY_TABLES,
    &INCLUDE_GLOBAL_DB_OBJECTS,
    &ROLES,
    &NO_OWNER,
    &NO_PRIVILEGES,
    &NO_COMMENTS,
    &NO_TABLESPACES,
    &REFRESH_MATERIALIZED_VIEWS,
    &SECTION,
    &MODE,
    &CLEAN,
    &JOBS,
    &SCHEMAS_AT_ONCE,
    &TABLES_AT_ONCE,
    &STREAMS_PER_TABLE,
    &CHUNK_PAGES,
    &CHUNK_BYTES,
    &STORE,
    &DISABLE_TRIGGERS,
    &ON_CONFLICT,
    &BATCH_ROWS,
    &BATCH_TIMEOUT,
    &LOG_LEVEL,
    &LOG_FORMAT,
    &NO_PROGRESS,
];

impl Setting {
    /// Every environment name of the setting, the one that goes first first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.env.into_iter().chain(self.pgstream.iter().copied())
    }

    /// The row an environment name belongs to.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLE.into_iter().find(|setting| setting.names().any(|known| known == name))
    }

    /// The setting's rows for one command, in the order of its help page.
    pub fn of(command: Command) -> impl Iterator<Item = &'static Self> {
        TABLE.into_iter().filter(move |setting| setting.commands.contains(&command))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let flags: BTreeSet<_> = TABLE.iter().map(|setting| setting.flag).collect();
        assert_eq!(flags.len(), TABLE.len());
        let names: Vec<_> = TABLE.iter().flat_map(|setting| setting.names()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn own_names_follow_from_the_flags() {
        for setting in TABLE {
            let name = format!("PGSLUICE_{}", setting.flag.replace('-', "_").to_uppercase());
            assert!(setting.env.is_none_or(|env| env == name), "{name}");
            assert!(!setting.help.ends_with('.') && !setting.default.is_empty(), "{name}");
        }
    }
}
