//! Large objects: made on the target under the OIDs they have on the source, by which rows refer to them.

mod properties;

use futures_util::future::try_join_all;
use tokio::sync::Mutex;
use tokio::time::sleep;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Error, Failure, query, statements};
use crate::connect::retry::persistently;
use crate::connect::{Attempts, Control, Endpoint, RetryPolicy, Snapshot, SnapshotError, snapshot};
use crate::ddl::Statement;
use crate::error::{Explain as _, Side};

use properties::Described;

pub use properties::{oids, properties};

/// The most large objects made in one transaction. Together with [`BEGINNING_BYTES`] this bounds a worker's memory.
const BATCH_OBJECTS: i64 = 64;

/// Bytes of each that are read with it, which for most is all of it.
const BEGINNING_BYTES: i32 = 32 << 10;

/// Bytes of a further piece of a longer one.
const PIECE_BYTES: i32 = 1 << 20;

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
    /// Owners, comments, security labels and privileges the target refused.
    pub failures: Vec<Failure>,
}

/// A large object as the source has it.
struct Found {
    described: Described,
    beginning: Vec<u8>,
}

impl Found {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { described: Described::from_row(row)?, beginning: row.try_get("beginning")? })
    }
}

/// Makes sure that the target has none of the source's large objects. `source` must be inside the run's snapshot.
///
/// # Errors
///
/// When it has some, or one of the servers cannot be asked.
pub async fn require_absence(source: &Control, target: &Control) -> Result<(), Error> {
    match existing(source, target).await? {
        (count, Some(first)) => Err(Error::LargeObjectsInTheWay { count, first }),
        (_, None) => Ok(()),
    }
}

/// How many of the source's large objects the target has, and the first of them.
async fn existing(source: &Control, target: &Control) -> Result<(i64, Option<u32>), Error> {
    let (mut count, mut first, mut after) = (0, None, 0_u32);
    loop {
        let oids = oids(source, Side::Source, after, BATCH_OIDS).await?;
        let Some(last) = oids.last() else { return Ok((count, first)) };
        after = *last;
        let (found, lowest) = existing_of(target, &oids).await?;
        count += found;
        first = first.or(lowest);
    }
}

async fn existing_of(target: &Control, oids: &[u32]) -> Result<(i64, Option<u32>), Error> {
    let row = target.client().query_one(query::EXISTING_LARGE_OBJECTS, &[&oids]).await;
    let found = row.and_then(|row| Ok((row.try_get("count")?, row.try_get("first")?)));
    found.map_err(failed("list", Side::Target))
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

/// Where large objects are read and written.
#[derive(Debug, Clone, Copy)]
pub struct Ends<'a> {
    /// The moment that is copied.
    pub snapshot: &'a Snapshot,
    /// The target.
    pub target: &'a Endpoint,
    /// A session on the target.
    pub target_session: &'a Control,
    /// How often and how fast is tried again what may pass by itself.
    pub retry: RetryPolicy,
}

/// A session that is somebody else's, and another one in its place where it is lost.
struct Line<'a> {
    lent: &'a Control,
    own: Option<Control>,
}

impl<'a> Line<'a> {
    fn new(lent: &'a Control) -> Self {
        Self { lent, own: None }
    }

    fn session(&self) -> &Control {
        self.own.as_ref().unwrap_or(self.lent)
    }

    fn is_lost(&self) -> bool {
        self.session().client().is_closed()
    }
}

/// Copies every large object in batches, several of them at once on up to `jobs` sessions of each side, each batch in a
/// transaction of its own.
///
/// With `replaces`, those the target has under the same OIDs are dropped. Owners, comments, security labels of the providers that
/// `wants_labels_of` and privileges are set where `wants` their statements, and may fail. Where a server has no place for another
/// session, fewer workers go on.
///
/// Dropping the future leaves whole batches on the target.
///
/// # Errors
///
/// When a large object cannot be read, made or written, or a session not be brought into the snapshot.
pub async fn copy(
    ends: Ends<'_>,
    jobs: usize,
    replaces: bool,
    wants: impl Fn(&Statement) -> bool,
    wants_labels_of: impl Fn(&str) -> bool,
) -> Result<LargeObjects, Error> {
    let row = ends.snapshot.session().client().query_one(query::COUNT_LARGE_OBJECTS, &[]).await;
    let count = row.and_then(|row| row.try_get::<_, i64>("count")).map_err(failed("count", Side::Source))?;
    let division = Division::new(usize::try_from(count).unwrap_or(usize::MAX), jobs);
    // The last one that somebody has taken.
    let taken = Mutex::new(0_u32);
    let (wants, wants_labels_of) = (&wants, &wants_labels_of);
    let batch_objects = division.batch_objects;
    let shared = Copier { ends, taken: &taken, batch_objects, replaces, wants, wants_labels_of };
    let leader = ends.snapshot.session();
    let first = shared.run(&leader, ends.target_session);
    let others = (1..division.workers).map(|_| async {
        let Some((source, target)) = sessions(ends).await? else { return Ok(Vec::new()) };
        let batches = shared.run(&source, &target).await;
        source.close().await;
        target.close().await;
        batches
    });
    let (batches, others) = tokio::try_join!(first, try_join_all(others))?;
    if count > 0 {
        persistently(ends.retry, Error::is_passing, async || require_all(ends, count).await).await?;
    }
    let mut batches: Vec<(u32, LargeObjects)> = batches.into_iter().chain(others.into_iter().flatten()).collect();
    batches.sort_by_key(|(first, _)| *first);
    let mut copied = LargeObjects::default();
    for (_, batch) in batches {
        copied.count += batch.count;
        copied.bytes += batch.bytes;
        copied.failures.extend(batch.failures);
    }
    Ok(copied)
}

