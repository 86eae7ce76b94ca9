//! Tells the store what was asked for and what came of it.

use std::collections::BTreeMap;

use super::error::Error;
use super::outcome::Outcome;
use crate::connect::Control;
use crate::error::Explain as _;
use crate::plan::select::Selection;
use crate::report::Standing;
use crate::store::{RequestError, SchemaRequest, Store};

/// The run's requests in the store; nothing where there is no store.
pub(super) struct Record<'a> {
    store: Option<Store<'a>>,
}

impl<'a> Record<'a> {
    /// Records that work has begun.
    pub(super) async fn begin(session: Option<&'a Control>, selection: &Selection) -> Result<Self, Error> {
        let Some(session) = session else { return Ok(Self { store: None }) };
        let mut store = Store::open(session.client()).await?;
        store.request(&asked_for(selection)).await?;
        store.begin().await?;
        Ok(Self { store: Some(store) })
    }

    /// Records what came of it: `completed` only where everything that was asked for is on the target. A run that cannot
    /// be recorded has failed, but what failed before goes first.
    pub(super) async fn finish(self, outcome: Result<Outcome, Error>) -> Result<Outcome, Error> {
        let Some(store) = self.store else { return outcome };
        match (store.finish(&errors(&outcome)).await, outcome) {
            (Ok(()), outcome) => outcome,
            (Err(unrecorded), Ok(_)) => Err(unrecorded.into()),
            (Err(unrecorded), Err(error)) => {
                tracing::error!(detail = unrecorded.detail(), "{unrecorded}");
                Err(error)
            }
        }
    }
}

/// One request per schema that is named; `*` is every schema.
fn asked_for(selection: &Selection) -> Vec<SchemaRequest> {
    let mut schemas: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pattern in &selection.tables {
        let (schema, table) = pattern.halves();
        let tables = schemas.entry(schema).or_default();
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    if schemas.is_empty() {
        schemas.insert("*".to_owned(), vec!["*".to_owned()]);
    }
    schemas.into_iter().map(|(schema, tables)| SchemaRequest { schema, tables }).collect()
}

fn errors(outcome: &Result<Outcome, Error>) -> Vec<RequestError> {
    match outcome {
        Err(error) => {
            let table = error.table();
            let message = match error.detail() {
                Some(detail) => format!("{error}: {detail}"),
                None => error.to_string(),
            };
            vec![RequestError {
                schema: table.map(|table| table.schema.clone()),
                table: table.map(|table| table.name.clone()),
                message,
            }]
        }
        Ok(outcome) => {
            let failed = outcome.missing.failures.iter().map(|failure| format!("{failure}: {}", failure.words));
            let missing = outcome.missing.omissions.iter().filter(|item| item.standing == Standing::Missing);
            let missing = missing.map(|item| format!("{} was left out: {}", item.object, item.reason));
            let rejected = outcome.rejected().map(|(table, rows)| RequestError {
                schema: Some(table.schema.clone()),
                table: Some(table.name.clone()),
                message: format!("{rows} rows were rejected"),
            });
            let other = failed.chain(missing).map(|message| RequestError { schema: None, table: None, message });
            other.chain(rejected).collect()
        }
    }
}
