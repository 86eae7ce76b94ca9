//! Large objects: made on the target under the OIDs they have on the source, by which rows refer to them.

use tokio_postgres::Row;

use super::{Error, Failure, query, statements};
use crate::catalog::Privilege;
use crate::connect::Control;
use crate::ddl::{Statement, large_object};
use crate::error::Side;

/// Large objects made in one transaction. Together with [`BEGINNING_BYTES`] this bounds the memory.
const BATCH_OBJECTS: i64 = 64;

/// Bytes of each that are read with it, which for most is all of it.
const BEGINNING_BYTES: i32 = 64 << 10;

/// Bytes of a further piece of a longer one.
const PIECE_BYTES: i32 = 4 << 20;

/// OIDs that are compared at once.
const BATCH_OIDS: i64 = 10_000;

/// Large objects dropped in one transaction: each takes a lock.
const BATCH_DROPPED: i64 = 1000;

/// What was copied.
#[derive(Debug, Default)]
pub struct LargeObjects {
    /// Large objects.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Owners, comments and privileges the target refused.
    pub failures: Vec<Failure>,
}

/// A large object as the source describes it.
struct Described {
    oid: u32,
    owner: String,
    comment: Option<String>,
    beginning: Vec<u8>,
}

impl Described {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            oid: row.try_get("oid")?,
            owner: row.try_get("owner")?,
            comment: row.try_get("comment")?,
            beginning: row.try_get("beginning")?,
        })
    }
}

/// Makes sure that the target has none of the source's large objects. `source` must be inside the run's snapshot.
///
/// # Errors
///
/// When it has some, or one of the servers cannot be asked.
pub async fn require_absence(source: &Control, target: &Control) -> Result<(), Error> {
    let (mut count, mut first, mut after) = (0, None, 0_u32);
    loop {
        let rows = source.client().query(query::LARGE_OBJECT_OIDS, &[&after, &BATCH_OIDS]).await;
        let oids = rows.and_then(|rows| rows.iter().map(|row| row.try_get("oid")).collect::<Result<Vec<u32>, _>>());
        let oids = oids.map_err(failed("list", Side::Source))?;
        let Some(last) = oids.last() else { break };
        after = *last;
        let row = target.client().query_one(query::EXISTING_LARGE_OBJECTS, &[&oids]).await;
        let found = row.and_then(|row| Ok((row.try_get::<_, i64>("count")?, row.try_get::<_, Option<u32>>("first")?)));
        let (found, lowest) = found.map_err(failed("list", Side::Target))?;
        count += found;
        first = first.or(lowest);
    }
    match first {
        Some(first) => Err(Error::LargeObjectsInTheWay { count, first }),
        None => Ok(()),
    }
}

/// Whether the target has any large object.
///
/// # Errors
///
/// When it cannot be asked.
pub async fn has_any(target: &Control) -> Result<bool, Error> {
    let row = target.client().query_one(query::ANY_LARGE_OBJECTS, &[]).await;
    row.and_then(|row| row.try_get("has_any")).map_err(failed("list", Side::Target))
}

/// Drops every large object of the target, batch after batch.
///
/// Dropping the future leaves the others.
///
/// # Errors
///
/// When one cannot be dropped.
pub async fn drop_all(target: &Control) -> Result<(), Error> {
    loop {
        let row = target.client().query_one(query::DROP_NEXT_LARGE_OBJECTS, &[&BATCH_DROPPED]).await;
        let dropped = row.and_then(|row| row.try_get::<_, i64>("dropped")).map_err(failed("drop", Side::Target))?;
        if dropped == 0 {
            return Ok(());
        }
    }
}

