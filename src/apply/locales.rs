//! Whether the target knows the locales of collations, tried before anything is changed there.

use tokio_postgres::error::SqlState;

use super::Error;
use crate::catalog::Collation;
use crate::connect::Control;
use crate::ddl::collation;
use crate::plan::UnknownLocale;

/// Tries to make each collation among the temporary objects of a session, in a transaction that is rolled back. Where the user may
/// make none, nothing is known, and the statement itself is refused when its turn comes.
///
/// Dropping the future leaves the session inside a transaction.
///
/// # Errors
///
/// When the target cannot be asked.
pub async fn unknown_locales(target: &Control, collations: &[Collation]) -> Result<Vec<UnknownLocale>, Error> {
    let client = target.client();
    let mut unknown = Vec::new();
    for of in collations {
        let failed = |source| Error::Locale { collation: of.name.clone(), source };
        let tried = client.batch_execute(&format!("BEGIN READ WRITE; {}", collation::trial(of))).await;
        client.batch_execute("ROLLBACK").await.map_err(failed)?;
        let Err(error) = tried else { continue };
        let Some(said) = error.as_db_error() else { return Err(failed(error)) };
        if [SqlState::UNDEFINED_OBJECT, SqlState::INVALID_PARAMETER_VALUE].contains(said.code()) {
            unknown.push(UnknownLocale { collation: of.oid, said: said.message().to_owned() });
        }
    }
    Ok(unknown)
}