/// Two more sessions, or none where a server has no place for them.
async fn sessions(ends: Ends<'_>) -> Result<Option<(Control, Control)>, Error> {
    let sessions = tokio::try_join!(ends.snapshot.another_session(), snapshot::writing(ends.target));
    match sessions {
        Ok(sessions) => Ok(Some(sessions)),
        Err(SnapshotError::Connect(error)) => {
            tracing::warn!(%error, "no more connections: copying large objects with fewer workers");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// How many workers share the large objects, and how many of them they take at once.
#[derive(Debug, PartialEq, Eq)]
struct Division {
    workers: usize,
    batch_objects: i64,
}

impl Division {
    /// A handful of objects is not worth another session; many are divided so that none of the workers is left without, however
    /// large some of them are.
    fn new(count: usize, jobs: usize) -> Self {
        const OBJECTS_PER_WORKER_MIN: usize = 4;
        let workers = count.div_ceil(OBJECTS_PER_WORKER_MIN).clamp(1, jobs.max(1));
        let batch = i64::try_from(count / (workers * 4)).unwrap_or(i64::MAX);
        Self { workers, batch_objects: batch.clamp(1, BATCH_OBJECTS) }
    }
}

/// Makes sure that the target has as many of the source's large objects on its disk as were copied: a crash may have taken some
/// back that it had confirmed.
async fn require_all(ends: Ends<'_>, copied: i64) -> Result<(), Error> {
    let mut target = Line::new(ends.target_session);
    if target.is_lost() {
        target.own = Some(snapshot::writing_instead_of(target.session(), ends.target).await?);
    }
    snapshot::flush(target.session(), Side::Target).await?;
    let leader = ends.snapshot.session();
    let (found, _) = existing(&leader, target.session()).await?;
    if found == copied { Ok(()) } else { Err(Error::LargeObjectsLost { found, copied }) }
}

/// What the workers have in common.
struct Copier<'a, W, L> {
    ends: Ends<'a>,
    taken: &'a Mutex<u32>,
    batch_objects: i64,
    replaces: bool,
    wants: &'a W,
    wants_labels_of: &'a L,
}

impl<W: Fn(&Statement) -> bool, L: Fn(&str) -> bool> Copier<'_, W, L> {
    /// Copies batches until there are none; returns what was copied of each, by its place.
    async fn run(&self, source: &Control, target: &Control) -> Result<Vec<(u32, LargeObjects)>, Error> {
        let (mut source, mut target) = (Line::new(source), Line::new(target));
        let mut batches = Vec::new();
        // One that was taken is copied, as often as it takes.
        let mut taken = None;
        let mut attempts = Attempts::new(self.ends.retry);
        loop {
            let error = match self.next(&mut source, &mut target, &mut taken, attempts.count() > 0).await {
                Ok(None) => return Ok(batches),
                Ok(Some(batch)) => {
                    batches.push(batch);
                    taken = None;
                    attempts = Attempts::new(self.ends.retry);
                    continue;
                }
                // What was not answered may be committed only now.
                Err(error) if error.is_passing() || (attempts.count() > 0 && error.is_there_already()) => error,
                Err(error) => return Err(error),
            };
            let Some(delay) = attempts.failed() else { return Err(error) };
            tracing::warn!(%error, detail = error.detail(), try_again_in_ms = delay.as_millis(), "trying again");
            if !target.is_lost() {
                target.session().client().batch_execute("ROLLBACK").await.map_err(failed("make", Side::Target))?;
            }
            sleep(delay).await;
        }
    }

    /// Takes a batch, unless one is taken already, and copies it; `None` where there is no other.
    async fn next(
        &self,
        source: &mut Line<'_>,
        target: &mut Line<'_>,
        taken: &mut Option<u32>,
        is_again: bool,
    ) -> Result<Option<(u32, LargeObjects)>, Error> {
        if source.is_lost() {
            source.own = Some(self.ends.snapshot.another_session().await?);
        }
        if target.is_lost() {
            target.own = Some(snapshot::writing_instead_of(target.session(), self.ends.target).await?);
        }
        let (source, target) = (source.session(), target.session());
        let after = match *taken {
            Some(after) => after,
            None => match self.take(source).await? {
                Some(after) => *taken.insert(after),
                None => return Ok(None),
            },
        };
        let parameters: [&(dyn ToSql + Sync); 3] = [&after, &self.batch_objects, &BEGINNING_BYTES];
        let rows = source.client().query(query::NEXT_LARGE_OBJECTS, &parameters).await;
        let batch = rows.and_then(|rows| rows.iter().map(Found::from_row).collect::<Result<Vec<_>, _>>());
        let batch = batch.map_err(failed("read", Side::Source))?;
        // The commit of an earlier try may have been done without an answer.
        let oids: Vec<u32> = batch.iter().map(|of| of.described.oid).collect();
        let is_there = is_again && !self.replaces && existing_of(target, &oids).await?.0 == count(&oids);
        let bytes = if is_there {
            batch.iter().map(|of| length(&of.beginning)).sum()
        } else {
            make(source, target, self.replaces, &batch).await?
        };
        let made = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let described: Vec<_> = batch.into_iter().map(|of| of.described).collect();
        let mut about = properties::about(source, Side::Source, &described, self.wants_labels_of).await?;
        about.retain(self.wants);
        let failures = statements(target, &about).await.failures;
        if target.client().is_closed() {
            // Says so. What was to be set about the batch is set again.
            target.client().batch_execute("").await.map_err(failed("describe", Side::Target))?;
        }
        Ok(Some((after, LargeObjects { count: made, bytes, failures })))
    }

    /// Takes the next batch, told by the last OID before it.
    async fn take(&self, source: &Control) -> Result<Option<u32>, Error> {
        let mut taken = self.taken.lock().await;
        let after = *taken;
        let Some(&last) = oids(source, Side::Source, after, self.batch_objects).await?.last() else { return Ok(None) };
        *taken = last;
        Ok(Some(after))
    }
}

/// Makes the objects of a batch in one transaction and returns how many bytes they have.
async fn make(source: &Control, target: &Control, replaces: bool, batch: &[Found]) -> Result<u64, Error> {
    let client = target.client();
    let oids: Vec<u32> = batch.iter().map(|of| of.described.oid).collect();
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
            bytes += make_rest(source, target, of.described.oid).await?;
        }
    }
    client.batch_execute("COMMIT").await.map_err(failed("make", Side::Target))?;
    Ok(bytes)
}

