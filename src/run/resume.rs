//! Goes on with what an earlier run of the same request left on the target: what is dropped, emptied, kept, and what is recorded
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use super::emptied::Emptied;
use super::error::Error;
use super::record::{Recording, asked};
use super::request::Request;
use crate::apply::Failure;
use crate::catalog::{self, Catalog, Relation};
use crate::connect::{Control, Snapshot, SnapshotError};
use crate::ddl::{Action, Address, QualifiedName, table};
use crate::error::Side;
use crate::plan::earlier::{self, Earlier, EarlierObject};
use crate::plan::load::TableLoad;
use crate::plan::{self, Mode, Plan};
use crate::report::Kept;
use crate::store::digest_of;
use crate::store::ledger::{
    self, Known, Ledger, LoadedTable, MadeObject, PlannedTable, Stage, TargetIdentity, snapshot_time,
};

/// Tables counted by one query.
const BATCH_TABLES: usize = 100;

/// What an earlier run left on the target, and where to record what this one does. Nothing where there is no store.
#[derive(Default)]
pub(super) struct Resume<'a> {
    recorded: Option<Recorded<'a>>,
}

struct Recorded<'a> {
    ledger: &'a Ledger<'a>,
    target: TargetIdentity,
    mode: Mode,
    keep_loaded: bool,
    is_upsert: bool,
    /// Of an earlier run on the same database.
    stage: Stage,
    schema_digest: Option<String>,
    large_objects: bool,
    objects: Vec<MadeObject>,
    tables: BTreeMap<QualifiedName, LoadedTable>,
}

/// What becomes of the tables.
#[derive(Default)]
pub(super) struct Settled {
    /// Loaded by an earlier run, and left as they are.
    pub(super) kept: Vec<Kept>,
    /// Hold rows of an earlier run, and are emptied first.
    emptied: Emptied,
    /// What is recorded of each.
    planned: Vec<PlannedTable>,
}

impl<'a> Resume<'a> {
    pub(super) async fn new(
        recording: &'a Recording<'a>,
        known: Option<&Known>,
        target: TargetIdentity,
        request: &Request,
    ) -> Result<Self, Error> {
        let ledger = &recording.ledger;
        let (objects, tables) = match known {
            Some(_) => (ledger.objects().await?, ledger.tables().await?),
            None => (Vec::new(), Vec::new()),
        };
        Ok(Self {
            recorded: Some(Recorded {
                ledger,
                target,
                mode: request.plan.mode,
                keep_loaded: request.keep_loaded,
                is_upsert: request.is_upsert,
                stage: known.map_or(Stage::Begun, |known| known.stage),
                schema_digest: known.and_then(|known| known.schema_digest.clone()),
                large_objects: known.is_some_and(|known| known.large_objects),
                objects,
                tables: tables.into_iter().map(|of| (of.table.clone(), of)).collect(),
            }),
        })
    }

    /// What the earlier run made. Where it did not come to record which relations it made, their sizes are read: it wrote no
    /// rows.
    pub(super) async fn earlier(&self, target: &Control, here: &mut Catalog) -> Result<Earlier, Error> {
        let Some(recorded) = self.recorded.as_ref().filter(|of| of.mode != Mode::Data && of.stage != Stage::Begun)
        else {
            return Ok(Earlier::default());
        };
        if recorded.stage == Stage::Making {
            catalog::read_sizes(target.client(), Side::Target, here).await?;
        }
        let objects = recorded.objects.iter().map(|of| EarlierObject {
            kind: of.kind.clone(),
            reference: of.reference.clone(),
            oid: of.oid,
            is_refused: of.is_refused,
        });
        let keeps = recorded.keep_loaded && recorded.stage == Stage::Made;
        Ok(Earlier { objects: objects.collect(), keeps })
    }

    /// Whether every large object of the target is an earlier run's.
    pub(super) fn has_large_objects(&self) -> bool {
        self.recorded.as_ref().is_some_and(|of| of.large_objects)
    }

