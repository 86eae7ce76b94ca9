//! What is read of servers beside their catalogs.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Row;

use super::query;
use crate::catalog::{self, DatabaseDefinition};
use crate::connect::hold::capacity;
use crate::connect::{Control, SnapshotError};
use crate::ddl::QualifiedName;
use crate::error::Side;

/// A server and the user that looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The version, as `server_version_num` has it.
    pub version: u32,
    /// What new sessions have set, in the server's units; by name.
    pub settings: BTreeMap<String, Setting>,
    /// The user.
    pub role: Role,
    /// Sessions there are and may be.
    pub room: Room,
    /// How many tables a run may lock at one time.
    pub lock_capacity: usize,
    /// What CREATE DATABASE says of the database.
    pub database: DatabaseDefinition,
}

/// The value of a server's setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// In the unit.
    pub value: String,
    /// Such as `ms`.
    pub unit: Option<String>,
}

/// The role whose privileges count, and what it may do.
#[expect(clippy::struct_excessive_bools, reason = "each is a right by itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// SUPERUSER.
    pub is_superuser: bool,
    /// CREATEDB.
    pub create_database: bool,
    /// CREATEROLE.
    pub create_role: bool,
    /// BYPASSRLS.
    pub bypass_row_security: bool,
    /// CREATE on the database.
    pub may_create: bool,
    /// TEMPORARY on the database.
    pub may_make_temporary: bool,
    /// Whether it owns the database.
    pub owns_database: bool,
    /// Whether the server is a standby.
    pub is_in_recovery: bool,
}

/// Sessions there are on a server and may be; a limit of -1 is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// On the whole server.
    pub sessions: i64,
    /// Of the user that connects.
    pub of_user: i64,
    /// How many that user may have.
    pub user_limit: i32,
    /// In the database.
    pub in_database: i64,
    /// How many there may be in it.
    pub database_limit: i32,
    /// Whether that user is a superuser, for whom there are places.
    pub is_superuser: bool,
    /// Whether other places that are kept free are for that user.
    pub may_use_reserved: bool,
    /// When the server was started: the same for two databases of one server.
    pub started: i64,
}

/// A table or sequence, and what may not be done with it.
#[expect(clippy::struct_excessive_bools, reason = "each is a right by itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// Its name.
    pub name: QualifiedName,
    /// Whether it is a sequence.
    pub is_sequence: bool,
    /// No USAGE on its schema.
    pub no_usage: bool,
    /// No SELECT.
    pub no_select: bool,
    /// No INSERT.
    pub no_insert: bool,
    /// No UPDATE.
    pub no_update: bool,
}

/// A table that readers have to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedTable {
    /// Its name.
    pub name: QualifiedName,
    /// The process that has, or wants, the lock.
    pub process: i32,
    /// Whether it has it.
    pub granted: bool,
}

/// Keeps a session from changing anything, as far as it is not told otherwise.
///
/// # Errors
///
/// When the server refuses that.
pub async fn keep_from_writing(session: &Control, side: Side) -> Result<(), SnapshotError> {
    let failed = SnapshotError::failed("prepare a session", side);
    session.client().batch_execute(query::READ_ONLY).await.map_err(failed)
}

/// Reads what a server is like.
///
/// # Errors
///
/// When it cannot be asked.
pub async fn server(session: &Control, side: Side) -> Result<Server, Error> {
    let read = async || {
        let client = session.client();
        let settings = client.query(query::SETTINGS, &[]).await?;
        let settings = settings.iter().map(|row| {
            let setting = Setting { value: row.try_get("setting")?, unit: row.try_get("unit")? };
            Ok((row.try_get("name")?, setting))
        });
        let settings = settings.collect::<Result<_, tokio_postgres::Error>>()?;
        let role = role(&client.query_one(query::ROLE, &[]).await?)?;
        let room = room(&client.query_one(query::ROOM, &[]).await?)?;
        Ok((settings, role, room))
    };
    let (settings, role, room) = read().await.map_err(SnapshotError::failed("look at the server", side))?;
    Ok(Server {
        version: session.server_version(),
        settings,
        role,
        room,
        lock_capacity: capacity(session, side).await?,
        database: catalog::read_definition(session.client(), session.major(), side).await?,
    })
}

fn role(row: &Row) -> Result<Role, tokio_postgres::Error> {
    Ok(Role {
        name: row.try_get("name")?,
        is_superuser: row.try_get("is_superuser")?,
        create_database: row.try_get("create_database")?,
        create_role: row.try_get("create_role")?,
        bypass_row_security: row.try_get("bypass_row_security")?,
        may_create: row.try_get("may_create")?,
        may_make_temporary: row.try_get("may_make_temporary")?,
        owns_database: row.try_get("owns_database")?,
        is_in_recovery: row.try_get("is_in_recovery")?,
    })
}

