//! Notices copies that stand still because a connection is dead and nobody says so.
//!
//! That nothing moves is no sign of it: a server may look for rows, wait for a lock, or write a checkpoint, for hours. But where both
//! servers wait for us while we wait for them, something between has swallowed what was sent.

use std::time::Duration;

use super::progress::Moving;
use crate::connect::{Backend, Endpoint, until_still};

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
    until_still(limit, || Some(moving.bytes()), || is_any_at_work(parties)).await;
    limit
}

async fn is_any_at_work(parties: &[Party<'_>]) -> bool {
    for party in parties {
        // A session that never said which it is cannot be looked at.
        if let Some(backend) = &party.backend
            && party.endpoint.is_at_work(backend).await
        {
            return true;
        }
    }
    false
}