    /// Finds out which tables stay as they are and which have to be emptied, and takes the former out of the plan.
    pub(super) async fn settle(
        &self,
        plan: &mut Plan,
        options: &plan::Options,
        (source, target): (&Catalog, &Catalog),
        session: &Control,
    ) -> Result<Settled, Error> {
        let Some(recorded) = self.recorded.as_ref().filter(|of| of.mode != Mode::Schema) else {
            return Ok(Settled::default());
        };
        if options.earlier.keeps && recorded.schema_digest != Some(digest(source, target.major, options)?) {
            return Err(plan::Error::CannotKeep {
                object: "what the earlier run made".to_owned(),
                problem: "the source's definitions, or the settings, are not what they were then",
            }
            .into());
        }
        let oids: BTreeMap<_, _> =
            target.relations.iter().filter(|of| of.is_table()).map(|of| (of.qualified_name(), of)).collect();
        let is_there = recorded.mode == Mode::Data || options.earlier.keeps;
        let counted: Vec<&QualifiedName> = plan.loads.iter().map(|load| &load.table).filter(|_| is_there).collect();
        let rows = count(session, &counted).await?;
        let whole = recorded.whole_hierarchies(&plan.loads, &oids, &rows)?;
        let mut settled = Settled::default();
        let (mut loads, mut emptied) = (Vec::new(), Vec::new());
        for load in std::mem::take(&mut plan.loads) {
            let place = oids.get(&load.table).copied().filter(|_| is_there);
            match recorded.fate(&load, place, rows.get(&load.table).copied().unwrap_or_default(), &whole)? {
                Fate::Kept(kept) => settled.kept.push(kept),
                Fate::Emptied => {
                    emptied.push(load.table.clone());
                    settled.planned.push(planned(&load, place, 0, false));
                    loads.push(load);
                    continue;
                }
                Fate::Loaded { rows_before } => {
                    settled.planned.push(planned(&load, place, rows_before, false));
                    loads.push(load);
                    continue;
                }
            }
            settled.planned.push(planned(&load, place, 0, true));
        }
        plan.loads = loads;
        settled.emptied = Emptied::new(emptied, target);
        if options.earlier.keeps {
            let loaded = settled.planned.iter().filter(|of| !of.is_kept).filter_map(|of| of.oid);
            earlier::keep_tasks(plan, target, &loaded.collect());
        }
        // What is kept never arrives.
        let arriving: BTreeSet<u32> = plan.loads.iter().map(|load| load.relation).collect();
        for task in &mut plan.post_data {
            task.rows.retain(|relation| arriving.contains(relation));
        }
        Ok(settled)
    }

    /// Records what is about to be made, unless what is there is kept.
    pub(super) async fn making(
        &self,
        plan: &Plan,
        options: &plan::Options,
        (source, target): (&Catalog, &Catalog),
    ) -> Result<(), Error> {
        let Some(recorded) = self.recorded.as_ref().filter(|of| of.mode != Mode::Data && !options.earlier.keeps) else {
            return Ok(());
        };
        let digest = digest(source, target.major, options)?;
        let objects = plan.made.iter().map(|of| (of.kind, of.sql.as_str()));
        Ok(recorded.ledger.making(&recorded.target, &digest, objects).await?)
    }

    /// Records what was made: from now on a relation is known by its OID, and rows may be written.
    pub(super) async fn made(
        &self,
        settled: &mut Settled,
        plan: &Plan,
        failures: &[Failure],
        target: &Control,
    ) -> Result<(), Error> {
        let Some(recorded) = self.recorded.as_ref().filter(|of| of.mode != Mode::Data) else { return Ok(()) };
        let relations: Vec<&str> = plan.made.iter().filter(|of| is_relation(of)).map(|of| of.sql.as_str()).collect();
        let oids = ledger::target_relations(target, &relations).await.map_err(asked("read what was made"))?;
        let oids: BTreeMap<String, u32> = oids.into_iter().collect();
        let refusals = || failures.iter().filter(|failure| failure.is_refusal);
        let refused: BTreeSet<_> =
            refusals().map(|failure| (failure.statement.object.kind, &failure.statement.object.sql)).collect();
        // An object that is there and lacks something that others rest on cannot be gone on with.
        let is_half =
            |failure: &Failure| !failure.statement.action.is_optional() && failure.statement.action != Action::Create;
        let objects: Vec<_> = plan
            .made
            .iter()
            .map(|of| MadeObject {
                kind: of.kind.to_owned(),
                reference: of.sql.clone(),
                oid: oids.get(&of.sql).copied().filter(|_| is_relation(of)),
                is_refused: refused.contains(&(of.kind, &of.sql)),
            })
            .collect();
        for table in &mut settled.planned {
            table.oid = oids.get(&table.table.sql()).copied();
        }
        Ok(recorded.ledger.made(&objects, !refusals().any(is_half)).await?)
    }

    /// Records what is about to be loaded, and then empties what an earlier run has loaded.
    pub(super) async fn loading(
        &self,
        settled: &Settled,
        snapshot: &Snapshot,
        target: &Control,
        large_objects: bool,
    ) -> Result<(), Error> {
        let Some(recorded) = self.recorded.as_ref().filter(|of| of.mode != Mode::Schema) else { return Ok(()) };
        let at = snapshot_time(&snapshot.session()).await;
        let at = at.map_err(|error| SnapshotError::failed("read the snapshot's time", Side::Source)(error))?;
        let id = snapshot.id();
        let moment = (id.as_str(), at.as_str());
        recorded.ledger.loading(&recorded.target, moment, &settled.planned, large_objects).await?;
        settled.emptied.empty(target).await
    }
}

