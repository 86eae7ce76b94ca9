//! Holds the source's tables still: a lock from planning to the last chunk, and a comparison for what cannot be locked.
//!
//! A snapshot alone does not protect a copy: after TRUNCATE an older snapshot reads no rows and no error, and VACUUM FULL
//! between two block ranges loses rows. ACCESS SHARE keeps both away. Beside the locks, each table's file and columns as the
//! snapshot sees them are compared with today's.

use std::collections::{BTreeMap, HashMap};

use super::snapshot::{self, Snapshot, SnapshotError};
use super::{Control, Endpoint, query};
use crate::ddl::sql::QualifiedName;
use crate::error::Side;

/// Tables locked by one statement.
const BATCH_TABLES: usize = 200;

/// The share of the server's lock table that a run takes: half of it stays for everybody else.
const CAPACITY_SHARE: i64 = 2;

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

/// The session that holds the locks. They last as long as this value.
#[derive(Debug)]
pub struct Hold {
    holder: Control,
    /// Tables that are not locked, with their shape in the snapshot.
    unheld: HashMap<u32, (QualifiedName, Shape)>,
}

impl Hold {
    /// Locks the chosen tables, as many as fit, and makes sure that they are what the snapshot sees.
    ///
    /// Dropping the future releases everything.
    ///
    /// # Errors
    ///
    /// When a table cannot be locked within the lock timeout, may not be read, or has changed since the snapshot.
    pub async fn tables(
        source: &Endpoint,
        snapshot: &Snapshot,
        chosen: impl Fn(&HeldTable) -> bool,
    ) -> Result<Self, SnapshotError> {
        let leader = snapshot.session().client();
        let tables: Vec<_> = read_tables(leader).await?.into_iter().filter(chosen).collect();
        let holder = snapshot::reading(source).await?;
        let failed = || SnapshotError::failed("hold the tables", Side::Source);
        holder
            .client()
            .batch_execute("BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY")
            .await
            .map_err(failed())?;
        let row = holder.client().query_one(query::LOCK_CAPACITY, &[]).await.map_err(failed())?;
        let capacity: i64 = row.try_get("locks").map_err(failed())?;
        let lockable = usize::try_from(capacity / CAPACITY_SHARE).unwrap_or_default().min(tables.len());
        let (wanted, rest) = tables.split_at(lockable);
        let locked = lock(holder.client(), wanted).await?;
        let (held, refused) = wanted.split_at(locked);

        let before = shapes(leader, &tables).await?;
        let now = shapes(holder.client(), held).await?;
        for table in held {
            same(&table.name, before.get(&table.oid), now.get(&table.oid))?;
        }
        let unheld: HashMap<_, _> = refused
            .iter()
            .chain(rest)
            .filter_map(|table| Some((table.oid, (table.name.clone(), before.get(&table.oid)?.clone()))))
            .collect();
        if !unheld.is_empty() {
            tracing::info!(
                held = held.len(),
                compared = unheld.len(),
                "the source's lock table does not fit every table; the others are compared when they are copied"
            );
        }
        Ok(Self { holder, unheld })
    }

    /// Makes sure that a table is still what the snapshot sees. To be called by a copier that holds a lock on the table
    /// itself, after its COPY has begun and before its rows are committed.
    ///
    /// # Errors
    ///
    /// When the table was altered, truncated, rewritten or dropped.
    pub async fn confirm(&self, relation: u32) -> Result<(), SnapshotError> {
        let Some((name, before)) = self.unheld.get(&relation) else { return Ok(()) };
        let table = HeldTable { oid: relation, name: name.clone(), root: name.clone() };
        let now = shapes(self.holder.client(), &[table]).await?;
        same(name, Some(before), now.get(&relation))
    }

    /// A session that sees what is committed now, for values that are not transactional.
    #[must_use]
    pub fn session(&self) -> &Control {
        &self.holder
    }

    /// Releases the locks.
    ///
    /// Cancel safe.
    pub async fn close(self) {
        self.holder.close().await;
    }
}

async fn read_tables(client: &tokio_postgres::Client) -> Result<Vec<HeldTable>, SnapshotError> {
    let failed = || SnapshotError::failed("list the tables", Side::Source);
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

/// Locks tables from the first on, and returns how many fit into the lock table.
async fn lock(client: &tokio_postgres::Client, tables: &[HeldTable]) -> Result<usize, SnapshotError> {
    let mut locked = 0;
    for batch in tables.chunks(BATCH_TABLES) {
        let names: Vec<_> = batch.iter().map(|table| format!("ONLY {}", table.name.sql())).collect();
        // A savepoint keeps the locks that were taken when the next batch does not fit.
        let sql =
            format!("SAVEPOINT batch; LOCK TABLE {} IN ACCESS SHARE MODE; RELEASE SAVEPOINT batch", names.join(", "));
        match client.batch_execute(&sql).await {
            Ok(()) => locked += batch.len(),
            Err(error) if error.code().is_some_and(|code| code.code() == "53200") => {
                let failed = SnapshotError::failed("hold the tables", Side::Source);
                client.batch_execute("ROLLBACK TO SAVEPOINT batch").await.map_err(failed)?;
                break;
            }
            Err(error) => {
                let first = batch.first().map(|table| table.name.to_string()).unwrap_or_default();
                let act = format!("lock {} tables from \"{first}\" on in ACCESS SHARE mode", batch.len());
                return Err(SnapshotError::failed(act, Side::Source)(error));
            }
        }
    }
    Ok(locked)
}

async fn shapes(client: &tokio_postgres::Client, tables: &[HeldTable]) -> Result<BTreeMap<u32, Shape>, SnapshotError> {
    let failed = || SnapshotError::failed("compare the tables with the snapshot", Side::Source);
    let oids: Vec<u32> = tables.iter().map(|table| table.oid).collect();
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
