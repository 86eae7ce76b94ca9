//! The data plane: workers that read a chunk on the source and write it on the target, byte for byte.

mod frame;
mod pump;
mod queue;
mod statements;

use std::num::NonZeroUsize;

pub use frame::{FrameScanner, Scan, Then};
pub use pump::{Pump, PumpError, Transfer};

/// How many things go on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// COPY streams in all.
    pub jobs: NonZeroUsize,
    /// Schemas that have begun and are not finished; `None` for any number.
    pub schemas_at_once: Option<NonZeroUsize>,
    /// Tables of one schema that have begun and are not finished; `None` for any number.
    pub tables_at_once: Option<NonZeroUsize>,
    /// COPY streams on one table.
    pub streams_per_table: NonZeroUsize,
}
