//! The ledger on the target: what a run has committed there. The row of a piece of a table, or of a statement, is committed together
//! with it, so that the ledger says after a lost connection or a crash of the target what was done and what was not.
//!
//! A commit there does not wait for the disk, so an answer to it is no promise: a crash takes back the last moments. What was answered
//! is therefore looked up in the end, when everything is on disk.

mod query;

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Row, SimpleQueryMessage};

use crate::connect::server_error::ServerError;
use crate::connect::{Control, SnapshotError, snapshot};
use crate::ddl::sql::literal;
use crate::error::Side;

/// The constraint that lets a piece in only once.
const KEY: &str = "run_ledger_key";

/// The entry of the run itself.
const RUN: &str = "run";

/// How long the ledger's end may wait for others. A statement of a run that was killed may take hours.
const LOCK_LIMIT: &str = "SET LOCAL lock_timeout = '2s'";

/// SQLSTATE `unique_violation`.
const UNIQUE_VIOLATION: &str = "23505";

/// A run's rows in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ledger {
    run: i64,
}

/// What is entered: the OID of a table on the source, 0 for what is about none, and which part of it.
pub type Entry = (u32, String);

impl Ledger {
    /// Enters a new run, and forgets those that are gone. The run counts as alive as long as `target` does. `None` where the
    /// user may not make the ledger.
    ///
    /// What was committed on the target before is durable when this returns a ledger.
    ///
    /// Dropping the future leaves nothing behind but what a later run forgets.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked or written.
    pub async fn begin(target: &Control) -> Result<Option<Self>, SnapshotError> {
        // Only the sign is lost: a run is never 0.
        let run = i64::try_from(RandomState::new().hash_one(std::process::id()) >> 1).unwrap_or(i64::MAX).max(1);
        let (ledger, client) = (Self { run }, target.client());
        match ledger.enter(client).await {
            Ok(()) => Ok(Some(ledger)),
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                client.batch_execute("ROLLBACK").await.map_err(failed("make the ledger of this run"))?;
                Ok(None)
            }
            Err(error) => Err(failed("make the ledger of this run")(error)),
        }
    }

    /// Lets a session stand for the run. A run whose session is gone may be forgotten by another one.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked.
    pub async fn keep_alive(self, target: &Control) -> Result<(), SnapshotError> {
        let locked = target.client().batch_execute(&self.about(query::LIVE)).await;
        locked.map_err(failed("make the ledger of this run"))
    }

    async fn enter(self, client: &Client) -> Result<(), tokio_postgres::Error> {
        let state =
            look(client, &format!("{}BEGIN; {}{}", self.about(query::LIVE), query::ALONE, query::STATE)).await?;
        let mut statements = Vec::new();
        if !state.has_schema {
            statements.push(query::CREATE_SCHEMA.to_owned());
        }
        if !state.has_table {
            statements.push(query::CREATE_TABLE.to_owned());
        }
        let made_schema = if state.has_schema { "0" } else { "1" };
        statements.push(self.about(query::BEGIN).replace("$2", made_schema));
        statements.push(self.about(query::FORGET_DEAD));
        statements.push("COMMIT".to_owned());
        client.batch_execute(&statements.concat()).await
    }

    /// A statement about this run, in a form that can travel with others: the protocol has no parameters there.
    fn about(self, statement: &str) -> String {
        statement.replace("$1", &self.run.to_string())
    }

    /// The statement that enters something and how many rows it has; it ends with a semicolon.
    #[must_use]
    pub fn insert(self, entries: impl Iterator<Item = (Entry, u64)>) -> String {
        let values: Vec<String> = entries
            .map(|((relation, part), rows)| format!("({}, {relation}, {}, {rows})", self.run, literal(&part)))
            .collect();
        if values.is_empty() {
            return String::new();
        }
        format!("INSERT INTO pgsluice.run_ledger (run, relation, part, rows) VALUES {}; ", values.join(", "))
    }

    /// The query that asks whether something is in, and whether the run itself still is: one row of two booleans.
    #[must_use]
    pub fn ask(self, (relation, part): &Entry) -> String {
        let has = |relation: u32, part: &str| {
            format!(
                "EXISTS (SELECT FROM pgsluice.run_ledger AS l WHERE l.run OPERATOR(pg_catalog.=) {} \
                 AND l.relation OPERATOR(pg_catalog.=) {relation} AND l.part OPERATOR(pg_catalog.=) {})",
                self.run,
                literal(part)
            )
        };
        format!("SELECT {}, {}", has(*relation, part), has(0, RUN))
    }

    /// What is in, and durable; `None` where the ledger does not know the run any more.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked.
    pub async fn entries(self, target: &Control) -> Result<Option<BTreeSet<Entry>>, SnapshotError> {
        snapshot::flush(target, Side::Target).await?;
        let entry = |row: &Row| Ok((row.try_get("relation")?, row.try_get("part")?));
        let rows = target.client().query(query::ENTRIES, &[&self.run]).await;
        let entries = rows.and_then(|rows| rows.iter().map(entry).collect::<Result<BTreeSet<Entry>, _>>());
        let entries = match entries {
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => return Ok(None),
            entries => entries.map_err(failed("read the ledger of this run"))?,
        };
        Ok(Some(entries).filter(|entries| entries.contains(&(0, RUN.to_owned()))))
    }

    /// Deletes what the run has entered, and what is left of the ledger where no other run has any of it and no other session uses
    /// it.
    ///
    /// May be called again after an error.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked or written.
    pub async fn end(self, target: &Control) -> Result<(), SnapshotError> {
        let client = target.client();
        let left = match self.leave(client).await {
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                tracing::warn!("the ledger stays on the target, because a session of an earlier run still uses it");
                client.batch_execute(&format!("ROLLBACK; {}", self.about(query::END))).await
            }
            Err(error) => {
                // The transaction has failed; where the session is lost as well, that is known already.
                let _ = client.batch_execute("ROLLBACK").await;
                Err(error)
            }
            Ok(()) => Ok(()),
        };
        left.map_err(failed("drop the ledger of this run"))
    }

    async fn leave(self, client: &Client) -> Result<(), tokio_postgres::Error> {
        if !look(client, &format!("BEGIN; {}{}", query::ALONE, query::STATE)).await?.has_table {
            return client.batch_execute("COMMIT").await;
        }
        let left = look(client, &format!("{}{}", self.about(query::END), self.about(query::FORGET_DEAD))).await?;
        let mut statements = String::new();
        if left.others - left.forgotten <= 0 {
            let drop = format!("{LOCK_LIMIT}; {}{}", query::DROP_TABLE, query::IS_SCHEMA_EMPTY);
            let is_empty = look(client, &drop).await?.is_empty;
            if is_empty && left.made_schemas > 0 {
                statements.push_str(query::DROP_SCHEMA);
            }
        }
        client.batch_execute(&format!("{statements}COMMIT")).await
    }
}

