//! What a request has made and loaded on its target, so that a later run can go on.

use serde_json::{Value, json};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::{Error, Identity, query};
use crate::connect::Control;
use crate::ddl::QualifiedName;

/// Who runs.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The machine's name, where it is known.
    pub host: Option<String>,
    /// The name its sessions have.
    pub application_name: String,
}

/// A run that holds the lock of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The server's process.
    pub process_id: i32,
    /// When it began.
    pub since: Option<String>,
    /// Where it runs.
    pub host: Option<String>,
    /// The name its sessions have.
    pub application_name: Option<String>,
}

/// How the last run on a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It did not end: it was killed, or lost the store.
    InProgress,
    /// Everything was copied.
    Completed,
    /// Something was not.
    Failed,
    /// Its user ended it.
    Interrupted,
}

/// How far the target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was changed.
    Begun,
    /// Objects are being made.
    Making,
    /// They are made, and rows may be there.
    Made,
}

/// What is known of a request.
#[derive(Debug, Clone)]
pub struct Known {
    /// How the last run on it stands.
    pub standing: Standing,
    /// How far the target is.
    pub stage: Stage,
    /// When that run began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Where it ran.
    pub host: Option<String>,
    /// The target it worked on.
    pub target: Option<TargetIdentity>,
    /// The digest of what it made.
    pub schema_digest: Option<String>,
    /// Whether it began to copy large objects into a target that had none of them.
    pub large_objects: bool,
}

/// What a target calls itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetIdentity {
    /// The server; the same after a failover.
    pub system: String,
    /// The database.
    pub database: u32,
}

/// An object of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeObject {
    /// Its kind, as SQL has it.
    pub kind: String,
    /// The reference behind the kind.
    pub reference: String,
    /// The OID of a relation, once it is made.
    pub oid: Option<u32>,
    /// Whether the target did not take it.
    pub is_refused: bool,
}

/// A table of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedTable {
    /// Its name.
    pub table: QualifiedName,
    /// Its OID on the target.
    pub oid: Option<u32>,
    /// Rows it held when the request first came to it.
    pub rows_before: i64,
    /// Whether all its rows are there.
    pub is_loaded: bool,
    /// The moment they are of.
    pub snapshot_at: String,
    /// How many.
    pub rows: i64,
}

/// A table that is about to be loaded, or kept.
#[derive(Debug, Clone)]
pub struct PlannedTable {
    /// Its name.
    pub table: QualifiedName,
    /// Its OID on the target.
    pub oid: Option<u32>,
    /// Rows it holds already that are none of ours.
    pub rows_before: i64,
    /// Pieces it is copied in.
    pub chunks: usize,
    /// Bytes on the source.
    pub bytes_estimate: u64,
    /// Whether it is loaded already and stays.
    pub is_kept: bool,
}

/// How far a table is.
#[derive(Debug, Clone)]
pub struct TableProgress {
    /// Its name.
    pub table: QualifiedName,
    /// Pieces that are on the target.
    pub chunks: usize,
    /// Their rows.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A piece of a table that is on the target.
#[derive(Debug, Clone)]
pub struct LoadedChunk {
    /// The table.
    pub table: QualifiedName,
    /// Its number among the table's.
    pub chunk: usize,
    /// What it is a range of: `blocks` or `keys`.
    pub divided_by: &'static str,
    /// The first block or key; none from the start.
    pub range_first: Option<i64>,
    /// The one behind the last; none to the end.
    pub range_end: Option<i64>,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What the store knows of one request, beside its rows in `pgstream.snapshot_requests`.
#[derive(Debug)]
pub struct Ledger<'a> {
    client: &'a Client,
    identity: Identity,
    key: String,
}

impl<'a> Ledger<'a> {
    /// Takes the request's lock, which lasts as long as the session.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another run has it.
    pub async fn lock(client: &'a Client, identity: Identity) -> Result<Self, Error> {
        let failed = failed("take the request's lock");
        let is_ours = client.query_one(query::LOCK, &[&identity.store_lock()]).await;
        if !is_ours.and_then(|row| row.try_get::<_, bool>("is_ours")).map_err(failed)? {
            let holders = holders(client, identity.store_lock()).await?;
            return Err(Error::Busy { holder: holders.into_iter().next() });
        }
        Ok(Self { client, key: identity.key(), identity })
    }

    /// What is known of the request; None where it is new.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn known(&self) -> Result<Option<Known>, Error> {
        let failed = failed("read what is known of the request");
        let row = self.client.query_opt(query::KNOWN, &[&self.key]).await;
        row.and_then(|row| row.as_ref().map(known).transpose()).map_err(failed)
    }

