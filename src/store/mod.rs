//! The store, which remembers what was asked, what is done and what failed.
//!
//! What was asked is in the table `pgstream.snapshot_requests`. It has one row per schema that a run was asked for. A row's status is `requested`, then `in progress`, then
//! `completed`, which means that everything asked for was copied. Where something failed the row goes back to `requested`,
//! because it was asked for and is not done, and `errors` says why. A process that was killed leaves `in progress`; the next
//! run for the same tables takes the row up again.
//!
//! The table is the one pgstream keeps, and one that pgstream made is used as it is. The object in `errors` has pgstream's form:
//! `{"schema": name, "snapshot": [messages], "tables": {name: message}}`.
//!
//! What is done is in tables of our own, in schema `pgsluice`: a [`Ledger`] of what each request has made and loaded. It is
//! written before the target is changed, never behind it, so that what it does not name is not ours. A living run holds an
//! advisory lock on its request; that it holds none says that it is gone, whatever the tables say.

mod error;
mod identity;
pub mod ledger;
mod open;
mod query;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

pub use error::Error;
pub use identity::{Identity, digest_of};
pub use ledger::Ledger;
pub use status::{RequestStatus, TableStatus, status};

/// What is asked for in one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaRequest {
    /// The schema.
    pub schema: String,
    /// The tables as they were chosen; `*` alone for all of them.
    pub tables: Vec<String>,
}

/// Something that went wrong in a run, for the column `errors`. It must hold no cell values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// The schema it concerns. None, and a schema without a request, concern every request of the run.
    pub schema: Option<String>,
    /// The table it concerns, within that schema.
    pub table: Option<String>,
    /// What went wrong.
    pub message: String,
}

/// Does several things in one transaction, which no other run does at the same time.
///
/// Cancel safe if the session is dropped as well: then nothing was done.
///
/// # Errors
///
/// The first failure. The session can only be dropped then.
pub async fn alone(client: &Client, work: impl AsyncFnOnce() -> Result<(), Error>) -> Result<(), Error> {
    let action = "record what is asked for";
    let failed = |source| Error::Statement { action, source };
    client.batch_execute("BEGIN").await.map_err(failed)?;
    client.query_one(query::ONE_AT_A_TIME, &[]).await.map_err(failed)?;
    work().await?;
    client.batch_execute("COMMIT").await.map_err(failed)
}

impl RequestError {
    /// The same as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"schema": self.schema, "table": self.table, "message": self.message})
    }
}

/// The requests of one run.
#[derive(Debug)]
pub struct Store<'a> {
    client: &'a Client,
    /// Schema of each row, by the row's key.
    requests: BTreeMap<i32, String>,
}

impl<'a> Store<'a> {
    /// Creates schemas and tables where they are not there. Cancel safe: what was created stays and does no harm.
    ///
    /// # Errors
    ///
    /// [`Error::Statement`] where the role may not create them, or the connection is lost; [`Error::Standby`].
    pub async fn open(client: &'a Client) -> Result<Self, Error> {
        open::open(client).await?;
        Ok(Self { client, requests: BTreeMap::new() })
    }

    /// Records what is asked for, in one statement, as the request of this key in our own tables: unfinished rows of others are
    /// left to them. Not cancel safe: dropped half-way, the rows may or may not be there, and a
    /// later run for the same tables takes them up.
    ///
    /// # Errors
    ///
    /// [`Error::Statement`] where the rows could not be written; then none was.
    pub async fn request(&mut self, key: &str, schemas: &[SchemaRequest]) -> Result<(), Error> {
        let asked = schemas.iter().map(|asked| json!({"schema_name": asked.schema, "table_names": asked.tables}));
        let rows =
            self.rows("record what is asked for", query::REQUEST, &[&Value::Array(asked.collect()), &key]).await?;
        self.requests.extend(rows.iter().map(|row| (row.get("req_id"), row.get("schema_name"))));
        Ok(())
    }

    /// The keys of the rows.
    #[must_use]
    pub fn req_ids(&self) -> Vec<i32> {
        self.requests.keys().copied().collect()
    }

    /// Records that the run has begun. Not cancel safe: dropped half-way, it may or may not be recorded.
    ///
    /// # Errors
    ///
    /// [`Error::Statement`], or [`Error::RequestGone`] where somebody has deleted a row.
    pub async fn begin(&self) -> Result<(), Error> {
        self.update("record that work has begun", query::BEGIN, &self.req_ids()).await
    }

    /// Records how the run ended: `completed` for every schema that no error concerns. Not cancel safe: dropped half-way, it
    /// may or may not be recorded.
    ///
    /// # Errors
    ///
    /// [`Error::Statement`], or [`Error::RequestGone`] where somebody has deleted a row.
    pub async fn finish(&self, errors: &[RequestError]) -> Result<(), Error> {
        let outcomes = self.requests.iter().map(|(req_id, schema)| match self.errors_of(schema, errors) {
            None => json!({"req_id": req_id, "status": "completed", "errors": null}),
            Some(errors) => json!({"req_id": req_id, "status": "requested", "errors": errors}),
        });
        let outcomes = Value::Array(outcomes.collect());
        self.update("record how the run ended", query::FINISH, &outcomes).await
    }

    /// The object for the column `errors` of one schema's row; None where nothing went wrong.
    fn errors_of(&self, schema: &str, errors: &[RequestError]) -> Option<Value> {
        let mut snapshot = Vec::new();
        let mut tables: BTreeMap<&str, String> = BTreeMap::new();
        for error in errors {
            let concerned = error.schema.as_deref().filter(|name| self.requests.values().any(|known| known == name));
            match (concerned, &error.table) {
                (Some(concerned), _) if concerned != schema => {}
                (Some(_), Some(table)) => {
                    let messages = tables.entry(table).or_default();
                    let separator = if messages.is_empty() { "" } else { "; " };
                    messages.push_str(separator);
                    messages.push_str(&error.message);
                }
                _ => snapshot.push(error.message.as_str()),
            }
        }
        let mut object = Map::new();
        object.insert("schema".to_owned(), schema.into());
        if !snapshot.is_empty() {
            object.insert("snapshot".to_owned(), snapshot.into());
        }
        if !tables.is_empty() {
            object.insert("tables".to_owned(), json!(tables));
        }
        (object.len() > 1).then_some(Value::Object(object))
    }

    /// Runs a statement that returns the keys it has found, and compares them with this run's.
    async fn update(&self, action: &'static str, statement: &str, parameter: &(dyn ToSql + Sync)) -> Result<(), Error> {
        let rows = self.rows(action, statement, &[parameter]).await?;
        let found: BTreeSet<i32> = rows.iter().map(|row| row.get("req_id")).collect();
        match self.requests.iter().find(|(req_id, _)| !found.contains(req_id)) {
            Some((req_id, schema)) => Err(Error::RequestGone { action, req_id: *req_id, schema: schema.clone() }),
            None => Ok(()),
        }
    }

    async fn rows(
        &self,
        action: &'static str,
        statement: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        self.client.query(statement, parameters).await.map_err(|source| Error::Statement { action, source })
    }
}
