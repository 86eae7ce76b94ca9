//! Settings: what the user asked for, from the command line, the environment and a settings file, as plain values.
//!
//! [`table`] lists every setting once; command line, resolver, help pages and the README's reference come from it. The
//! command line goes before the environment, the environment before the file, the file before the default.

mod check;
pub mod env_file;
mod error;
mod layers;
mod merge;
pub mod pgstream;
mod reference;
mod resolve;
mod retry;
mod secret;
mod status;
pub mod table;
pub mod value;
mod verify;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use check::resolve_check;
pub use error::{Error, Origin};
pub use layers::{Environment, File, environment};
pub use reference::reference;
pub use resolve::{Color, Logging, logging, resolve, resolve_plan, resolve_schema};
pub use secret::Secret;
pub use status::resolve_status;
pub use verify::resolve_verify;

use crate::connect::RetryPolicy;
use crate::plan::merge::{Condition, NoArbiter, OnConflict};
use crate::plan::object_types::ObjectTypes;
use crate::plan::pattern::PatternList;
use crate::plan::roles::Roles;
use crate::plan::shape::Property;

/// What is copied of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Definitions and rows.
    Full,
    /// Definitions.
    Schema,
    /// Rows, into tables that are there.
    Data,
}

/// What to do with a row that the target refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnRowError {
    /// The run fails.
    Stop,
    /// It is written to a file.
    Reject {
        /// The file.
        file: PathBuf,
        /// How many such rows the user accepts.
        rejects_max: u64,
    },
}

/// How rows get into tables that hold some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merging {
    /// What to do with a row whose key is there already. Other than with [`Mode::Data`] always [`OnConflict::Error`].
    pub on_conflict: OnConflict,
    /// What to do with a table that has no key to find rows by.
    pub no_arbiter: NoArbiter,
    /// Whether identity columns that no statement can update stay as they are.
    pub keep_identity: bool,
    /// Rows in one batch.
    pub batch_rows: u64,
    /// Size of COPY data from which on a batch is closed.
    pub batch_bytes: u64,
    /// The longest wait for a batch to fill.
    pub batch_timeout: Duration,
    /// What to do with a row that the target refuses.
    pub on_row_error: OnRowError,
}

/// In which of COPY's formats rows travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    /// Binary where it is safe, text elsewhere.
    Auto,
    /// Binary, or an error.
    Binary,
    /// Text.
    Text,
}

/// The size of the pieces a large table is split into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkSize {
    /// In blocks of the source server.
    Pages(u32),
    /// In bytes of the heap.
    Bytes(u64),
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines that people read.
    Console,
    /// One JSON object a line.
    Json,
}

/// Which objects are copied or printed, and which of their properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objects {
    /// The tables that are wanted; together with no schemas: empty for everything in the database.
    pub tables: PatternList,
    /// The tables to leave out.
    pub exclude_tables: PatternList,
    /// The schemas that are wanted, with everything in them.
    pub schemas: PatternList,
    /// The schemas to leave out, with everything in them.
    pub exclude_schemas: PatternList,
    /// Whether what is in no schema comes with a choice of tables or schemas.
    pub global_objects: bool,
    /// Whether subscriptions come along, disabled.
    pub subscriptions: bool,
    /// Whether the server's roles come along.
    pub roles: Roles,
    /// Which types of objects are wanted.
    pub object_types: ObjectTypes,
    /// Properties that are left out of every object.
    pub unwanted: Vec<Property>,
    /// Providers whose security labels are left out.
    pub exclude_security_labels: PatternList,
}

/// Which half of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What rows need: types, functions, tables, views.
    PreData,
    /// What comes after them: indexes, constraints, triggers, privileges.
    PostData,
}

/// The settings of a run that prints a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaSettings {
    /// Connection string of the database that is read.
    pub source: Secret,
    /// The role that reads; None for the user that connects.
    pub source_role: Option<String>,
    /// Which objects, and which of their properties.
    pub objects: Objects,
    /// One half only; None for both.
    pub section: Option<Section>,
    /// How the run logs.
    pub logging: Logging,
    /// What the user should know of the settings: ignored names, in the order they were found.
    pub warnings: Vec<String>,
}

