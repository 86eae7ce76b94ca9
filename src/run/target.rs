//! The target's session of a run, and another one in its place where it is lost.

use super::error::Error;
use super::record::Record;
use super::request::Request;
use crate::connect::retry::persistently;
use crate::connect::{Control, SnapshotError, snapshot};
use crate::copy::Ledger;

/// A session like one that is lost, as soon as the target lets us in; `None` where it is not.
///
/// # Errors
///
/// When no session can be had, or another run of the request has taken the target meanwhile.
pub(super) async fn instead_of(
    session: &Control,
    request: &Request,
    record: &Record<'_>,
    ledger: Option<Ledger>,
) -> Result<Option<Control>, Error> {
    if !session.client().is_closed() {
        return Ok(None);
    }
    tracing::warn!("the target's session of this run was lost: opening another one");
    let open = async || {
        let session = snapshot::writing(&request.target).await?;
        if let Some(ledger) = ledger {
            ledger.keep_alive(&session).await?;
        }
        Ok(session)
    };
    let session = persistently(request.copy.retry, SnapshotError::is_passing, open).await?;
    record.lock_target(&session).await?;
    Ok(Some(session))
}
