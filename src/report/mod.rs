//! The only place that prints: log lines, progress and errors on stderr; the summary, help and version on stdout.

mod check;
mod error;
mod log;
mod metrics;
mod plan;
mod progress;
mod quantity;
mod run_report;
mod schema;
mod status;
mod stderr;
mod summary;
mod usage;
mod verify;

pub use check::check;
pub use error::{failure, not_repeated};
pub use log::start as start_log;
pub use metrics::Metrics;
pub use plan::{Connections, PlanReport, PlannedTable};
pub use progress::{
    Display as ProgressDisplay, Finished as FinishedTable, Progress, Reporter, Running, Source as ProgressSource,
};
pub use quantity::bytes as quantity_bytes;
pub use run_report::{Came, RunReport};
pub use schema::{left_out, script};
pub use status::status;
pub use summary::{Failure, Incomplete, Kept, Merged, Omission, Standing, Summary, TableLine};
pub use usage::usage;
pub use verify::verification;
