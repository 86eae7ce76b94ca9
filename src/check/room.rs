//! Whether sessions and locks fit. Pure.

use super::Finding;
use super::facts::Server;
use crate::error::Side;

/// Sessions that a run opens on a server at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// With fewer it cannot begin.
    pub least: usize,
    /// The most it has a use for.
    pub most: usize,
}

/// Whether the sessions of a run fit beside those that are there. `ours` is how many of those are this look's own.
#[must_use]
pub fn sessions(of: &Server, side: Side, need: Need, ours: usize) -> Finding {
    let ours = i64::try_from(ours).unwrap_or(i64::MAX);
    let number = |name: &str| of.number(name).unwrap_or_default();
    let room = &of.room;
    let kept = if room.is_superuser {
        0
    } else {
        let for_some = if room.may_use_reserved { 0 } else { number("reserved_connections") };
        number("superuser_reserved_connections") + for_some
    };
    let limit = |limit: i32| (limit >= 0 && !room.is_superuser).then(|| i64::from(limit));
    let places = [
        (Some(number("max_connections") - kept), room.sessions, "max_connections"),
        (limit(room.user_limit), room.of_user, "the CONNECTION LIMIT of the role"),
        (limit(room.database_limit), room.in_database, "the CONNECTION LIMIT of the database"),
    ];
    let left = places.into_iter().filter_map(|(places, taken, by)| Some((places? - (taken - ours).max(0), by)));
    let (left, by) = left.min().unwrap_or((0, "max_connections"));
    let left = left.max(0);
    let Need { least, most } = need;
    let fits = |need: usize| i64::try_from(need).is_ok_and(|need| need <= left);
    let message = format!("a run opens up to {most}, and {by} leaves {left}");
    let hint = format!("raise {by}, lower --jobs and --index-jobs, or end sessions that are not needed");
    if fits(most) {
        Finding::ok(side, "connections", message)
    } else if fits(least) {
        Finding::warning(side, "connections", format!("{message}: it goes on with fewer")).hint(hint)
    } else {
        Finding::error(side, "connections", format!("{message}; it needs {least} to begin")).hint(hint)
    }
}

/// Whether what is locked at one time fits into the lock table: the source's tables while they are copied, or what is dropped on
/// the target.
#[must_use]
pub fn locks(of: &Server, side: Side, wanted: usize) -> Option<Finding> {
    if wanted == 0 {
        return None;
    }
    let capacity = of.lock_capacity;
    let hint = "raise max_locks_per_transaction (or max_connections) and restart the server; a run works without, too";
    let found = match side {
        Side::Target if wanted > capacity => {
            let message = format!(
                "{wanted} objects are to be dropped and {capacity} fit half of the lock table: they may be dropped piece by piece, \
                 not all or nothing"
            );
            Finding::warning(side, "lock table", message).hint(hint)
        }
        _ if wanted > capacity => {
            let message = format!(
                "{capacity} of {wanted} tables fit half of the lock table and are held still; of the others it is looked when they are \
                 copied whether they were changed, and then the run ends"
            );
            Finding::warning(side, "lock table", message).hint(hint)
        }
        _ => Finding::ok(
            side,
            "lock table",
            format!("half of it has room for {capacity} locks, and a run takes {wanted}"),
        ),
    };
    Some(found)
}
