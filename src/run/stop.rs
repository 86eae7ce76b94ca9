//! Ends a run before it is done: on a signal, or when its store is lost.

use crate::connect::Endpoint;

/// A signal that asks the run to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT, as by Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Signal {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        }
    }

    /// The exit code of a process that it ended, as shells have it: 128 and the signal's number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Ends what is under way: no further session is opened, the work is dropped, and what still runs on the servers is cancelled
/// until every session has ended, ten seconds at most.
pub(super) async fn stop(work: impl Future, endpoints: &[&Endpoint]) {
    let stopping: Vec<_> = endpoints.iter().map(|endpoint| endpoint.stop()).collect();
    // `work` was moved in here, so it is dropped between the two steps.
    drop(work);
    let ended = futures_util::future::join_all(stopping.into_iter().map(crate::connect::Stopping::finish)).await;
    if ended.contains(&false) {
        tracing::warn!("some statements did not end within ten seconds; pg_stat_activity shows them");
    }
}
