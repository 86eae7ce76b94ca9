//! The settings of a comparison.

use clap::ArgMatches;

use super::error::Error;
use super::layers::{Environment, File, Layers};
use super::{Mode, Settings, VerifySettings, resolve, table, value};

/// Rows that are shown of a table where nothing is said.
const DIFFERENCES_DEFAULT: usize = 10;

/// The most rows of a table that can be asked for.
const DIFFERENCES_MAX: u64 = 1000;

/// Resolves the settings of a comparison, by the same rules as [`super::resolve`].
///
/// # Errors
///
/// As for [`super::resolve`].
pub fn resolve_verify(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<VerifySettings, Error> {
    let layers = Layers { matches, environment, file };
    // What a run would be told besides concerns nothing that is compared.
    let run = Settings { verify: false, ..resolve(matches, environment, file)? };
    Ok(VerifySettings { run, counts: layers.switch(&table::COUNTS)?, json: layers.as_json()? })
}

impl Layers<'_> {
    /// Whether a run compares what it copied.
    pub(super) fn verify(&self, mode: Mode) -> Result<bool, Error> {
        let Some(found) = self.find(&table::VERIFY)? else { return Ok(false) };
        let origin = found.origin.clone();
        let unusable = |needs: &str| Error::Invalid { origin, expected: needs.to_owned() };
        match (found.read(value::boolean)?, mode) {
            (false, _) => Ok(false),
            (true, Mode::Full) => Ok(true),
            (true, Mode::Schema) => Err(unusable("--mode full: without rows there is nothing to compare")),
            (true, Mode::Data) => Err(unusable(
                "--mode full: tables that were there may hold other rows; pgsluice verify --mode data compares all of them afterwards",
            )),
        }
    }

    /// The most rows that are shown of a table.
    pub(super) fn differences_max(&self) -> Result<usize, Error> {
        let number = self.read(&table::DIFFERENCES, |text| value::number(text, 0..=DIFFERENCES_MAX))?;
        Ok(number.and_then(|number| usize::try_from(number).ok()).unwrap_or(DIFFERENCES_DEFAULT))
    }
}
