//! What large objects have beside their bytes, as statements.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{failed, query};
use crate::apply::Error;
use crate::catalog::Privilege;
use crate::connect::Control;
use crate::ddl::{Statement, large_object};
use crate::error::Side;

/// A large object's owner and comment.
pub(super) struct Described {
    pub(super) oid: u32,
    owner: String,
    comment: Option<String>,
}

impl Described {
    pub(super) fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { oid: row.try_get("oid")?, owner: row.try_get("owner")?, comment: row.try_get("comment")? })
    }
}

/// The OIDs of so many large objects that follow one.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn oids(session: &Control, side: Side, after: u32, count: i64) -> Result<Vec<u32>, Error> {
    let rows = session.client().query(query::LARGE_OBJECT_OIDS, &[&after, &count]).await;
    let oids = rows.and_then(|rows| rows.iter().map(|row| row.try_get("oid")).collect());
    oids.map_err(failed("list", side))
}

/// The statements that set the owners, comments, security labels and privileges of some large objects, those of them that are there:
/// at least one for each.
///
/// # Errors
///
/// When the server cannot be asked.
pub async fn properties(
    session: &Control,
    side: Side,
    oids: &[u32],
    wants_labels_of: impl Fn(&str) -> bool,
) -> Result<Vec<Statement>, Error> {
    let rows = session.client().query(query::DESCRIBED_LARGE_OBJECTS, &[&oids]).await;
    let described = rows.and_then(|rows| rows.iter().map(Described::from_row).collect::<Result<Vec<_>, _>>());
    about(session, side, &described.map_err(failed("describe", side))?, wants_labels_of).await
}

/// The statements that set the owners, comments, security labels and privileges of a batch.
pub(super) async fn about(
    session: &Control,
    side: Side,
    batch: &[Described],
    wants_labels_of: impl Fn(&str) -> bool,
) -> Result<Vec<Statement>, Error> {
    let oids: Vec<u32> = batch.iter().map(|of| of.oid).collect();
    let of_batch: [&(dyn ToSql + Sync); 1] = [&oids];
    let (privileges, labels) = tokio::join!(
        session.client().query(query::LARGE_OBJECT_PRIVILEGES, &of_batch),
        session.client().query(query::LARGE_OBJECT_LABELS, &of_batch),
    );
    let privileges = privileges.and_then(|rows| rows.iter().map(privilege).collect::<Result<Vec<_>, _>>());
    let privileges = privileges.map_err(failed("read the privileges of", side))?;
    let labels = labels.and_then(|rows| rows.iter().map(label).collect::<Result<Vec<_>, _>>());
    let labels = labels.map_err(failed("read the security labels of", side))?;
    let about = batch.iter().flat_map(|of| {
        let of_this = labels.iter().filter(|(oid, provider, _)| *oid == of.oid && wants_labels_of(provider));
        let of_this = of_this.map(|(_, provider, label)| (provider.as_str(), label.as_str()));
        let own: Vec<_> = privileges.iter().filter(|privilege| privilege.oid == of.oid).cloned().collect();
        large_object::about(of.oid, &of.owner, of.comment.as_deref(), of_this, &own)
    });
    Ok(about.collect())
}

/// The large object, the provider and the label.
fn label(row: &Row) -> Result<(u32, String, String), tokio_postgres::Error> {
    Ok((row.try_get("oid")?, row.try_get("provider")?, row.try_get("label")?))
}

fn privilege(row: &Row) -> Result<Privilege, tokio_postgres::Error> {
    Ok(Privilege {
        class: crate::catalog::class::LARGE_OBJECT,
        oid: row.try_get("oid")?,
        sub_id: 0,
        initial: row.try_get("initial")?,
        position: row.try_get("position")?,
        grantor: row.try_get("grantor")?,
        grantee: row.try_get("grantee")?,
        privilege: row.try_get("privilege")?,
        grantable: row.try_get("grantable")?,
    })
}
