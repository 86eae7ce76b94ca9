//! Looks at what the target builds, for people who watch.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::sleep;

use super::progress::Counters;
use super::request::Request;
use crate::apply;
use crate::connect::{Control, SnapshotError, snapshot};

/// How often it is looked.
const INTERVAL: Duration = Duration::from_secs(1);

/// Bytes of the smallest table whose indexes are worth a look: others are there before it.
const BYTES_MIN: u64 = 32 << 20;

/// Tells the counters how far indexes are, as long as this is waited for. It takes a session of its own when there is something to
/// see. Where the target gives it none, or ends it, nothing is shown.
///
/// Cancel safe.
pub(super) async fn builds(request: &Request, counters: &Counters) -> Infallible {
    let mut session = None;
    loop {
        sleep(INTERVAL).await;
        if !counters.is_building(BYTES_MIN) {
            continue;
        }
        if let Err(error) = look(request, &mut session, counters).await {
            tracing::debug!(%error, "the progress of indexes is not shown");
            drop(session.take());
            return std::future::pending().await;
        }
    }
}

async fn look(request: &Request, session: &mut Option<Control>, counters: &Counters) -> Result<(), SnapshotError> {
    let session = match session {
        Some(session) => session,
        None => session.insert(snapshot::reading(&request.target).await?),
    };
    counters.set_builds(apply::index_builds(session).await?);
    Ok(())
}
