//! What is tried again, and when a connection counts as dead.

use std::time::Duration;

use super::error::{Error, Origin};
use super::layers::Layers;
use super::{table, value};
use crate::connect::RetryPolicy;

/// Twenty tries, with ten seconds between most of them, are three minutes: as long as a server takes to recover, or a standby to
/// become the primary. They are pgstream's defaults as well.
const DEFAULT: RetryPolicy =
    RetryPolicy { retries: 20, delay: Duration::from_millis(500), delay_max: Duration::from_secs(10) };

/// How long a copy may stand still where nothing is said.
const STALL_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5 * 60);

impl Layers<'_> {
    pub(super) fn retry(&self) -> Result<RetryPolicy, Error> {
        let retries = self.read(&table::RETRIES, |text| value::number(text, 0..=u64::from(u32::MAX)))?;
        let is_constant = self.find(&table::RETRY_DELAY)?.is_some_and(|found| match &found.origin {
            Origin::CommandLine { .. } => false,
            Origin::Environment { name } | Origin::File { name, .. } => name.ends_with("_BACKOFF_INTERVAL"),
        });
        let delay = self.read(&table::RETRY_DELAY, value::duration_or_zero)?.unwrap_or(DEFAULT.delay);
        let delay_max = self.read(&table::RETRY_DELAY_MAX, value::duration_or_zero)?;
        if self.switch(&table::NO_RETRIES)? {
            return Ok(RetryPolicy::NEVER);
        }
        let delay_max = if is_constant { delay } else { delay_max.unwrap_or(DEFAULT.delay_max.max(delay)) };
        let retries = retries.and_then(|retries| u32::try_from(retries).ok()).unwrap_or(DEFAULT.retries);
        Ok(RetryPolicy { retries, delay, delay_max })
    }

    /// None for ever.
    pub(super) fn stall_timeout(&self) -> Result<Option<Duration>, Error> {
        let timeout = self.read(&table::STALL_TIMEOUT, value::duration_or_zero)?;
        Ok(Some(timeout.unwrap_or(STALL_TIMEOUT_DEFAULT)).filter(|timeout| !timeout.is_zero()))
    }
}
