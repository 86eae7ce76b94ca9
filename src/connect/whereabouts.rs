//! Whether sessions are what a copy takes them for: each a process of its own for as long as it lasts, and all of one server.
//!
//! A pooler in transaction mode gives every transaction another process, which knows nothing of what the session has set; a load
//! balancer puts sessions on servers that do not know each other's snapshots. Both let single statements through as if nothing
//! were wrong.

use futures_util::future::try_join_all;

use super::snapshot::SnapshotError;
use super::{Endpoint, Wire, WireError, query};
use crate::error::Side;

/// Sessions that are compared where somebody seems to stand in between. A pooler with idle connections to the server gives the
/// same one to them in turn, and a balancer sends hardly all of them to one server.
const SESSIONS: usize = 4;

/// Which process serves a session, and of which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Whereabouts {
    process: i32,
    /// When the server was started.
    started: i64,
}

/// What a session was told at its beginning and later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    at_first: Whereabouts,
    in_transaction: Whereabouts,
}

/// Makes sure that sessions keep their process and are all on one server. Of a server that says itself who serves the session, two
/// are looked at; where somebody else seems to have answered, more. Sets nothing that would outlast a session.
///
/// Dropping the future closes the sessions.
///
/// # Errors
///
/// [`SnapshotError::Pooled`] and [`SnapshotError::Scattered`]; when no session can be had or asked.
pub async fn require_own_sessions(endpoint: &Endpoint) -> Result<(), SnapshotError> {
    let side = endpoint.side();
    let mut first = match endpoint.wire().await {
        Ok(session) => session,
        // A wire session keeps the server's words to itself where they may hold values; a login's do not.
        Err(error) => return Err(endpoint.control().await.err().unwrap_or(error).into()),
    };
    let at_first = ask(&mut first, side).await?;
    let is_told = first.cancel_key().and_then(super::CancelKey::process_id) == Some(at_first.process);
    let others = if is_told { 1 } else { SESSIONS - 1 };
    let mut sessions = vec![(first, at_first)];
    for _ in 0..others {
        match endpoint.wire().await {
            Ok(mut session) => {
                let at_first = ask(&mut session, side).await?;
                sessions.push((session, at_first));
            }
            // Where there is no room for another one, there is nothing to compare.
            Err(_) => break,
        }
    }
    let mut seen = Vec::with_capacity(sessions.len());
    for (session, at_first) in &mut sessions {
        session.execute("BEGIN").await.map_err(failed(side))?;
        let in_transaction = ask(session, side).await?;
        seen.push(Seen { at_first: *at_first, in_transaction });
    }
    let close = sessions.into_iter().map(async |(mut session, _)| {
        session.execute("ROLLBACK").await?;
        session.close().await;
        Ok(())
    });
    try_join_all(close).await.map_err(failed(side))?;
    judge(&seen, side)
}

/// Two processes at a time can have the same number only on two servers.
fn judge(seen: &[Seen], side: Side) -> Result<(), SnapshotError> {
    let is_shared = |(place, of): (usize, &Seen)| {
        of.at_first != of.in_transaction || seen.iter().skip(place + 1).any(|other| other.at_first == of.at_first)
    };
    let is_pooled = seen.iter().enumerate().any(is_shared);
    let is_scattered = seen.iter().any(|of| of.at_first.started != of.in_transaction.started)
        || seen.windows(2).any(|pair| pair[0].at_first.started != pair[1].at_first.started);
    match (is_pooled, is_scattered) {
        (true, _) => Err(SnapshotError::Pooled { side }),
        (false, true) => Err(SnapshotError::Scattered { side }),
        (false, false) => Ok(()),
    }
}

async fn ask(session: &mut Wire, side: Side) -> Result<Whereabouts, SnapshotError> {
    let row = session.first_row(query::WHEREABOUTS).await.map_err(failed(side))?;
    let number = |place: usize| row.get(place).cloned().flatten();
    let whereabouts = number(0)
        .and_then(|process| Some(Whereabouts { process: process.parse().ok()?, started: number(1)?.parse().ok()? }));
    whereabouts
        .ok_or_else(|| failed(side)(WireError::Protocol("it does not tell which process serves a session".to_owned())))
}

fn failed(side: Side) -> impl FnOnce(WireError) -> SnapshotError {
    move |source| SnapshotError::Wire { act: "see which process serves a session".to_owned(), side, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (i32, i64);

    fn judged(seen: &[(Told, Told)]) -> String {
        let of = |(process, started): Told| Whereabouts { process, started };
        let seen: Vec<_> =
            seen.iter().map(|(first, later)| Seen { at_first: of(*first), in_transaction: of(*later) }).collect();
        match judge(&seen, Side::Source) {
            Ok(()) => "own".to_owned(),
            Err(SnapshotError::Pooled { .. }) => "pooled".to_owned(),
            Err(SnapshotError::Scattered { .. }) => "scattered".to_owned(),
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn a_process_that_serves_two_sessions_or_changes_is_a_poolers() {
        assert_eq!(judged(&[((1, 7), (1, 7)), ((2, 7), (2, 7))]), "own");
        assert_eq!(judged(&[((1, 7), (1, 7)), ((1, 7), (2, 7))]), "pooled");
        assert_eq!(judged(&[((1, 7), (2, 7))]), "pooled");
        assert_eq!(judged(&[((1, 7), (1, 7)), ((1, 8), (1, 8))]), "scattered");
        assert_eq!(judged(&[((1, 7), (1, 7))]), "own");
    }
}