fn room(row: &Row) -> Result<Room, tokio_postgres::Error> {
    Ok(Room {
        sessions: row.try_get("sessions")?,
        of_user: row.try_get("of_user")?,
        user_limit: row.try_get("user_limit")?,
        in_database: row.try_get("in_database")?,
        database_limit: row.try_get("database_limit")?,
        is_superuser: row.try_get("is_superuser")?,
        may_use_reserved: row.try_get("may_use_reserved")?,
        started: row.try_get("started")?,
    })
}

/// Reads what a user may not do with tables and sequences.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn denied(session: &Control, side: Side) -> Result<Vec<Denied>, SnapshotError> {
    let failed = || SnapshotError::failed("look up privileges", side);
    let rows = session.client().query(query::RELATIONS_DENIED, &[]).await.map_err(failed())?;
    let denied = |row: &Row| {
        Ok(Denied {
            name: QualifiedName::new(row.try_get::<_, String>("schema")?, row.try_get::<_, String>("name")?),
            is_sequence: row.try_get("is_sequence")?,
            no_usage: row.try_get("no_usage")?,
            no_select: row.try_get("no_select")?,
            no_insert: row.try_get("no_insert")?,
            no_update: row.try_get("no_update")?,
        })
    };
    rows.iter().map(denied).collect::<Result<_, _>>().map_err(failed())
}

/// Reads which schemas there are and whether a user may make objects in them, and which roles that user may give objects to.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn schemas_and_roles(
    session: &Control,
    side: Side,
) -> Result<(BTreeMap<String, bool>, BTreeSet<String>), SnapshotError> {
    const SET_OPTION_MAJOR: u32 = 16;
    let failed = || SnapshotError::failed("look up privileges", side);
    let memberships =
        if session.major() < SET_OPTION_MAJOR { query::MEMBERSHIPS_BEFORE_16 } else { query::MEMBERSHIPS };
    let schemas = session.client().query(query::SCHEMAS, &[]).await.map_err(failed())?;
    let schema = |row: &Row| Ok((row.try_get("name")?, row.try_get("may_create")?));
    let schemas = schemas.iter().map(schema).collect::<Result<_, _>>().map_err(failed())?;
    let roles = session.client().query(memberships, &[]).await.map_err(failed())?;
    let roles = roles.iter().map(|row| row.try_get("name")).collect::<Result<_, _>>().map_err(failed())?;
    Ok((schemas, roles))
}

/// Reads which tables another session keeps, or will keep, from being read.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn locked_tables(session: &Control, side: Side) -> Result<Vec<LockedTable>, SnapshotError> {
    let failed = || SnapshotError::failed("look at locks", side);
    let rows = session.client().query(query::LOCKED_TABLES, &[]).await.map_err(failed())?;
    let locked = |row: &Row| {
        Ok(LockedTable {
            name: QualifiedName::new(row.try_get::<_, String>("schema")?, row.try_get::<_, String>("name")?),
            process: row.try_get("process")?,
            granted: row.try_get("granted")?,
        })
    };
    rows.iter().map(locked).collect::<Result<_, _>>().map_err(failed())
}

/// Counts the large objects that may not be read.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn large_objects_denied(session: &Control, side: Side) -> Result<i64, SnapshotError> {
    let failed = || SnapshotError::failed("look at large objects", side);
    let row = session.client().query_one(query::LARGE_OBJECTS_DENIED, &[]).await.map_err(failed())?;
    row.try_get("count").map_err(failed())
}

/// Sums up what the indexes of some tables, by OID, and with `large_objects` those take, in bytes.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn bytes_beside(
    session: &Control,
    side: Side,
    tables: &[u32],
    large_objects: bool,
) -> Result<(u64, u64), SnapshotError> {
    let failed = || SnapshotError::failed("read the sizes of indexes", side);
    let bytes = |row: Row| row.try_get::<_, i64>("bytes").map(i64::unsigned_abs);
    let indexes = session.client().query_one(query::INDEX_BYTES, &[&tables]).await.and_then(bytes).map_err(failed())?;
    if !large_objects {
        return Ok((indexes, 0));
    }
    let large = session.client().query_one(query::LARGE_OBJECT_BYTES, &[]).await.and_then(bytes).map_err(failed())?;
    Ok((indexes, large))
}

/// A server could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A statement.
    #[error(transparent)]
    Statement(#[from] SnapshotError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
}

impl crate::error::Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Statement(error) => error.detail(),
            Self::Catalog(error) => error.detail(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Statement(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
        }
    }
}

impl Server {
    /// The major version.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.version / 10_000
    }

    /// The version for people: `15.18`.
    #[must_use]
    pub fn version_words(&self) -> String {
        format!("{}.{}", self.major(), self.version % 10_000)
    }

    /// A setting that is a number; `None` where the server does not have it.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.settings.get(name)?.value.parse().ok()
    }

    /// Whether a setting that is a switch is on.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.settings.get(name).is_some_and(|setting| setting.value == "on")
    }
}
