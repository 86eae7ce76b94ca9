//! A session as its server knows it, and what the server says of it.

use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::types::ToSql;

use super::snapshot::{self, SnapshotError};
use super::{Endpoint, query};

/// How long a server may take to say what a session of it does.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

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
        match timeout(ANSWER_LIMIT, self.look_at(backend)).await {
            Ok(Ok(is_working)) => is_working,
            Ok(Err(SnapshotError::Connect(error))) => error.is_too_many_connections(),
            Ok(Err(_)) | Err(_) => false,
        }
    }

    async fn look_at(&self, Backend { process_id, since }: &Backend) -> Result<bool, SnapshotError> {
        let failed = || SnapshotError::failed("see what a session does", self.side());
        let session = snapshot::reading(self).await?;
        let parameters: [&(dyn ToSql + Sync); 2] = [process_id, since];
        let row = session.client().query_one(query::IS_WORKING, &parameters).await.map_err(failed())?;
        let is_working = row.try_get("is_working").map_err(failed())?;
        session.close().await;
        Ok(is_working)
    }
}