/// Copies every large object, batch after batch, each in a transaction of its own. `source` must be inside the run's snapshot.
///
/// With `replaces`, those the target has under the same OIDs are dropped. Owners, comments and privileges are set where
/// `wants` their statements, and may fail.
///
/// Dropping the future leaves whole batches on the target.
///
/// # Errors
///
/// When a large object cannot be read, made or written.
pub async fn copy(
    source: &Control,
    target: &Control,
    replaces: bool,
    wants: impl Fn(&Statement) -> bool,
) -> Result<LargeObjects, Error> {
    let mut copied = LargeObjects::default();
    let mut after = 0_u32;
    loop {
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&after, &BATCH_OBJECTS, &BEGINNING_BYTES];
        let rows = source.client().query(query::NEXT_LARGE_OBJECTS, &parameters).await;
        let batch = rows.and_then(|rows| rows.iter().map(Described::from_row).collect::<Result<Vec<_>, _>>());
        let batch = batch.map_err(failed("read", Side::Source))?;
        let Some(last) = batch.last() else { return Ok(copied) };
        after = last.oid;
        copied.bytes += make(source, target, replaces, &batch).await?;
        copied.count += u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let mut about = about(source, &batch).await?;
        about.retain(&wants);
        copied.failures.extend(statements(target, &about).await.failures);
    }
}

/// Makes the objects of a batch in one transaction and returns how many bytes they have.
async fn make(source: &Control, target: &Control, replaces: bool, batch: &[Described]) -> Result<u64, Error> {
    let client = target.client();
    let oids: Vec<u32> = batch.iter().map(|of| of.oid).collect();
    let beginnings: Vec<&[u8]> = batch.iter().map(|of| of.beginning.as_slice()).collect();
    client.batch_execute("BEGIN").await.map_err(failed("make", Side::Target))?;
    if replaces {
        client.query_one(query::DROP_LARGE_OBJECTS, &[&oids]).await.map_err(failed("drop", Side::Target))?;
    }
    client.query_one(query::CREATE_LARGE_OBJECTS, &[&oids, &beginnings]).await.map_err(failed("make", Side::Target))?;
    let mut bytes = 0;
    for of in batch {
        bytes += length(&of.beginning);
        if of.beginning.len() == usize::try_from(BEGINNING_BYTES).unwrap_or_default() {
            bytes += make_rest(source, target, of.oid).await?;
        }
    }
    client.batch_execute("COMMIT").await.map_err(failed("make", Side::Target))?;
    Ok(bytes)
}

/// Copies what follows a large object's beginning.
async fn make_rest(source: &Control, target: &Control, oid: u32) -> Result<u64, Error> {
    let mut place = i64::from(BEGINNING_BYTES);
    loop {
        let row = source.client().query_one(query::LARGE_OBJECT_PIECE, &[&oid, &place, &PIECE_BYTES]).await;
        let piece = row.and_then(|row| row.try_get::<_, Vec<u8>>("piece")).map_err(failed("read", Side::Source))?;
        if piece.is_empty() {
            return Ok(u64::try_from(place - i64::from(BEGINNING_BYTES)).unwrap_or_default());
        }
        let put = target.client().query_one(query::PUT_LARGE_OBJECT_PIECE, &[&oid, &place, &piece]).await;
        put.map_err(failed("write", Side::Target))?;
        place += i64::try_from(piece.len()).unwrap_or(i64::MAX);
    }
}

/// The statements that set the owners, comments and privileges of a batch.
async fn about(source: &Control, batch: &[Described]) -> Result<Vec<Statement>, Error> {
    let oids: Vec<u32> = batch.iter().map(|of| of.oid).collect();
    let rows = source.client().query(query::LARGE_OBJECT_PRIVILEGES, &[&oids]).await;
    let privileges = rows.and_then(|rows| rows.iter().map(privilege).collect::<Result<Vec<_>, _>>());
    let privileges = privileges.map_err(failed("read the privileges of", Side::Source))?;
    let about = batch.iter().flat_map(|of| {
        let own: Vec<_> = privileges.iter().filter(|privilege| privilege.oid == of.oid).cloned().collect();
        large_object::about(of.oid, &of.owner, of.comment.as_deref(), &own)
    });
    Ok(about.collect())
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

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn failed(act: &'static str, side: Side) -> impl FnOnce(tokio_postgres::Error) -> Error {
    move |source| Error::LargeObjects { act, side, source }
}