/// What the ledger's queries answer, each a part of it.
#[derive(Debug, Default)]
struct Look {
    has_schema: bool,
    has_table: bool,
    is_empty: bool,
    made_schemas: i64,
    forgotten: i64,
    others: i64,
}

/// Runs statements in one round trip and gathers what they answer.
async fn look(client: &Client, statements: &str) -> Result<Look, tokio_postgres::Error> {
    let mut look = Look::default();
    for message in client.simple_query(statements).await? {
        let SimpleQueryMessage::Row(row) = message else { continue };
        for (place, column) in row.columns().iter().enumerate() {
            let text = row.get(place).unwrap_or_default();
            let number = || text.parse::<i64>().unwrap_or_default();
            match column.name() {
                "has_schema" => look.has_schema = text == "t",
                "has_table" => look.has_table = text == "t",
                "is_empty" => look.is_empty = text == "t",
                "made_schemas" => look.made_schemas += number(),
                "forgotten" => look.forgotten = number(),
                "others" => look.others = number(),
                _ => {}
            }
        }
    }
    Ok(look)
}

/// Whether something was refused because it is in already: it was committed, though nobody had heard of it.
#[must_use]
pub fn is_in_already(error: &ServerError) -> bool {
    error.code == UNIQUE_VIOLATION && error.constraint.as_deref() == Some(KEY)
}

fn failed(act: &'static str) -> impl FnOnce(tokio_postgres::Error) -> SnapshotError {
    SnapshotError::failed(act, Side::Target)
}