/// The settings of a look at the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusSettings {
    /// Connection string of the database that remembers snapshot requests.
    pub store: Secret,
    /// Whether output is for programs.
    pub json: bool,
    /// How the run logs.
    pub logging: Logging,
    /// What the user should know of the settings: ignored names, in the order they were found.
    pub warnings: Vec<String>,
}

/// The settings of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSettings {
    /// The run that is planned.
    pub run: Settings,
    /// Whether output is for programs.
    pub json: bool,
    /// Whether the statements are shown.
    pub ddl: bool,
}

/// The settings of a look at what stands in the way of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSettings {
    /// The run. Its target says nothing where there is none.
    pub run: Settings,
    /// Whether there is no target, so that only the source is looked at.
    pub source_alone: bool,
    /// Whether output is for programs.
    pub json: bool,
}

/// The settings of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifySettings {
    /// The run whose outcome is compared.
    pub run: Settings,
    /// Whether rows are only counted.
    pub counts: bool,
    /// Whether output is for programs.
    pub json: bool,
}

/// The settings of one run.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that the user has by itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Connection string of the database that is read.
    pub source: Secret,
    /// The role that reads; None for the user that connects.
    pub source_role: Option<String>,
    /// Connection string of the database that is written.
    pub target: Secret,
    /// Whether that database is made where it is not there.
    pub create_target: bool,
    /// Connection string of the database that remembers snapshot requests.
    pub store: Option<Secret>,
    /// Whether what the store records as completed is copied again.
    pub repeat: bool,
    /// Whether tables that an earlier run of the same request loaded stay.
    pub keep_loaded: bool,
    /// Which objects, and which of their properties.
    pub objects: Objects,
    /// Tables whose definition is copied without rows.
    pub schema_only_tables: PatternList,
    /// What is copied of them.
    pub mode: Mode,
    /// Where the statements that make the schema are written.
    pub schema_dump_file: Option<PathBuf>,
    /// Where metrics are served.
    pub metrics: Option<SocketAddr>,
    /// Where what came of the run is written.
    pub report: Option<PathBuf>,
    /// Kinds of what the target may refuse without failing the run, of [`crate::plan::omission::KINDS`].
    pub allow_omissions: Vec<&'static str>,
    /// Whether what is in the way on the target is dropped first.
    pub clean: bool,
    /// Whether what was copied is compared in the end.
    pub verify: bool,
    /// The most rows that are shown of a table that differs.
    pub differences_max: usize,
    /// COPY streams at the same time in all; at least 1.
    pub jobs: usize,
    /// Schemas at the same time; None for no limit.
    pub schemas_at_once: Option<usize>,
    /// Tables of one schema at the same time; None for no limit.
    pub tables_at_once: Option<usize>,
    /// COPY streams one table is split over; at least 1.
    pub streams_per_table: usize,
    /// The size of a chunk; None for the planner's choice.
    pub chunk: Option<ChunkSize>,
    /// Sessions that build indexes and constraints at the same time; at least 1.
    pub index_jobs: usize,
    /// Memory for building one index, in bytes; None for a share of the target's.
    pub maintenance_bytes: Option<u64>,
    /// Settings of the sessions that build: name and value.
    pub session_settings: Vec<(String, String)>,
    /// Whether tables are analyzed.
    pub analyze: bool,
    /// In which format rows travel.
    pub copy_format: CopyFormat,
    /// Whether rows are loaded with `session_replication_role = replica`.
    pub disable_triggers: bool,
    /// Which rows of which tables are copied.
    pub conditions: Vec<Condition>,
    /// How rows get into tables that hold some.
    pub merging: Merging,
    /// How often and how fast is tried again what may pass by itself.
    pub retry: RetryPolicy,
    /// How long a copy may stand still while both servers wait; None for ever.
    pub stall_timeout: Option<Duration>,
    /// How the run logs.
    pub logging: Logging,
    /// Whether progress is shown.
    pub progress: bool,
    /// What the user should know of the settings: ignored names, in the order they were found.
    pub warnings: Vec<String>,
}
