//! One moment of the source: a session whose snapshot every other session reads, and sessions prepared for the catalog.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::denied::{self, DeniedTable};
use super::server_error::ServerError;
use super::{Control, Endpoint, WireError, query};
use crate::ddl::sql::literal;
use crate::error::{Explain, Side};

/// The sessions that hold the run's snapshot. The snapshot lives as long as this value, and as one of the sessions does.
///
/// An exported snapshot can be imported as long as the session lives that exported it. Where that one is lost, another session
/// inside the snapshot exports it again, under another name.
#[derive(Debug)]
pub struct Snapshot {
    source: Endpoint,
    encoding: String,
    holders: Mutex<Holders>,
    /// Only one at a time makes another session the leader.
    renewing: tokio::sync::Mutex<()>,
}

/// Who is inside the snapshot for nothing else.
#[derive(Debug, Clone)]
struct Holders {
    /// The session that exported it.
    leader: Arc<Control>,
    /// The name under which it is exported.
    id: String,
    /// Takes the leader's place.
    spare: Option<Arc<Control>>,
}

/// A session could not be prepared, or the snapshot not be taken or the source not be held.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// No session.
    #[error(transparent)]
    Connect(#[from] super::Error),
    /// A statement failed.
    #[error("could not {act} on the {side}")]
    Statement {
        /// What was tried.
        act: String,
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A statement of the session that has the locks failed.
    #[error("could not {act} on the {side}")]
    Wire {
        /// What was tried.
        act: String,
        /// The server.
        side: Side,
        /// What the session said.
        #[source]
        source: WireError,
    },
    /// The user may not read some of the tables.
    #[error("could not read table \"{}\"{} on the source", tables.first().map_or_else(String::new, |of| of.name.to_string()), Others(tables.len()))]
    Denied {
        /// The tables. Never empty.
        tables: Vec<DeniedTable>,
        /// The user.
        user: String,
    },
    /// A server that is to be written takes no changes.
    #[error("the {side} is a standby, which cannot be written")]
    Standby {
        /// The server.
        side: Side,
    },
    /// No session is inside the snapshot any more.
    #[error("the source's snapshot is lost: every session that held it has ended")]
    Lost,
    /// The session's process changes from one transaction to the next.
    #[error(
        "a session on the {side} is given another process for every transaction, as by a pooler in transaction mode"
    )]
    Pooled {
        /// The server.
        side: Side,
    },
    /// Two sessions are on two servers.
    #[error("sessions on the {side} land on different servers, as behind a load balancer")]
    Scattered {
        /// The server.
        side: Side,
    },
    /// A table is not what it was when the snapshot was taken.
    #[error("table \"{table}\" was {change} on the source after the run had begun")]
    Changed {
        /// The table.
        table: String,
        /// What was done to it.
        change: &'static str,
    },
}

impl SnapshotError {
    pub(crate) fn failed(act: impl Into<String>, side: Side) -> impl FnOnce(tokio_postgres::Error) -> Self {
        let act = act.into();
        move |source| Self::Statement { act, side, source }
    }

    /// The SQLSTATE, where a server answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Statement { source, .. } => source.code().map(tokio_postgres::error::SqlState::code),
            Self::Wire { source, .. } => source.code(),
            _ => None,
        }
    }
}

/// ` and 3 more`, or nothing.
struct Others(usize);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 1 { write!(f, " and {} more", self.0 - 1) } else { Ok(()) }
    }
}

impl Explain for SnapshotError {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Connect(error) => error.detail(),
            Self::Denied { tables, user } => Some(denied::detail(tables, user)),
            Self::Statement { source, .. } => Some(match source.as_db_error() {
                Some(error) => ServerError::from(error).to_string(),
                None => source.to_string(),
            }),
            Self::Wire { source, .. } => source.detail().or_else(|| Some(source.to_string())),
            Self::Standby { .. } | Self::Lost | Self::Changed { .. } | Self::Pooled { .. } | Self::Scattered { .. } => {
                None
            }
        }
    }

    fn hint(&self) -> Option<String> {
        let servers_own = match self {
            Self::Connect(error) => return error.hint(),
            Self::Denied { tables, user } => return Some(denied::hint(tables, user)),
            Self::Changed { .. } => {
                let hint = "run again when no ALTER TABLE, TRUNCATE, VACUUM FULL or DROP TABLE is under way";
                return Some(hint.to_owned());
            }
            Self::Standby { .. } => {
                let hint = "name the primary, with target_session_attrs=primary where several hosts are given";
                return Some(hint.to_owned());
            }
            Self::Lost => {
                let hint = "the source was stopped or restarted, or ended the sessions (on a standby by a conflict with recovery: see \
                            max_standby_streaming_delay and hot_standby_feedback), or the network was down for too long; what it had \
                            at that moment cannot be read any more: run again";
                return Some(hint.to_owned());
            }
            Self::Pooled { .. } => {
                let hint = "connect to the server itself, or to the pooler in session mode: what a session sets, and its snapshot, must \
                            last as long as it does";
                return Some(hint.to_owned());
            }
            Self::Scattered { .. } => {
                let hint = "connect to one server, not through a load balancer, and where several hosts are given leave \
                            load_balance_hosts out: a snapshot is known to one server only";
                return Some(hint.to_owned());
            }
            Self::Statement { source, .. } => source.as_db_error().and_then(|error| error.hint()).map(str::to_owned),
            Self::Wire { source, .. } => source.hint(),
        };
        let hint = match self.code() {
            Some("42501") => "connect as a user that may do this, such as the owner of the database",
            Some("55P03") => {
                "another session holds or waits for a lock on the table (ALTER TABLE, TRUNCATE, VACUUM FULL); \
                 try again when it has finished"
            }
            Some("57P01" | "57P02" | "57P03") => {
                "the server was stopped or an administrator ended the session; start again"
            }
            _ => return servers_own,
        };
        Some(hint.to_owned())
    }
}

