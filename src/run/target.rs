//! The target's session of a run, and another one in its place where it is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::timeout;

use super::error::Error;
use super::record::Record;
use super::request::Request;
use crate::connect::retry::persistently;
use crate::connect::{Control, SnapshotError, snapshot};
use crate::copy;
use crate::error::Explain as _;
use crate::ledger::{Entry, Ledger};
use crate::plan::Plan;

/// How long a run that failed may take to remove its ledger.
const GIVE_UP_LIMIT: Duration = Duration::from_secs(5);

/// Begins the ledger of what is copied and made, where one is needed. The user may have no right to make one.
///
/// # Errors
///
/// When the target cannot be asked or written.
pub(super) async fn begin_ledger(session: &Control, plan: &Plan) -> Result<Option<Ledger>, Error> {
    if plan.post_data.is_empty() && !copy::needs_ledger(plan.configuration.iter().flatten().chain(&plan.loads)) {
        return Ok(None);
    }
    let ledger = Ledger::begin(session).await?;
    if ledger.is_none() {
        tracing::warn!(
            "the target's user may not create schemas there, so that no ledger can be kept: commits wait for the disk, and one that \
             is not answered ends the run"
        );
    }
    Ok(ledger)
}

/// A session like one that is lost, as soon as the target lets us in; `None` where it is not, or where there is no ledger: then nobody
/// can tell what was lost with it.
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
    let Some(ledger) = ledger.filter(|_| session.client().is_closed()) else { return Ok(None) };
    tracing::warn!("the target's session of this run was lost: opening another one");
    let open = async || {
        let session = snapshot::writing_instead_of(session, &request.target).await?;
        ledger.keep_alive(&session).await?;
        Ok(session)
    };
    let session = persistently(request.copy.retry, SnapshotError::is_passing, open).await?;
    record.lock_target(&session).await?;
    Ok(Some(session))
}

/// Makes sure that everything that was `entered` is on the target's disk, and ends the ledger. Returns a session like [`instead_of`].
///
/// # Errors
///
/// When the target has lost what it had confirmed, or cannot be asked.
pub(super) async fn settle(
    session: &Control,
    request: &Request,
    record: &Record<'_>,
    ledger: Option<Ledger>,
    entered: &BTreeSet<Entry>,
) -> Result<Option<Control>, Error> {
    let mut is_sure = false;
    persistently(request.copy.retry, Error::is_passing, async || {
        let other = instead_of(session, request, record, ledger).await?;
        let Some(ledger) = ledger else { return Ok(other) };
        let session = other.as_ref().unwrap_or(session);
        // Where the end was not answered, the ledger may be gone already.
        if !is_sure {
            let entries = ledger.entries(session).await?.ok_or(copy::Error::LedgerGone)?;
            let lost = entered.difference(&entries).count();
            if lost > 0 {
                return Err(Error::Taken { statements: lost });
            }
            is_sure = true;
        }
        ledger.end(session).await?;
        Ok(other)
    })
    .await
}

/// Ends the ledger of a run that failed, where that is quickly done; a later run forgets what stays.
pub(super) async fn give_up(session: &Control, ledger: Option<Ledger>) {
    let Some(ledger) = ledger else { return };
    match timeout(GIVE_UP_LIMIT, ledger.end(session)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, detail = error.detail(), "the ledger stays on the target"),
        Err(_) => tracing::debug!("the ledger stays on the target"),
    }
}
