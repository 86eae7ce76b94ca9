//! Holds the source's tables still: a lock from planning to the last chunk, and a comparison for what cannot be locked.
//!
//! A snapshot alone does not protect a copy: after TRUNCATE an older snapshot reads no rows and no error, and VACUUM FULL
//! between two block ranges loses rows. ACCESS SHARE keeps both away. Beside the locks, each table's file and columns as the
//! snapshot sees them are compared with today's.
//!
//! The locks invite a queue: behind an ALTER TABLE that waits for us, a worker that has not read the table yet would wait as
//! well, and for ever. Therefore the session that has the locks is one that can read rows inside the snapshot, and lends itself
//! to workers that do not get in.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use super::denied::{self, DeniedTable};
use super::snapshot::{self, Snapshot, SnapshotError};
use super::{Control, Endpoint, Wire, WireError, query};
use crate::ddl::sql::{self, QualifiedName};
use crate::error::Side;

/// Tables locked by one statement.
const BATCH_TABLES: usize = 200;

/// The share of the server's lock table that a run takes: half of it stays for everybody else.
const CAPACITY_SHARE: i64 = 2;

/// How long the observer may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A table that may be held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTable {
    /// OID on the source.
    pub oid: u32,
    /// Its name.
    pub name: QualifiedName,
    /// The partitioned table at the root of its hierarchy; itself where it is no partition.
    pub root: QualifiedName,
}

/// What tells one state of a table from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    file: u32,
    columns: String,
}

/// The locks, and what watches over the tables that are not locked. The locks last as long as this value.
#[derive(Debug)]
pub struct Hold {
    source: Endpoint,
    /// Sees what is committed now.
    observer: Control,
    /// Takes its place where it is lost.
    other_observer: Mutex<Option<Control>>,
    /// Is inside the snapshot and has the locks.
    holder: Mutex<Wire>,
    /// Whether it has them no more.
    is_holder_lost: AtomicBool,
    /// Has the locks as well.
    leader: Arc<Control>,
    held: BTreeSet<u32>,
    /// The tables, with their shapes in the snapshot.
    tables: BTreeMap<u32, (QualifiedName, Shape)>,
}

impl Hold {
    /// Locks the chosen tables, as many as fit, and makes sure that they are what the snapshot sees, and that every row of
    /// those `with_rows` can be read.
    ///
    /// Dropping the future releases everything.
    ///
    /// # Errors
    ///
    /// When a table cannot be locked within the lock timeout, may not be read, or has changed since the snapshot.
    pub async fn tables(
        source: &Endpoint,
        snapshot: &Snapshot,
        with_rows: impl Fn(&QualifiedName) -> bool,
        chosen: impl Fn(&HeldTable) -> bool,
    ) -> Result<Self, SnapshotError> {
        let leader = snapshot.session();
        let tables = tables_to_hold(&leader, Side::Source, chosen).await?;
        denied::require_readable(&leader, &tables, with_rows, source.role()).await?;
        let observer = snapshot::reading(source).await?;
        let mut holder = holder(source, snapshot).await?;
        let (lockable, rest) = tables.split_at(capacity(&observer, Side::Source).await?.min(tables.len()));
        let locked = lock(&mut holder, lockable).await?;
        let (held, refused) = lockable.split_at(locked);
        let (before, now) = tokio::try_join!(
            async {
                lock_for_catalog(&leader, held).await?;
                shapes(leader.client(), &tables).await
            },
            shapes(observer.client(), held),
        )?;
        for table in held {
            same(&table.name, before.get(&table.oid), now.get(&table.oid))?;
        }
        let compared = refused.len() + rest.len();
        if compared > 0 {
            tracing::info!(
                held = held.len(),
                compared,
                "the source's lock table does not fit every table; the others are compared when they were read"
            );
        }
        let held = held.iter().map(|table| table.oid).collect();
        let shapes = tables.iter().filter_map(|of| Some((of.oid, (of.name.clone(), before.get(&of.oid)?.clone()))));
        Ok(Self {
            source: source.clone(),
            observer,
            other_observer: Mutex::default(),
            holder: Mutex::new(holder),
            is_holder_lost: AtomicBool::new(false),
            leader,
            held,
            tables: shapes.collect(),
        })
    }

    /// Whether a table is locked, and [`Hold::holder`] can read it whoever waits for a lock on it.
    #[must_use]
    pub fn holds(&self, relation: u32) -> bool {
        self.held.contains(&relation) && !self.is_holder_lost.load(Ordering::Relaxed)
    }

    /// The session of [`Hold::holder`] was lost, or its transaction failed: nobody can borrow it any more.
    pub fn lose_holder(&self) {
        if !self.is_holder_lost.swap(true, Ordering::Relaxed) {
            tracing::warn!("the session that held the source's tables was lost; another one still holds them");
        }
    }

