//! A look at the store.

use super::error::Error;
use super::request;
use crate::settings::StatusSettings;
use crate::store::{self, RequestStatus};

/// Reads what the store knows of requests. Writes nothing.
///
/// Dropping the future ends the session.
///
/// # Errors
///
/// When the store cannot be read, or there is none.
pub async fn status(settings: &StatusSettings) -> Result<Vec<RequestStatus>, Error> {
    let session = request::store(&settings.store)?.control().await?;
    let requests = store::status(session.client()).await?;
    session.close().await;
    Ok(requests)
}