/// The partitions of a table that rows are inserted through.
#[derive(Default)]
struct Hierarchy {
    /// Rows that were added to them.
    rows: i64,
    /// Rows that are recorded.
    recorded: i64,
    /// Whether some were not loaded.
    is_partial: bool,
}

/// What becomes of a table.
enum Fate {
    Kept(Kept),
    Emptied,
    Loaded { rows_before: i64 },
}

impl Recorded<'_> {
    /// The partitioned tables that rows were inserted through, and that have all of them. Those may lie in other partitions than on
    /// the source: the partitions are kept together, or not at all, and whose rows one of them holds cannot be told.
    ///
    /// # Errors
    ///
    /// Where such a table holds something, and not all of its rows.
    fn whole_hierarchies(
        &self,
        loads: &[TableLoad],
        oids: &BTreeMap<QualifiedName, &Relation>,
        rows: &BTreeMap<QualifiedName, i64>,
    ) -> Result<BTreeSet<QualifiedName>, Error> {
        let mut hierarchies: BTreeMap<&QualifiedName, Hierarchy> = BTreeMap::new();
        for load in loads.iter().filter(|_| !self.is_upsert) {
            let Some(root) = &load.through else { continue };
            let (known, place) = (self.tables.get(&load.table), oids.get(&load.table));
            let Some(known) = known.filter(|known| place.is_some_and(|place| known.oid == Some(place.oid))) else {
                continue;
            };
            let hierarchy = hierarchies.entry(root).or_default();
            hierarchy.rows += rows.get(&load.table).copied().unwrap_or_default() - known.rows_before;
            hierarchy.recorded += known.rows;
            hierarchy.is_partial |= !known.is_loaded;
        }
        let mut whole = BTreeSet::new();
        for (root, Hierarchy { rows, recorded, is_partial }) in hierarchies {
            if self.keep_loaded && !is_partial && rows == recorded {
                whole.insert(root.clone());
            } else if rows != 0 && self.mode == Mode::Data {
                return Err(Error::NotOurs { table: root.clone() });
            } else if rows != 0 {
                let problem = "its rows may lie in any of its partitions, and not all of them are there";
                return Err(plan::Error::CannotKeep { object: format!("table {root}"), problem }.into());
            }
        }
        Ok(whole)
    }

    /// A table is kept only where it has exactly the rows that were recorded, and emptied only where it had none before the request.
    fn fate(
        &self,
        load: &TableLoad,
        place: Option<&Relation>,
        rows: i64,
        whole: &BTreeSet<QualifiedName>,
    ) -> Result<Fate, Error> {
        let Some(place) = place else { return Ok(Fate::Loaded { rows_before: 0 }) };
        let Some(known) = self.tables.get(&load.table).filter(|known| known.oid == Some(place.oid)) else {
            return Ok(Fate::Loaded { rows_before: rows });
        };
        let has_its_rows = match &load.through {
            Some(root) => whole.contains(root),
            None => known.rows_before + known.rows == rows,
        };
        if self.keep_loaded && known.is_loaded && has_its_rows {
            let (table, snapshot_at) = (load.table.clone(), known.snapshot_at.clone());
            return Ok(Fate::Kept(Kept { table, rows: known.rows.unsigned_abs(), snapshot_at }));
        }
        if self.is_upsert || rows == known.rows_before {
            return Ok(Fate::Loaded { rows_before: known.rows_before });
        }
        if known.rows_before > 0 {
            return Err(Error::NotOurs { table: load.table.clone() });
        }
        Ok(Fate::Emptied)
    }
}

fn planned(load: &TableLoad, place: Option<&Relation>, rows_before: i64, is_kept: bool) -> PlannedTable {
    PlannedTable {
        table: load.table.clone(),
        oid: place.map(|place| place.oid),
        rows_before,
        chunks: load.chunks.len(),
        bytes_estimate: load.bytes_estimate,
        is_kept,
    }
}

fn is_relation(of: &Address) -> bool {
    matches!(of.kind, "TABLE" | "FOREIGN TABLE" | "VIEW" | "MATERIALIZED VIEW" | "SEQUENCE")
}

fn digest(source: &Catalog, target_major: u32, options: &plan::Options) -> Result<String, Error> {
    let statements = plan::definitions(source, target_major, options)?;
    Ok(digest_of(statements.iter().map(|statement| statement.sql.as_str())))
}

pub(super) async fn count(session: &Control, tables: &[&QualifiedName]) -> Result<BTreeMap<QualifiedName, i64>, Error> {
    let mut rows = BTreeMap::new();
    for batch in tables.chunks(BATCH_TABLES) {
        let counted = session.client().query(&table::count(batch.iter().copied()), &[]).await;
        let counted = counted.map_err(asked("count the rows of tables"))?;
        for (table, row) in batch.iter().zip(&counted) {
            rows.insert((*table).clone(), row.try_get("rows").map_err(asked("count the rows of tables"))?);
        }
    }
    Ok(rows)
}
