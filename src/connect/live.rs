//! The sessions that are open, so that a run can be stopped from outside: whoever has them need not know of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::Endpoint;
use super::cancel::CancelKey;

/// Requests to cancel that are under way at once.
const CANCELS_AT_ONCE: usize = 16;

/// How long all sessions may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// How long after a request to cancel the next one is sent: the first may have hit between two statements.
const CANCEL_INTERVAL: Duration = Duration::from_millis(200);

/// The open sessions of a server.
#[derive(Debug, Default)]
pub(super) struct Live {
    sessions: Mutex<Sessions>,
    /// A session ended.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Sessions {
    is_stopped: bool,
    opened: u64,
    keys: BTreeMap<u64, CancelKey>,
}

/// One open session. Dropped with its connection.
#[derive(Debug)]
pub(super) struct Registration {
    live: Arc<Live>,
    number: u64,
}

impl Live {
    /// Counts a session in. One that cannot be cancelled ends with its connection.
    pub(super) fn register(self: &Arc<Self>, key: Option<CancelKey>) -> Registration {
        let mut sessions = self.locked();
        let number = sessions.opened;
        sessions.opened += 1;
        if let Some(key) = key {
            sessions.keys.insert(number, key);
        }
        Registration { live: Arc::clone(self), number }
    }

    /// Whether no further session is to be opened.
    pub(super) fn is_stopped(&self) -> bool {
        self.locked().is_stopped
    }

    /// Lets no further session be opened, and returns the keys of those that are.
    pub(super) fn stop(&self) -> Vec<CancelKey> {
        let mut sessions = self.locked();
        sessions.is_stopped = true;
        sessions.keys.values().cloned().collect()
    }

    fn keys(&self) -> Vec<CancelKey> {
        self.locked().keys.values().cloned().collect()
    }

    /// Nothing panics while it is locked.
    fn locked(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.live.locked().keys.remove(&self.number);
        self.live.changed.notify_waiters();
    }
}

/// Sessions that are to end. The futures that use them are dropped between [`Endpoint::stop`] and [`Stopping::finish`]: a server
/// notices a closed connection only when it has something to send, so what still runs is cancelled by the keys that were kept.
#[derive(Debug)]
#[must_use]
pub struct Stopping {
    pub(super) endpoint: Endpoint,
    pub(super) keys: Vec<CancelKey>,
}

impl Stopping {
    /// Cancels what the sessions run, again and again until each has ended, ten seconds at most. Whether all of them did.
    ///
    /// Cancel safe.
    pub async fn finish(self) -> bool {
        let Self { endpoint, mut keys } = self;
        let live = endpoint.live();
        let deadline = Instant::now() + STOP_LIMIT;
        while !keys.is_empty() {
            let cancels = stream::iter(keys.iter().map(|key| endpoint.cancel(key)));
            let all = cancels.buffer_unordered(CANCELS_AT_ONCE).for_each(|()| std::future::ready(()));
            if timeout_at(deadline, all).await.is_err() {
                return false;
            }
            let next = Instant::now() + CANCEL_INTERVAL;
            loop {
                let changed = live.changed.notified();
                keys = live.keys();
                if keys.is_empty() || timeout_at(next, changed).await.is_err() {
                    break;
                }
            }
            if Instant::now() > deadline {
                return keys.is_empty();
            }
        }
        true
    }
}