/// Copies what follows a large object's beginning: the next piece is read while the last one is written.
async fn make_rest(source: &Control, target: &Control, oid: u32) -> Result<u64, Error> {
    let mut place = i64::from(BEGINNING_BYTES);
    let mut next = piece(source, oid, place).await?;
    while !next.is_empty() {
        let place_behind = place + i64::try_from(next.len()).unwrap_or(i64::MAX);
        let put = async {
            let put = target.client().query_one(query::PUT_LARGE_OBJECT_PIECE, &[&oid, &place, &next]).await;
            put.map_err(failed("write", Side::Target))
        };
        (_, next) = tokio::try_join!(put, piece(source, oid, place_behind))?;
        place = place_behind;
    }
    Ok(u64::try_from(place - i64::from(BEGINNING_BYTES)).unwrap_or_default())
}

async fn piece(source: &Control, oid: u32, place: i64) -> Result<Vec<u8>, Error> {
    let row = source.client().query_one(query::LARGE_OBJECT_PIECE, &[&oid, &place, &PIECE_BYTES]).await;
    row.and_then(|row| row.try_get("piece")).map_err(failed("read", Side::Source))
}

fn count(oids: &[u32]) -> i64 {
    i64::try_from(oids.len()).unwrap_or(i64::MAX)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn failed(act: &'static str, side: Side) -> impl FnOnce(tokio_postgres::Error) -> Error {
    move |source| Error::LargeObjects { act, side, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_large_objects_need_no_other_session_and_many_keep_every_worker_busy() {
        for (count, jobs, workers, batch_objects) in
            [(0, 8, 1, 1), (4, 8, 1, 1), (16, 8, 4, 1), (1000, 8, 8, 31), (1_000_000, 8, 8, 64), (50, 0, 1, 12)]
        {
            assert_eq!(Division::new(count, jobs), Division { workers, batch_objects }, "{count} with {jobs}");
        }
    }
}
