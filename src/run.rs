//! The whole snapshot on one screen.

use crate::error::Explain;
use crate::report::Summary;
use crate::settings::Settings;

/// Why a run ended without a summary.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stations of the run are not joined together.
    #[error("this build of pgsluice cannot copy yet")]
    NotBuilt,
}

impl Explain for Error {}

/// Copies what the settings ask for.
///
/// # Errors
///
/// What ended the run before its summary.
#[expect(clippy::unused_async, reason = "the stations of the run wait for servers")]
pub async fn run(_settings: &Settings) -> Result<Summary, Error> {
    Err(Error::NotBuilt)
}
