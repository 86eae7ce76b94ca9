//! What the store knows, for people to look at.

use serde_json::Value;
use tokio_postgres::{Client, Row};

use super::ledger::failed;
use super::{Error, open, query};

/// A request and how far it is. Times are in UTC, as in ISO 8601.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestStatus {
    /// Its key in `pgsluice.request`.
    pub key: String,
    /// Its rows in `pgstream.snapshot_requests`.
    pub req_ids: Vec<i32>,
    /// Where rows come from: `host:port/database`.
    pub source: String,
    /// Where they go.
    pub target: String,
    /// `full`, `schema` or `data`.
    pub mode: String,
    /// Which objects.
    pub selection: String,
    /// `in progress`, `completed`, `failed` or `interrupted`.
    pub status: String,
    /// Whether the run that works on it lives.
    pub is_alive: bool,
    /// Where the last run on it ran.
    pub host: Option<String>,
    /// The name its sessions have.
    pub application_name: Option<String>,
    /// Its process there.
    pub process_id: Option<i32>,
    /// When it began.
    pub started_at: String,
    /// When it last recorded something.
    pub seen_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The moment its rows are of.
    pub snapshot: Option<String>,
    /// When that was.
    pub snapshot_at: Option<String>,
    /// What went wrong.
    pub errors: Option<Value>,
    /// Tables.
    pub tables: Vec<TableStatus>,
    /// How many of them are loaded.
    pub tables_loaded: i64,
    /// Rows that are on the target.
    pub rows: i64,
    /// Their bytes.
    pub bytes: i64,
    /// Bytes on the source.
    pub bytes_estimate: i64,
}

/// A table and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStatus {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `in progress` or `loaded`.
    pub status: String,
    /// The moment its rows are of.
    pub snapshot: String,
    /// When that was.
    pub snapshot_at: String,
    /// Pieces it is copied in.
    pub chunks: i32,
    /// Those that are on the target.
    pub chunks_loaded: i32,
    /// Rows that are on the target.
    pub rows: i64,
    /// Their bytes.
    pub bytes: i64,
    /// Bytes on the source.
    pub bytes_estimate: i64,
}

/// Reads every request. Writes nothing, so that a standby of the store will do.
///
/// # Errors
///
/// When the store cannot be read, or there is none: [`Error::Empty`].
pub async fn status(client: &Client) -> Result<Vec<RequestStatus>, Error> {
    let action = "read the requests";
    if !open::is_there(client).await.map_err(failed(action))? {
        return Err(Error::Empty);
    }
    let requests = client.query(query::STATUS_REQUESTS, &[]).await.map_err(failed(action))?;
    let tables = client.query(query::STATUS_TABLES, &[]).await.map_err(failed(action))?;
    let requests: Result<Vec<_>, _> = requests.iter().map(request).collect();
    let mut requests = requests.map_err(failed(action))?;
    for row in &tables {
        let (key, table) = table(row).map_err(failed(action))?;
        if let Some(request) = requests.iter_mut().find(|request| request.key == key) {
            request.tables.push(table);
        }
    }
    Ok(requests)
}

fn request(row: &Row) -> Result<RequestStatus, tokio_postgres::Error> {
    Ok(RequestStatus {
        key: row.try_get("request_key")?,
        req_ids: row.try_get("req_ids")?,
        source: row.try_get("source")?,
        target: row.try_get("target")?,
        mode: row.try_get("mode")?,
        selection: row.try_get("selection")?,
        status: row.try_get("status")?,
        is_alive: row.try_get("is_alive")?,
        host: row.try_get("host")?,
        application_name: row.try_get("application_name")?,
        process_id: row.try_get("process_id")?,
        started_at: row.try_get("started_at")?,
        seen_at: row.try_get("seen_at")?,
        ended_at: row.try_get("ended_at")?,
        snapshot: row.try_get("snapshot")?,
        snapshot_at: row.try_get("snapshot_at")?,
        errors: row.try_get("errors")?,
        tables: Vec::new(),
        tables_loaded: row.try_get("tables_loaded")?,
        rows: row.try_get("rows_loaded")?,
        bytes: row.try_get("bytes_loaded")?,
        bytes_estimate: row.try_get("bytes_estimate")?,
    })
}

fn table(row: &Row) -> Result<(String, TableStatus), tokio_postgres::Error> {
    let table = TableStatus {
        schema: row.try_get("schema_name")?,
        name: row.try_get("table_name")?,
        status: row.try_get("status")?,
        snapshot: row.try_get("snapshot")?,
        snapshot_at: row.try_get("snapshot_at")?,
        chunks: row.try_get("chunks")?,
        chunks_loaded: row.try_get("chunks_loaded")?,
        rows: row.try_get("rows_loaded")?,
        bytes: row.try_get("bytes_loaded")?,
        bytes_estimate: row.try_get("bytes_estimate")?,
    };
    Ok((row.try_get("request_key")?, table))
}