    /// Records that this run works on the request. `anew` forgets what is known of the target.
    ///
    /// # Errors
    ///
    /// When it cannot be recorded.
    pub async fn take(&self, req_ids: &[i32], runner: &Runner, anew: bool) -> Result<(), Error> {
        let Identity { source, target, mode, selection } = &self.identity;
        let run = json!({
            "request_key": self.key, "lock_key": self.identity.store_lock(), "req_ids": req_ids, "source": source,
            "target": target, "mode": mode, "selection": selection, "host": runner.host,
            "application_name": runner.application_name, "process_id": std::process::id(), "anew": anew,
        });
        self.change("record that work has begun", query::TAKE, &[&run]).await
    }

    /// The objects it makes or has made, in order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn objects(&self) -> Result<Vec<MadeObject>, Error> {
        let object = |row: &Row| {
            Ok(MadeObject {
                kind: row.try_get("kind")?,
                reference: row.try_get("reference")?,
                oid: row.try_get("oid")?,
                is_refused: row.try_get("is_refused")?,
            })
        };
        self.list(query::KNOWN_OBJECTS, object).await
    }

    /// The tables it loads or has loaded.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn tables(&self) -> Result<Vec<LoadedTable>, Error> {
        let table = |row: &Row| {
            Ok(LoadedTable {
                table: QualifiedName::new(
                    row.try_get::<_, &str>("schema_name")?,
                    row.try_get::<_, &str>("table_name")?,
                ),
                oid: row.try_get("oid")?,
                rows_before: row.try_get("rows_before")?,
                is_loaded: row.try_get::<_, &str>("status")? == "loaded",
                snapshot_at: row.try_get("snapshot_at")?,
                rows: row.try_get("rows_loaded")?,
            })
        };
        self.list(query::KNOWN_TABLES, table).await
    }

    /// Records what is about to be made, where none of it is, and forgets everything before.
    ///
    /// # Errors
    ///
    /// When it cannot be recorded. Nothing may be made then.
    pub async fn making(
        &self,
        target: &TargetIdentity,
        schema_digest: &str,
        objects: impl Iterator<Item = (&str, &str)>,
    ) -> Result<(), Error> {
        let head = json!({
            "request_key": self.key, "target_system": target.system, "target_database": target.database,
            "schema_digest": schema_digest,
        });
        let objects: Vec<_> = objects.map(|(kind, reference)| json!({"kind": kind, "reference": reference})).collect();
        self.change("record what is to be made", query::MAKING, &[&head, &Value::Array(objects)]).await
    }

    /// Records what was made, and with `is_ready` that rows may come.
    ///
    /// # Errors
    ///
    /// When it cannot be recorded. No row may be written then.
    pub async fn made(&self, objects: &[MadeObject], is_ready: bool) -> Result<(), Error> {
        let objects = objects
            .iter()
            .map(|of| json!({"kind": of.kind, "reference": of.reference, "oid": of.oid, "is_refused": of.is_refused}));
        let objects = Value::Array(objects.collect());
        self.change("record what was made", query::MADE, &[&self.key, &objects, &is_ready]).await
    }

    /// Records which tables are about to be loaded, and with `large_objects` that every large object of the target is going to be
    /// this request's.
    ///
    /// # Errors
    ///
    /// When it cannot be recorded. No row may be written then.
    pub async fn loading(
        &self,
        target: &TargetIdentity,
        (snapshot, snapshot_at): (&str, &str),
        tables: &[PlannedTable],
        large_objects: bool,
    ) -> Result<(), Error> {
        let head = json!({
            "request_key": self.key, "snapshot": snapshot, "snapshot_at": snapshot_at,
            "target_system": target.system, "target_database": target.database, "large_objects": large_objects,
        });
        let tables = tables.iter().map(|of| {
            json!({
                "schema_name": of.table.schema, "table_name": of.table.name, "oid": of.oid,
                "rows_before": of.rows_before, "chunks": of.chunks, "bytes_estimate": of.bytes_estimate,
                "is_kept": of.is_kept,
            })
        });
        let tables = Value::Array(tables.collect());
        self.change("record what is to be loaded", query::LOADING, &[&head, &tables]).await
    }

    /// Records how far tables and pieces are, and that the run is alive.
    ///
    /// # Errors
    ///
    /// When it cannot be recorded.
    pub async fn loaded(&self, tables: &[TableProgress], chunks: &[LoadedChunk]) -> Result<(), Error> {
        let tables = tables.iter().map(|of| {
            json!({
                "schema_name": of.table.schema, "table_name": of.table.name, "chunks_loaded": of.chunks,
                "rows_loaded": of.rows, "bytes_loaded": of.bytes,
            })
        });
        let chunks = chunks.iter().map(|of| {
            json!({
                "schema_name": of.table.schema, "table_name": of.table.name, "chunk": of.chunk,
                "divided_by": of.divided_by, "range_first": of.range_first, "range_end": of.range_end, "rows_loaded": of.rows,
                "bytes_loaded": of.bytes,
            })
        });
        let (tables, chunks) = (Value::Array(tables.collect()), Value::Array(chunks.collect()));
        self.change("record what was loaded", query::LOADED, &[&self.key, &tables, &chunks]).await
    }

    /// Records how the run ended.
    ///
    /// # Errors
    ///
    /// When it cannot be recorded.
    pub async fn ended(&self, standing: Standing, errors: Option<&Value>) -> Result<(), Error> {
        let status = match standing {
            Standing::InProgress => "in progress",
            Standing::Completed => "completed",
            Standing::Failed => "failed",
            Standing::Interrupted => "interrupted",
        };
        self.change("record how the run ended", query::ENDED, &[&self.key, &status, &errors]).await
    }

    async fn list<T>(
        &self,
        statement: &str,
        item: impl Fn(&Row) -> Result<T, tokio_postgres::Error>,
    ) -> Result<Vec<T>, Error> {
        let failed = failed("read what is known of the request");
        let rows = self.client.query(statement, &[&self.key]).await;
        rows.and_then(|rows| rows.iter().map(item).collect()).map_err(failed)
    }

    /// Runs a statement that changes the request's row.
    async fn change(
        &self,
        action: &'static str,
        statement: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<(), Error> {
        match self.client.query_opt(statement, parameters).await.map_err(failed(action))? {
            Some(_) => Ok(()),
            None => Err(Error::Gone { action }),
        }
    }
}

