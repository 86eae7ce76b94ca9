//! The settings that say which objects are copied and what of them.

use super::{Command, ROW, Setting, Takes};

/// As which role the source is read.
pub static ROLE: Setting = Setting {
    flag: "role",
    env: Some("PGSLUICE_ROLE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_ROLE"],
    takes: Takes::One("NAME"),
    default: "the user that connects",
    help: "Role to act as on the source, as after SET ROLE and like pg_dump's --role, where the user that connects may not read \
           everything but is a member of a role that may. For the target, options=-c%20role%3DNAME in its URL does the same",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
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
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
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
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// What is copied of the tables.
pub static MODE: Setting = Setting {
    flag: "mode",
    env: Some("PGSLUICE_MODE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_MODE"],
    takes: Takes::One("MODE"),
    default: "full",
    help: "full copies definitions and rows, schema only definitions, data only rows into tables that are there; verify compares \
           as much",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// Which schemas are copied.
pub static SCHEMAS: Setting = Setting {
    flag: "schemas",
    env: Some("PGSLUICE_SCHEMAS"),
    takes: Takes::Many("LIST"),
    default: "everything in the database",
    help: "Schemas to copy with everything in them, written like the schema's half of --tables; together with --tables, both",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Which schemas are not copied.
pub static EXCLUDE_SCHEMAS: Setting = Setting {
    flag: "exclude-schemas",
    env: Some("PGSLUICE_EXCLUDE_SCHEMAS"),
    takes: Takes::Many("LIST"),
    default: "none",
    help: "Schemas to leave out with everything in them, but for what something else needs",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Which tables come without rows.
pub static SCHEMA_ONLY_TABLES: Setting = Setting {
    flag: "schema-only-tables",
    also: Some(("exclude-table-data", "PGSLUICE_EXCLUDE_TABLE_DATA")),
    env: Some("PGSLUICE_SCHEMA_ONLY_TABLES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_ONLY_TABLES"],
    takes: Takes::Many("LIST"),
    default: "none",
    help: "Tables to create without copying their rows, written as for --tables",
    commands: &[Command::Snapshot, Command::Verify],
    ..ROW
};

/// Which types of objects are copied.
pub static INCLUDE_OBJECT_TYPES: Setting = Setting {
    flag: "include-object-types",
    env: Some("PGSLUICE_INCLUDE_OBJECT_TYPES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_INCLUDE_OBJECT_TYPES"],
    takes: Takes::Many("TYPES"),
    default: "every type of object",
    help: "Types of objects to copy, and no others, separated by spaces or commas: tables (with their rows), sequences, types, \
           indexes, constraints, functions, views, materialized_views, triggers, event_triggers, policies, rules, comments, \
           extensions, collations, text_search. Schemas, and the privileges of what is copied, always come along. What a \
           table needs must be chosen too, or be on the target",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Which types of objects are not copied.
pub static EXCLUDE_OBJECT_TYPES: Setting = Setting {
    flag: "exclude-object-types",
    env: Some("PGSLUICE_EXCLUDE_OBJECT_TYPES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_EXCLUDE_OBJECT_TYPES"],
    takes: Takes::Many("TYPES"),
    default: "none",
    help: "Types of objects to leave out, in the words of --include-object-types; only one of both can be given",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
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
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
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
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether privileges are copied.
pub static NO_PRIVILEGES: Setting = Setting {
    flag: "no-privileges",
    env: Some("PGSLUICE_NO_PRIVILEGES"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_NO_PRIVILEGES"],
    default: "false",
    help: "Grant and revoke nothing",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether comments are copied.
pub static NO_COMMENTS: Setting = Setting {
    flag: "no-comments",
    env: Some("PGSLUICE_NO_COMMENTS"),
    default: "false",
    help: "Leave comments out",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether security labels are copied.
pub static NO_SECURITY_LABELS: Setting = Setting {
    flag: "no-security-labels",
    env: Some("PGSLUICE_NO_SECURITY_LABELS"),
    default: "false",
    help: "Leave security labels out",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whose security labels are not copied.
pub static EXCLUDE_SECURITY_LABELS: Setting = Setting {
    flag: "exclude-security-labels",
    env: Some("PGSLUICE_EXCLUDE_SECURITY_LABELS"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_EXCLUDED_SECURITY_LABELS"],
    takes: Takes::Many("LIST"),
    default: "none",
    help: "Label providers whose security labels are left out, separated by spaces or commas; * and ? match inside a name",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether publications are copied.
pub static NO_PUBLICATIONS: Setting = Setting {
    flag: "no-publications",
    env: Some("PGSLUICE_NO_PUBLICATIONS"),
    default: "false",
    help: "Leave publications out",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether subscriptions are copied.
pub static SUBSCRIPTIONS: Setting = Setting {
    flag: "subscriptions",
    env: Some("PGSLUICE_SUBSCRIPTIONS"),
    default: "false",
    help: "Copy subscriptions too, disabled and connected to nothing, with the name of their slot; the source must be read as a \
           superuser. Enable them only when the source's no longer run: two subscribers of one slot take each other's changes. \
           With --clean those in the way are dropped and their slots stay",
    commands: &[Command::Snapshot, Command::Schema],
    ..ROW
};

/// Whether subscriptions are named.
pub static NO_SUBSCRIPTIONS: Setting = Setting {
    flag: "no-subscriptions",
    env: Some("PGSLUICE_NO_SUBSCRIPTIONS"),
    default: "false",
    help: "Do not name each subscription that is left out",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether tablespaces are copied.
pub static NO_TABLESPACES: Setting = Setting {
    flag: "no-tablespaces",
    env: Some("PGSLUICE_NO_TABLESPACES"),
    default: "false",
    help: "Put everything into the target database's default tablespace",
    commands: &[Command::Snapshot, Command::Schema, Command::Verify],
    ..ROW
};

/// Whether materialized views are filled.
pub static REFRESH_MATERIALIZED_VIEWS: Setting = Setting {
    flag: "refresh-materialized-views",
    env: Some("PGSLUICE_REFRESH_MATERIALIZED_VIEWS"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_REFRESH_MATERIALIZED_VIEWS"],
    default: "true",
    help: "Fill the materialized views that are filled on the source",
    commands: &[Command::Snapshot, Command::Verify],
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

/// Where the statements that make the schema are written.
pub static SCHEMA_DUMP_FILE: Setting = Setting {
    flag: "schema-dump-file",
    env: Some("PGSLUICE_SCHEMA_DUMP_FILE"),
    pgstream: &["PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_DUMP_FILE"],
    takes: Takes::One("FILE"),
    default: "none",
    help: "File to write the statements to that clear the way and make the schema, before the first of them is run; it may hold \
           the secrets of user mappings, so only its owner can read it",
    ..ROW
};

/// What the target may refuse.
pub static ALLOW_OMISSIONS: Setting = Setting {
    flag: "allow-omissions",
    env: Some("PGSLUICE_ALLOW_OMISSIONS"),
    takes: Takes::Many("KINDS"),
    default: "none",
    help: "Kinds of what may be missing in the end because the target's user may not make it, or the target lacks its package or \
           role: owner, privilege, comment, event-trigger, extension and so on, separated by commas, or all. The summary names \
           what was left out in any case, with its kind and what would have allowed it; tables and their rows are never left out",
    commands: &[Command::Snapshot, Command::Verify],
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
