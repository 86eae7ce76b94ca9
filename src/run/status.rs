//! A look at the store.

use super::error::Error;
use super::request;
use super::stop::Signal;
use crate::settings::StatusSettings;
use crate::store::{self, RequestStatus};

/// Reads what the store knows of requests. Writes nothing.
///
/// When `interrupted` is ready, or the future is dropped, the session ends.
///
/// # Errors
///
/// When the store cannot be read, or there is none, or the look was interrupted.
pub async fn status(
    settings: &StatusSettings,
    interrupted: impl Future<Output = Signal>,
) -> Result<Vec<RequestStatus>, Error> {
    let store = request::store(&settings.store)?;
    let look = async {
        let session = store.control().await?;
        let requests = store::status(session.client()).await?;
        session.close().await;
        Ok(requests)
    };
    tokio::select! {
        // A signal comes before what it has caused.
        biased;
        signal = interrupted => {
            Err(Error::Interrupted { signal, left_behind: "nothing was printed".to_owned(), is_recorded: None })
        }
        requests = look => requests,
    }
}
