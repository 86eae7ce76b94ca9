//! Notices copies that stand still because a connection is dead and nobody says so.
//!
//! That nothing moves is no sign of it: a server may look for rows, wait for a lock, or write a checkpoint, for hours. But where both
//! servers wait for us while we wait for them, something between has swallowed what was sent.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;

use super::progress::Moving;
use crate::connect::query::IS_WORKING;
use crate::connect::{Backend, Endpoint, SnapshotError, snapshot};

/// How long a server may take to say what a session of it does.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// A server waits for us for a moment between any two messages. It counts where it does so twice, so far apart.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// A session that takes part in a copy.
pub(super) struct Party<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) backend: Option<Backend>,
}

/// Waits until nothing has moved for `limit` and neither of the sessions is at work; for ever where there is no limit.
///
/// Cancel safe.
pub(super) async fn stands_still(limit: Option<Duration>, moving: &Moving, parties: &[Party<'_>]) -> Duration {
    let Some(limit) = limit else { return std::future::pending().await };
    loop {
        let before = moving.bytes();
        sleep(limit).await;
        if moving.bytes() != before || is_any_at_work(parties).await {
            continue;
        }
        sleep(SECOND_LOOK).await;
        if moving.bytes() == before && !is_any_at_work(parties).await {
            return limit;
        }
    }
}

async fn is_any_at_work(parties: &[Party<'_>]) -> bool {
    for party in parties {
        if is_at_work(party).await {
            return true;
        }
    }
    false
}

/// A server that cannot be asked for lack of a connection is taken for one at work; one that does not answer for one that is gone.
async fn is_at_work(Party { endpoint, backend }: &Party<'_>) -> bool {
    let Some(Backend { process_id, since }) = backend else { return false };
    let look = async {
        let session = snapshot::reading(endpoint).await?;
        let parameters: [&(dyn ToSql + Sync); 2] = [process_id, since];
        let failed = SnapshotError::failed("see what a session does", endpoint.side());
        let row = session.client().query_one(IS_WORKING, &parameters).await.map_err(failed)?;
        let is_working = row.try_get("is_working").unwrap_or(false);
        session.close().await;
        Ok::<bool, SnapshotError>(is_working)
    };
    match timeout(ANSWER_LIMIT, look).await {
        Ok(Ok(is_working)) => is_working,
        Ok(Err(SnapshotError::Connect(error))) => error.is_too_many_connections(),
        Ok(Err(_)) | Err(_) => false,
    }
}