    /// The session that has the locks, prepared to read rows inside the snapshot. Waits until no one else reads with it.
    ///
    /// Cancel safe.
    pub async fn holder(&self) -> MutexGuard<'_, Wire> {
        self.holder.lock().await
    }

    /// Makes sure that tables are still what the snapshot sees. To be called by a copier that holds a lock on each of them
    /// itself, after its COPY has begun and before its rows are committed.
    ///
    /// # Errors
    ///
    /// When one was altered, truncated, rewritten or dropped.
    pub async fn confirm(&self, relations: &[u32]) -> Result<(), SnapshotError> {
        self.compare(relations.iter().copied()).await
    }

    /// Makes sure that all tables are still what the snapshot sees, after their definitions were read.
    ///
    /// # Errors
    ///
    /// When one was altered, truncated, rewritten or dropped.
    pub async fn confirm_all(&self) -> Result<(), SnapshotError> {
        self.compare(self.tables.keys().copied()).await
    }

    /// Compares those tables that are not surely locked.
    async fn compare(&self, relations: impl Iterator<Item = u32>) -> Result<(), SnapshotError> {
        // Two sessions have the locks: what keeps the tables still is sure as long as the one lives that is watched.
        let is_sure = !self.leader.client().is_closed();
        let compared = relations.filter(|oid| !(is_sure && self.held.contains(oid)));
        let compared: Vec<_> = compared.filter_map(|oid| Some((oid, self.tables.get(&oid)?))).collect();
        if compared.is_empty() {
            return Ok(());
        }
        let now = self.shapes_now(&compared.iter().map(|(oid, _)| *oid).collect::<Vec<_>>()).await?;
        compared.iter().try_for_each(|(oid, (name, before))| same(name, Some(before), now.get(oid)))
    }

    /// Asks the observer, or another one where that is lost or does not answer.
    async fn shapes_now(&self, oids: &[u32]) -> Result<BTreeMap<u32, Shape>, SnapshotError> {
        if !self.observer.client().is_closed()
            && let Ok(answer) = timeout(ANSWER_LIMIT, shapes_of(self.observer.client(), oids)).await
            && !answer.as_ref().is_err_and(SnapshotError::is_passing)
        {
            return answer;
        }
        let mut other = self.other_observer.lock().await;
        let observer = match other.take().filter(|session| !session.client().is_closed()) {
            Some(session) => session,
            None => snapshot::reading(&self.source).await?,
        };
        let answer = shapes_of(observer.client(), oids).await;
        *other = Some(observer);
        answer
    }

    /// A session that sees what is committed now, for values that are not transactional.
    #[must_use]
    pub fn session(&self) -> &Control {
        &self.observer
    }

    /// Releases the locks.
    ///
    /// Cancel safe.
    pub async fn close(self) {
        self.holder.into_inner().close().await;
        self.observer.close().await;
    }
}

/// The tables that a run may want to hold, by schema and name.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn tables_to_hold(
    session: &Control,
    side: Side,
    chosen: impl Fn(&HeldTable) -> bool,
) -> Result<Vec<HeldTable>, SnapshotError> {
    Ok(read_tables(session.client(), side).await?.into_iter().filter(chosen).collect())
}

/// The chosen tables whose rows the user may not read, all or some of them.
///
/// # Errors
///
/// When the tables or privileges cannot be looked up.
pub async fn unreadable(
    snapshot: &Snapshot,
    side: Side,
    chosen: impl Fn(&HeldTable) -> bool,
) -> Result<Vec<DeniedTable>, SnapshotError> {
    let session = snapshot.session();
    let tables = tables_to_hold(&session, side, chosen).await?;
    denied::find(&session, side, &tables).await
}

/// How many tables a run may lock on a server at one time.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn capacity(session: &Control, side: Side) -> Result<usize, SnapshotError> {
    let failed = || SnapshotError::failed("read the size of the lock table", side);
    let row = session.client().query_one(query::LOCK_CAPACITY, &[]).await.map_err(failed())?;
    let locks: i64 = row.try_get("locks").map_err(failed())?;
    Ok(usize::try_from(locks / CAPACITY_SHARE).unwrap_or_default())
}

/// Opens a session that reads rows inside the snapshot.
async fn holder(source: &Endpoint, snapshot: &Snapshot) -> Result<Wire, SnapshotError> {
    let mut holder = source.wire().await?;
    let failed = |source| SnapshotError::Wire { act: "hold the tables".to_owned(), side: Side::Source, source };
    holder.prepare(query::COPY_SOURCE).await.map_err(failed)?;
    holder.execute(&snapshot::begin_in(&snapshot.id())).await.map_err(failed)?;
    Ok(holder)
}