impl Snapshot {
    /// Takes and exports a snapshot. Dropping the future leaves nothing behind.
    ///
    /// # Errors
    ///
    /// When no session can be had or the server exports no snapshot.
    pub async fn export(source: &Endpoint) -> Result<Self, SnapshotError> {
        let leader = reading(source).await?;
        let failed = || SnapshotError::failed("export a snapshot", source.side());
        leader.client().batch_execute(query::BEGIN_SNAPSHOT).await.map_err(failed())?;
        let row = leader.client().query_one(query::EXPORT_SNAPSHOT, &[]).await.map_err(failed())?;
        let id = row.try_get("snapshot_id").map_err(failed())?;
        let encoding = row.try_get("encoding").map_err(failed())?;
        let holders = Mutex::new(Holders { leader: Arc::new(leader), id, spare: None });
        Ok(Self { source: source.clone(), encoding, holders, renewing: tokio::sync::Mutex::default() })
    }

    /// The name under which other sessions import it, as long as the session lives that exported it.
    #[must_use]
    pub fn id(&self) -> String {
        self.holders().id.clone()
    }

    /// The name under which other sessions can import it now.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Lost`] when no session is inside it any more.
    pub async fn living_id(&self) -> Result<String, SnapshotError> {
        let Holders { leader, id, .. } = self.holders().clone();
        if leader.client().is_closed() { self.renew().await } else { Ok(id) }
    }

    /// Opens another session inside the snapshot that forgets, when it is [kept](Self::keep), which locks it took.
    ///
    /// # Errors
    ///
    /// As [`Self::another_session`].
    pub async fn spare(&self) -> Result<Control, SnapshotError> {
        let spare = self.another_session().await?;
        self.run_on(&spare, "SAVEPOINT spare").await?;
        Ok(spare)
    }

    /// Gives it a [spare](Self::spare) session to hold it where the leader is lost; without one, where that session is lost itself.
    ///
    /// What it read stays locked no longer: before 15, for one, DROP SUBSCRIPTION waits for everybody who has read that catalog, on
    /// any database of the server.
    pub async fn keep(&self, spare: Control) {
        match self.run_on(&spare, "ROLLBACK TO SAVEPOINT spare; RELEASE SAVEPOINT spare").await {
            Ok(()) => self.holders().spare = Some(Arc::new(spare)),
            Err(error) => without_spare(&error),
        }
    }

    async fn run_on(&self, session: &Control, sql: &str) -> Result<(), SnapshotError> {
        let failed = SnapshotError::failed("hold the snapshot on a second session", self.source.side());
        session.client().batch_execute(sql).await.map_err(failed)
    }

    /// Ends the session that would take the leader's place, for a server that has no place for one that copies.
    pub fn give_up_spare(&self) {
        if self.holders().spare.take().is_some() {
            tracing::warn!("only one session holds the source's snapshot, because there is no place for more");
        }
    }

    /// Replaces the leader, as soon as it is lost, for as long as this is waited for and there is one to replace it with.
    ///
    /// Cancel safe.
    pub async fn upkeep(&self) -> Infallible {
        loop {
            let leader = Arc::clone(&self.holders().leader);
            leader.ended().await;
            if self.renew().await.is_err() {
                // Who needs the snapshot is told; who has read what it needs does not care.
                return std::future::pending().await;
            }
        }
    }

    /// Lets the spare session export the snapshot, unless somebody has done so meanwhile, and looks for another spare one.
    async fn renew(&self) -> Result<String, SnapshotError> {
        let _alone = self.renewing.lock().await;
        let Holders { leader, id, spare } = self.holders().clone();
        if !leader.client().is_closed() {
            return Ok(id);
        }
        let spare = spare.ok_or(SnapshotError::Lost)?;
        let row = spare.client().query_one(query::EXPORT_SNAPSHOT, &[]).await.map_err(|_| SnapshotError::Lost)?;
        let id: String = row.try_get("snapshot_id").map_err(|_| SnapshotError::Lost)?;
        tracing::warn!("the session that held the source's snapshot was lost; another one holds it");
        *self.holders() = Holders { leader: spare, id: id.clone(), spare: None };
        match self.inside(&id).await {
            Ok(spare) => self.holders().spare = Some(Arc::new(spare)),
            Err(error) => without_spare(&error),
        }
        Ok(id)
    }