fn known(row: &Row) -> Result<Known, tokio_postgres::Error> {
    let (system, database) = (row.try_get::<_, Option<String>>("target_system")?, row.try_get("target_database")?);
    Ok(Known {
        standing: match row.try_get("status")? {
            "completed" => Standing::Completed,
            "interrupted" => Standing::Interrupted,
            "failed" => Standing::Failed,
            _ => Standing::InProgress,
        },
        stage: match row.try_get("stage")? {
            "made" => Stage::Made,
            "making" => Stage::Making,
            _ => Stage::Begun,
        },
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
        host: row.try_get("host")?,
        target: system.zip(database).map(|(system, database)| TargetIdentity { system, database }),
        schema_digest: row.try_get("schema_digest")?,
        large_objects: row.try_get("large_objects")?,
    })
}

async fn holders(client: &Client, key: i64) -> Result<Vec<Holder>, Error> {
    let holder = |row: &Row| {
        Ok(Holder {
            process_id: row.try_get("process_id")?,
            since: row.try_get("since")?,
            host: row.try_get("host")?,
            application_name: row.try_get("application_name")?,
        })
    };
    let rows = client.query(query::HOLDERS, &[&key]).await;
    rows.and_then(|rows| rows.iter().map(holder).collect()).map_err(failed("see who works on the request"))
}

/// Takes a lock on the target, which lasts as long as the session: not even a run that lost its store works on the target
/// at the same time as another. Whether it was free.
///
/// # Errors
///
/// When the target cannot be asked.
pub async fn lock_target(target: &Control, identity: &Identity) -> Result<bool, tokio_postgres::Error> {
    target.client().query_one(query::LOCK, &[&identity.target_lock()]).await?.try_get("is_ours")
}

/// What a target calls itself.
///
/// # Errors
///
/// When it cannot be asked.
pub async fn target_identity(target: &Control) -> Result<TargetIdentity, tokio_postgres::Error> {
    let row = target.client().query_one(query::TARGET_IDENTITY, &[]).await?;
    Ok(TargetIdentity { system: row.try_get("system")?, database: row.try_get("database")? })
}

/// The OIDs of relations of the target, by their references; what is not there is left out.
///
/// # Errors
///
/// When the target cannot be asked.
pub async fn target_relations(
    target: &Control,
    references: &[&str],
) -> Result<Vec<(String, u32)>, tokio_postgres::Error> {
    let rows = target.client().query(query::TARGET_RELATIONS, &[&references]).await?;
    let found = rows.iter().map(|row| Ok((row.try_get("reference")?, row.try_get::<_, Option<u32>>("oid")?)));
    let found: Vec<(String, Option<u32>)> = found.collect::<Result<_, tokio_postgres::Error>>()?;
    Ok(found.into_iter().filter_map(|(reference, oid)| Some((reference, oid?))).collect())
}

/// When the snapshot was taken that a session reads.
///
/// # Errors
///
/// When the source cannot be asked.
pub async fn snapshot_time(source: &Control) -> Result<String, tokio_postgres::Error> {
    source.client().query_one(query::SNAPSHOT_TIME, &[]).await?.try_get("at")
}

pub(super) fn failed(action: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Error {
    move |source| Error::Statement { action, source }
}
