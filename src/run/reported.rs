//! A run whose outcome is written to a file as well.

use std::path::Path;

use super::error::Error;
use super::stop::Signal;
use super::{Ran, run};
use crate::report::{Came, RunReport};
use crate::settings::Settings;

/// What came of a run that did not end with an error.
#[derive(Debug)]
pub struct Reported {
    /// What came of it.
    pub ran: Ran,
    /// Why its report could not be written, where there was to be one.
    pub unwritten: Option<Error>,
}

/// Runs like [`run`], and writes the report, whatever came of it.
///
/// # Errors
///
/// Those of [`run`]; a report that cannot be written, before anything else is done.
pub async fn reported(settings: &Settings, interrupted: impl Future<Output = Signal>) -> Result<Reported, Error> {
    let Some(path) = settings.report.as_deref() else {
        return Ok(Reported { ran: Box::pin(run(settings, interrupted)).await?, unwritten: None });
    };
    let report = RunReport::create(path).map_err(unusable(path))?;
    let ran = Box::pin(run(settings, interrupted)).await;
    let came = match &ran {
        Ok(Ran::Copied(summary)) => Came::Copied(summary),
        Ok(Ran::NotRepeated { completed_at }) => Came::NotRepeated(completed_at),
        Err(error) => Came::Failed(error, error.signal().is_some()),
    };
    let written = report.write(came).map_err(unusable(path));
    match (ran, written) {
        (Ok(ran), written) => Ok(Reported { ran, unwritten: written.err() }),
        (Err(error), written) => {
            if let Err(unwritten) = written {
                tracing::warn!("{unwritten}");
            }
            Err(error)
        }
    }
}

fn unusable(path: &Path) -> impl Fn(std::io::Error) -> Error {
    move |source| Error::ReportFile { path: path.to_owned(), source }
}