    /// Nothing panics while it is locked.
    fn holders(&self) -> MutexGuard<'_, Holders> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An endpoint whose wire sessions pass text on without converting or checking it, where the source's database says
    /// nothing about the encoding of its text (`SQL_ASCII`); otherwise the endpoint as it is. Both sides of a COPY need the same.
    #[must_use]
    pub fn in_its_encoding(&self, endpoint: &Endpoint) -> Endpoint {
        const UNKNOWN: &str = "SQL_ASCII";
        if self.encoding == UNKNOWN {
            endpoint.with_parameters(&[("client_encoding", UNKNOWN)])
        } else {
            endpoint.clone()
        }
    }

    /// Opens another session inside the snapshot, prepared to read the catalog.
    ///
    /// # Errors
    ///
    /// When no session can be had, prepared or brought into the snapshot.
    pub async fn another_session(&self) -> Result<Control, SnapshotError> {
        let id = self.living_id().await?;
        self.inside(&id).await
    }

    async fn inside(&self, id: &str) -> Result<Control, SnapshotError> {
        let session = reading(&self.source).await?;
        let failed = SnapshotError::failed("import the snapshot", self.source.side());
        session.client().batch_execute(&begin_in(id)).await.map_err(failed)?;
        Ok(session)
    }

    /// A session inside the snapshot.
    #[must_use]
    pub fn session(&self) -> Arc<Control> {
        Arc::clone(&self.holders().leader)
    }

    /// Ends the snapshot.
    ///
    /// Cancel safe.
    pub async fn close(self) {
        let Holders { leader, spare, .. } = self.holders.into_inner().unwrap_or_else(PoisonError::into_inner);
        for session in [Some(leader), spare].into_iter().flatten().filter_map(Arc::into_inner) {
            session.close().await;
        }
    }
}

fn without_spare(error: &SnapshotError) {
    tracing::warn!(%error, "no second session holds the source's snapshot");
}

/// Begins a transaction inside an exported snapshot.
#[must_use]
pub(crate) fn begin_in(snapshot_id: &str) -> String {
    format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {}", literal(snapshot_id))
}

/// Opens a session that is prepared to read the catalog.
///
/// # Errors
///
/// When no session can be had or prepared.
pub async fn reading(endpoint: &Endpoint) -> Result<Control, SnapshotError> {
    prepared(endpoint, query::READ_CATALOG).await
}

/// Opens a session that is prepared to create objects.
///
/// # Errors
///
/// When no session can be had or prepared.
pub async fn writing(endpoint: &Endpoint) -> Result<Control, SnapshotError> {
    prepared(endpoint, query::WRITE_SCHEMA).await
}

/// Opens a session like [`writing`] in place of one that was lost, of which the server keeps nothing.
///
/// # Errors
///
/// As of [`writing`]; when the new one is lost as well.
pub async fn writing_instead_of(lost: &Control, endpoint: &Endpoint) -> Result<Control, SnapshotError> {
    let session = writing(endpoint).await?;
    match session.end(lost).await {
        // A server may not let us; then the lost session ends when it notices.
        Err(error) if error.as_db_error().is_none() => {
            Err(SnapshotError::failed("end a session that was lost", endpoint.side())(error))
        }
        _ => Ok(session),
    }
}

/// Makes sure that a session's server can be written.
///
/// # Errors
///
/// A standby; a server that cannot be asked.
pub async fn require_primary(session: &Control, side: Side) -> Result<(), SnapshotError> {
    let failed = || SnapshotError::failed("see whether it is a standby", side);
    let state = session.client().query_one(query::SESSION_STATE, &[]).await.map_err(failed())?;
    if state.try_get("is_in_recovery").map_err(failed())? { Err(SnapshotError::Standby { side }) } else { Ok(()) }
}

/// Makes everything that was committed on a session's server without waiting for the disk durable.
///
/// # Errors
///
/// When the server does not confirm it; what was committed may then be lost if it crashes.
pub async fn flush(session: &Control, side: Side) -> Result<(), SnapshotError> {
    let failed = SnapshotError::failed("make the copy durable", side);
    session.client().batch_execute(query::FLUSH).await.map_err(failed)
}

async fn prepared(endpoint: &Endpoint, settings: &str) -> Result<Control, SnapshotError> {
    let control = endpoint.control().await?;
    let failed = SnapshotError::failed("prepare a session", endpoint.side());
    control.client().batch_execute(settings).await.map_err(failed)?;
    Ok(control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snapshot_is_a_literal() {
        assert_eq!(
            begin_in("00000003-0000001B-1"),
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '00000003-0000001B-1'"
        );
    }
}
