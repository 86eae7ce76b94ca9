//! Makes the database itself.

use super::{Error, Failure};
use crate::catalog::DatabaseDefinition;
use crate::connect::{self, Control, Endpoint};
use crate::ddl::{Statement, database};

/// SQLSTATE `duplicate_database`.
const DUPLICATE_DATABASE: &str = "42P04";

/// Databases that every server has, for statements about others.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

/// Whether the target's server has no database of that name.
///
/// # Errors
///
/// When the server cannot be reached or does not let us in for another reason.
pub async fn is_missing(target: &Endpoint) -> Result<bool, connect::Error> {
    match target.control().await {
        Ok(session) => {
            session.close().await;
            Ok(false)
        }
        Err(error) if error.is_missing_database() => Ok(true),
        Err(error) => Err(error),
    }
}

/// Makes the target's database like the source's, and returns what sets its owner: a role that may not be there yet, and who
/// takes the database out of our hands.
///
/// Dropping the future may leave the database behind, whole.
///
/// # Errors
///
/// When there is no session to be had, or the server refuses the database.
pub async fn create(target: &Endpoint, of: &DatabaseDefinition) -> Result<Statement, Error> {
    let name = target.database();
    let session = maintenance(target).await.map_err(|error| Error::Session(error.into()))?;
    let refused = |(what, since)| Error::Database { database: name.to_owned(), what, since };
    let statement = database::create(of, name, session.major()).map_err(refused)?;
    tracing::info!(database = name, "creating the target's database");
    let result = session.client().batch_execute(&statement.sql).await;
    session.close().await;
    match result {
        // Somebody else was faster.
        Err(error) if error.code().is_some_and(|code| code.code() == DUPLICATE_DATABASE) => {}
        Err(error) => {
            let first = Box::new(Failure::new(statement, &error));
            return Err(Error::Statement { first, others: 0, partly_applied: false });
        }
        Ok(()) => {}
    }
    Ok(database::owner(of, name))
}

/// Another database of the same server, which every server has, to look at the server by way of.
#[must_use]
pub fn maintenance_of(target: &Endpoint) -> Endpoint {
    target.with_database(MAINTENANCE[0])
}

async fn maintenance(target: &Endpoint) -> Result<Control, connect::Error> {
    let [first, second] = MAINTENANCE.map(|name| target.with_database(name));
    match first.control().await {
        Err(error) if error.is_missing_database() => second.control().await,
        result => result,
    }
}