/// Locks tables from the first on, and returns how many fit into the lock table.
async fn lock(holder: &mut Wire, tables: &[HeldTable]) -> Result<usize, SnapshotError> {
    let mut locked = 0;
    for batch in tables.chunks(BATCH_TABLES) {
        match lock_batch(holder, batch, "").await {
            Ok(()) => locked += batch.len(),
            Err(error) if error.code() == Some(OUT_OF_MEMORY) => return Ok(locked),
            // Which of them it is only locking them one by one tells. Waiting has been done already.
            Err(_) if batch.len() > 1 && holder.is_usable() => {
                for table in batch {
                    match lock_batch(holder, slice::from_ref(table), " NOWAIT").await {
                        Ok(()) => locked += 1,
                        Err(error) if error.code() == Some(OUT_OF_MEMORY) => return Ok(locked),
                        Err(error) => return Err(refused(table, error)),
                    }
                }
            }
            Err(error) => {
                let Some(table) = batch.first() else { continue };
                return Err(refused(table, error));
            }
        }
    }
    Ok(locked)
}

/// Locks tables in the session that reads the catalog as well: the server's functions that describe a table want a lock on it,
/// and would wait behind whoever waits for ours.
async fn lock_for_catalog(session: &Control, tables: &[HeldTable]) -> Result<(), SnapshotError> {
    for batch in tables.chunks(BATCH_TABLES) {
        let sql = format!("LOCK TABLE {} IN ACCESS SHARE MODE NOWAIT", names(batch));
        let failed = SnapshotError::failed("lock the tables in ACCESS SHARE mode", Side::Source);
        session.client().batch_execute(&sql).await.map_err(failed)?;
    }
    Ok(())
}

fn names(batch: &[HeldTable]) -> String {
    sql::join(batch.iter().map(|table| format!("ONLY {}", table.name.sql())))
}

/// SQLSTATE `out_of_memory`, here of the lock table.
const OUT_OF_MEMORY: &str = "53200";

async fn lock_batch(holder: &mut Wire, batch: &[HeldTable], nowait: &str) -> Result<(), WireError> {
    // A savepoint keeps the locks that were taken before when these are not granted.
    let sql =
        format!("SAVEPOINT batch; LOCK TABLE {} IN ACCESS SHARE MODE{nowait}; RELEASE SAVEPOINT batch", names(batch));
    let Err(error) = holder.execute(&sql).await else { return Ok(()) };
    if holder.is_usable() {
        holder.execute("ROLLBACK TO SAVEPOINT batch; RELEASE SAVEPOINT batch").await?;
    }
    Err(error)
}

/// Why a table is not locked. The snapshot sees it, so it was there.
fn refused(table: &HeldTable, error: WireError) -> SnapshotError {
    if matches!(error.code(), Some("42P01" | "3F000")) {
        return SnapshotError::Changed { table: table.name.to_string(), change: "dropped or renamed" };
    }
    let act = format!("lock table \"{}\" in ACCESS SHARE mode", table.name);
    SnapshotError::Wire { act, side: Side::Source, source: error }
}

async fn read_tables(client: &tokio_postgres::Client, side: Side) -> Result<Vec<HeldTable>, SnapshotError> {
    let failed = || SnapshotError::failed("list the tables", side);
    let rows = client.query(query::TABLES_TO_HOLD, &[]).await.map_err(failed())?;
    let table = |row: &tokio_postgres::Row| {
        let text = |column| row.try_get::<_, String>(column);
        Ok(HeldTable {
            oid: row.try_get("oid")?,
            name: QualifiedName::new(text("schema")?, text("name")?),
            root: QualifiedName::new(text("root_schema")?, text("root_name")?),
        })
    };
    rows.iter().map(table).collect::<Result<_, _>>().map_err(failed())
}

async fn shapes(client: &tokio_postgres::Client, tables: &[HeldTable]) -> Result<BTreeMap<u32, Shape>, SnapshotError> {
    shapes_of(client, &tables.iter().map(|table| table.oid).collect::<Vec<_>>()).await
}

async fn shapes_of(client: &tokio_postgres::Client, oids: &[u32]) -> Result<BTreeMap<u32, Shape>, SnapshotError> {
    let failed = || SnapshotError::failed("compare the tables with the snapshot", Side::Source);
    let rows = client.query(query::TABLE_SHAPES, &[&oids]).await.map_err(failed())?;
    let shape = |row: &tokio_postgres::Row| {
        Ok((row.try_get("oid")?, Shape { file: row.try_get("file")?, columns: row.try_get("shape")? }))
    };
    rows.iter().map(shape).collect::<Result<_, _>>().map_err(failed())
}

fn same(table: &QualifiedName, before: Option<&Shape>, now: Option<&Shape>) -> Result<(), SnapshotError> {
    let change = match (before, now) {
        (Some(before), Some(now)) if before == now => return Ok(()),
        (Some(before), Some(now)) if before.columns == now.columns => "truncated or rewritten",
        (Some(_), Some(_)) => "altered",
        (_, None) => "dropped",
        (None, Some(_)) => "created",
    };
    Err(SnapshotError::Changed { table: table.to_string(), change })
}
