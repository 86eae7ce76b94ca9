//! The target's sessions that build indexes and everything else behind the rows.

use super::Error;
use super::query;
use crate::connect::{Control, Endpoint, SnapshotError, snapshot};
use crate::error::Side;

/// What the sessions are told before they build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildSettings {
    /// How many there are at most; at least 1.
    pub sessions: usize,
    /// `maintenance_work_mem` of each, in bytes; `None` for a share of the server's memory.
    pub maintenance_bytes: Option<u64>,
    /// Settings the user asked for: name and value.
    pub session_settings: Vec<(String, String)>,
}

/// Sessions that are opened when there is work for them, and used again.
#[derive(Debug)]
pub struct Builders {
    target: Endpoint,
    settings: BuildSettings,
    idle: Vec<Builder>,
    /// Sessions that are open, idle or not.
    open: usize,
    /// How many there may be, after the server refused more.
    limit: usize,
}

impl Builders {
    /// Opens the first session, so that a setting the server does not take is known before anything is changed.
    ///
    /// # Errors
    ///
    /// When no session can be had, or one of the user's settings is refused.
    pub async fn open(target: &Endpoint, settings: BuildSettings) -> Result<Self, Error> {
        let first = prepared(snapshot::writing(target).await?, &settings).await?;
        let limit = settings.sessions.max(1);
        Ok(Self { target: target.clone(), settings, idle: vec![first], open: 1, limit })
    }

    /// How many sessions there may be.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Takes a session, or the way to one, where there may be one more at work.
    pub(super) fn take(&mut self) -> Option<Place> {
        while let Some(session) = self.idle.pop() {
            if !session.is_closed() {
                return Some(Place { opener: self.opener(), session: Some(session) });
            }
            self.open -= 1;
        }
        if self.open == self.limit {
            return None;
        }
        self.open += 1;
        Some(Place { opener: self.opener(), session: None })
    }

    fn opener(&self) -> Opener {
        Opener { target: self.target.clone(), settings: self.settings.clone() }
    }

    /// Gives back what was taken and not used.
    pub(super) fn put_down(&mut self, place: Place) {
        match place.session {
            Some(session) => self.idle.push(session),
            None => self.open -= 1,
        }
    }

    /// Gives a session back. One that was lost is not used again.
    pub(super) fn give_back(&mut self, session: Builder) {
        if session.is_closed() {
            self.open -= 1;
        } else {
            self.idle.push(session);
        }
    }

    /// A session could not be opened: there will be no more than there are now.
    ///
    /// # Errors
    ///
    /// The same error, when there is none.
    pub(super) fn could_not_open(&mut self, error: Error) -> Result<(), Error> {
        self.open -= 1;
        if self.open == 0 {
            return Err(error);
        }
        self.limit = self.open;
        tracing::warn!(sessions = self.open, %error, "no further session on the target: going on with fewer");
        Ok(())
    }

    /// Closes the sessions that are idle.
    ///
    /// Cancel safe.
    pub async fn close(self) {
        for session in self.idle {
            session.control.close().await;
        }
    }
}

/// A session that builds.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) control: Control,
    /// The target's process that serves it.
    pub(super) process_id: i32,
}

impl Builder {
    pub(super) fn is_closed(&self) -> bool {
        self.control.client().is_closed()
    }
}

/// A session, or the right to open one, and what it takes to open another one where it is lost.
pub(super) struct Place {
    pub(super) opener: Opener,
    pub(super) session: Option<Builder>,
}

/// What it takes to open a session.
#[derive(Clone)]
pub(super) struct Opener {
    target: Endpoint,
    settings: BuildSettings,
}

impl Opener {
    /// Opens a session, in place of one that was lost where there was one.
    pub(super) async fn open(&self, lost: Option<&Builder>) -> Result<Builder, Error> {
        let session = match lost {
            Some(lost) => snapshot::writing_instead_of(&lost.control, &self.target).await?,
            None => snapshot::writing(&self.target).await?,
        };
        prepared(session, &self.settings).await
    }
}

async fn prepared(control: Control, settings: &BuildSettings) -> Result<Builder, Error> {
    let sessions = i64::try_from(settings.sessions).unwrap_or(i64::MAX);
    let asked = settings.maintenance_bytes.map(|bytes| i64::try_from(bytes / 1024).unwrap_or(i64::MAX));
    let failed = || SnapshotError::failed("prepare a session", Side::Target);
    let prepared = control.client().query_one(query::BUILD_SESSION, &[&asked, &sessions]).await.map_err(failed())?;
    let process_id = prepared.try_get("process_id").map_err(failed())?;
    for (name, value) in &settings.session_settings {
        let set = control.client().query_one(query::SET_FOR_SESSION, &[name, value]).await;
        set.map_err(|source| Error::SessionSetting { name: name.clone(), source })?;
    }
    Ok(Builder { control, process_id })
}
