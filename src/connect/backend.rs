//! A session as its server knows it, and what the server says of it.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;

use super::snapshot::{self, SnapshotError};
use super::{Endpoint, query};

/// How long a server may take to say what a session of it does, at most and at least.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
const ANSWER_LIMIT_MIN: Duration = Duration::from_secs(2);

/// A server waits for us for a moment between any two messages. It counts where it does so twice, so far apart.
const SECOND_LOOK: Duration = Duration::from_secs(1);

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
    pub async fn is_at_work(&self, backend: &Backend) -> bool {
        match timeout(self.answer_limit(), self.look_at(backend)).await {
            Ok(Ok(is_working)) => is_working,
            Ok(Err(SnapshotError::Connect(error))) => error.is_too_many_connections(),
            Ok(Err(_)) | Err(_) => false,
        }
    }

    async fn look_at(&self, Backend { process_id, since }: &Backend) -> Result<bool, SnapshotError> {
        let failed = || SnapshotError::failed("see what a session does", self.side());
        // Who looks has a limit of its own.
        let session = snapshot::reading(&self.watched(None)).await?;
        let parameters: [&(dyn ToSql + Sync); 2] = [process_id, since];
        let row = session.client().query_one(query::IS_WORKING, &parameters).await.map_err(failed())?;
        let is_working = row.try_get("is_working").map_err(failed())?;
        session.close().await;
        Ok(is_working)
    }

    /// Ends a session that is lost, where that is quickly done: it would keep its locks until its server notices.
    ///
    /// Cancel safe.
    pub(super) async fn end(&self, Backend { process_id, since }: &Backend) {
        let ended = timeout(self.answer_limit(), async {
            let session = snapshot::reading(&self.watched(None)).await?;
            let parameters: [&(dyn ToSql + Sync); 2] = [process_id, since];
            let failed = SnapshotError::failed("end a session", self.side());
            session.client().query_opt(query::END_BACKEND, &parameters).await.map_err(failed)?;
            session.close().await;
            Ok::<_, SnapshotError>(())
        });
        let error = match ended.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(limit) => limit.to_string(),
        };
        tracing::debug!(side = %self.side(), process_id, error, "a session that was lost is not ended");
    }

    fn answer_limit(&self) -> Duration {
        self.stall_limit().map_or(ANSWER_LIMIT, |limit| limit.clamp(ANSWER_LIMIT_MIN, ANSWER_LIMIT))
    }

    /// Waits until nothing has moved for `limit`, and the server has said twice that the session waits for us. `moved` counts what
    /// moves, while we wait for something.
    ///
    /// Cancel safe.
    pub(super) async fn stands_still(&self, backend: &Backend, limit: Duration, moved: impl Fn() -> Option<u64>) {
        loop {
            let before = moved();
            sleep(limit).await;
            let is_still = || before.is_some() && moved() == before;
            if !is_still() || self.is_at_work(backend).await {
                continue;
            }
            sleep(SECOND_LOOK).await;
            if is_still() && !self.is_at_work(backend).await && is_still() {
                return;
            }
        }
    }
}
