//! A session as its server knows it, and what the server says of it.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;

use super::snapshot::{self, SnapshotError};
use super::{Endpoint, query};

/// How long a server may take to say what a session of it does.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// The same, where sessions may take less to answer at all.
const ANSWER_LIMIT_MIN: Duration = Duration::from_secs(1);

/// A server waits for us for a moment between any two messages. It counts where it does so twice, so far apart.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// Waits until nothing has moved for `limit`, and whoever should have moved something was not at work at two looks.
///
/// `moved` says how much has, and `None` while nothing is waited for.
///
/// Cancel safe.
pub async fn until_still<Moved: PartialEq, Work: Future<Output = bool>>(
    limit: Duration,
    moved: impl Fn() -> Option<Moved>,
    is_at_work: impl Fn() -> Work,
) {
    loop {
        let before = moved();
        let is_still = || before.is_some() && moved() == before;
        sleep(limit).await;
        if !is_still() || is_at_work().await {
            continue;
        }
        sleep(SECOND_LOOK).await;
        if is_still() && !is_at_work().await && is_still() {
            return;
        }
    }
}

/// Which session of its server a session is; no other ever is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// Its process.
    pub process_id: i32,
    /// Since when, as the server writes it.
    pub since: String,
}

impl Endpoint {
    /// Whether a session works, or waits for something of the server's, rather than for us. A server that cannot be asked for lack
    /// of a connection is taken for one at work; one that does not answer for one that is gone.
    ///
    /// Cancel safe.
    pub async fn is_at_work(&self, Backend { process_id, since }: &Backend) -> bool {
        self.is_session_at_work(*process_id, Some(since)).await
    }

    /// The same of a session of which only the process is known.
    pub(super) async fn is_process_at_work(&self, process_id: i32) -> bool {
        self.is_session_at_work(process_id, None).await
    }

    async fn is_session_at_work(&self, process_id: i32, since: Option<&str>) -> bool {
        // Who looks is not looked at.
        let looking = self.clone().with_stall_limit(None);
        // As patient as with the session itself.
        let limit = self.stall_limit().map_or(ANSWER_LIMIT, |limit| limit.clamp(ANSWER_LIMIT_MIN, ANSWER_LIMIT));
        match timeout(limit, looking.look_at(process_id, since)).await {
            Ok(Ok(is_working)) => is_working,
            Ok(Err(SnapshotError::Connect(error))) => error.is_too_many_connections(),
            Ok(Err(_)) | Err(_) => false,
        }
    }

    async fn look_at(&self, process_id: i32, since: Option<&str>) -> Result<bool, SnapshotError> {
        let failed = || SnapshotError::failed("see what a session does", self.side());
        let session = snapshot::reading(self).await?;
        let parameters: [&(dyn ToSql + Sync); 2] = [&process_id, &since];
        let row = session.client().query_one(query::IS_WORKING, &parameters).await.map_err(failed())?;
        let is_working = row.try_get("is_working").map_err(failed())?;
        session.close().await;
        Ok(is_working)
    }
}
