//! Takes over what the source knows of its tables for planning, so that the target plans as well from the first query on.
//!
//! The numbers of rows and blocks are the target's own: a table that is half empty on the source is not here.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Applied, Error, Failure, query, statements};
use crate::connect::Control;
use crate::ddl::{Action, QualifiedName, Statement};
use crate::error::Side;
use crate::plan::statistics::CarriedStatistics;

/// Columns whose statistics are under way at once.
const IN_FLIGHT: usize = 16;

/// Tables whose numbers of rows are set by one query.
const BATCH_TABLES: usize = 500;

/// From here on servers keep statistics of ranges where they can be read.
const RANGE_STATISTICS_MAJOR: u32 = 17;

/// Takes over the statistics of `tables`. `rows` are the numbers of rows that were copied. A large table of which the source knows
/// nothing, or the target does not take everything, is analyzed; what of that fails is returned.
///
/// Statistics hold values of columns: the target session's `client_min_messages` is raised so that its remarks show none.
///
/// Dropping the future leaves some tables with statistics and some without.
///
/// # Errors
///
/// When the source cannot be read, or the target fails otherwise than by refusing values.
pub async fn carry(
    source: &Control,
    target: &Control,
    tables: &[CarriedStatistics],
    rows: &BTreeMap<QualifiedName, u64>,
) -> Result<Vec<Failure>, Error> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |side| move |source| Error::Statistics { side, source };
    let quiet = target.client().query_one(query::SET_FOR_SESSION, &[&"client_min_messages", &"error"]).await;
    quiet.map_err(failed(Side::Target))?;
    set_rows(target, tables, rows).await.map_err(failed(Side::Target))?;

    let version = i32::try_from(source.server_version()).unwrap_or(i32::MAX);
    let oids: Vec<u32> = tables.iter().map(|table| table.relation).collect();
    let columns = if source.major() < RANGE_STATISTICS_MAJOR {
        query::COLUMN_STATISTICS_BEFORE_17
    } else {
        query::COLUMN_STATISTICS
    };
    let parameters: [&(dyn ToSql + Sync); 1] = [&oids];
    let read = source.client().query_raw(columns, parameters).await.map_err(failed(Side::Source))?;
    let restore = target.client().prepare(query::RESTORE_COLUMN).await.map_err(failed(Side::Target))?;
    let restored = read.map(|row| async {
        let row = row.map_err(failed(Side::Source))?;
        let relation: u32 = row.try_get("relation").map_err(failed(Side::Source))?;
        let values = Column::from_row(&row).map_err(failed(Side::Source))?;
        let taken = target.client().query_one(&restore, &values.parameters(&version)).await;
        let is_complete = taken.and_then(|row| row.try_get::<_, bool>("is_complete")).map_err(failed(Side::Target))?;
        Ok::<_, Error>((relation, is_complete))
    });
    let mut restored = pin!(restored.buffered(IN_FLIGHT));
    let (mut known, mut incomplete) = (BTreeSet::new(), BTreeSet::new());
    while let Some((relation, is_complete)) = restored.try_next().await? {
        if is_complete {
            known.insert(relation);
        } else {
            incomplete.insert(relation);
        }
    }
    let is_lacking =
        |of: &&CarriedStatistics| of.is_large && (!known.contains(&of.relation) || incomplete.contains(&of.relation));
    let analyze =
        |of: &CarriedStatistics| Statement::new(Action::Analyze, &of.address, format!("ANALYZE {}", of.address.sql));
    let analyzed: Vec<Statement> = tables.iter().filter(is_lacking).map(analyze).collect();
    tracing::debug!(tables = known.len(), analyzed = analyzed.len(), "statistics taken over");
    let Applied { failures, .. } = statements(target, &analyzed).await;
    Ok(failures)
}

async fn set_rows(
    target: &Control,
    tables: &[CarriedStatistics],
    rows: &BTreeMap<QualifiedName, u64>,
) -> Result<(), tokio_postgres::Error> {
    #[expect(clippy::cast_precision_loss, reason = "reltuples is a float4")]
    let counted: Vec<_> = tables.iter().filter_map(|of| Some((&of.table, *rows.get(&of.table)? as f32))).collect();
    for batch in counted.chunks(BATCH_TABLES) {
        let schemas: Vec<&str> = batch.iter().map(|(table, _)| table.schema.as_str()).collect();
        let names: Vec<&str> = batch.iter().map(|(table, _)| table.name.as_str()).collect();
        let rows: Vec<f32> = batch.iter().map(|(_, rows)| *rows).collect();
        target.client().query(query::RESTORE_TABLES, &[&schemas, &names, &rows]).await?;
    }
    Ok(())
}

/// The statistics of one column, as `pg_stats` has them.
struct Column {
    schema: String,
    name: String,
    attribute: String,
    inherited: bool,
    null_frac: Option<f32>,
    avg_width: Option<i32>,
    n_distinct: Option<f32>,
    most_common_vals: Option<String>,
    most_common_freqs: Option<Vec<f32>>,
    histogram_bounds: Option<String>,
    correlation: Option<f32>,
    most_common_elems: Option<String>,
    most_common_elem_freqs: Option<Vec<f32>>,
    elem_count_histogram: Option<Vec<f32>>,
    range_length_histogram: Option<String>,
    range_empty_frac: Option<f32>,
    range_bounds_histogram: Option<String>,
}

impl Column {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            attribute: row.try_get("column")?,
            inherited: row.try_get("inherited")?,
            null_frac: row.try_get("null_frac")?,
            avg_width: row.try_get("avg_width")?,
            n_distinct: row.try_get("n_distinct")?,
            most_common_vals: row.try_get("most_common_vals")?,
            most_common_freqs: row.try_get("most_common_freqs")?,
            histogram_bounds: row.try_get("histogram_bounds")?,
            correlation: row.try_get("correlation")?,
            most_common_elems: row.try_get("most_common_elems")?,
            most_common_elem_freqs: row.try_get("most_common_elem_freqs")?,
            elem_count_histogram: row.try_get("elem_count_histogram")?,
            range_length_histogram: row.try_get("range_length_histogram")?,
            range_empty_frac: row.try_get("range_empty_frac")?,
            range_bounds_histogram: row.try_get("range_bounds_histogram")?,
        })
    }

    fn parameters<'a>(&'a self, version: &'a i32) -> [&'a (dyn ToSql + Sync); 18] {
        [
            version,
            &self.schema,
            &self.name,
            &self.attribute,
            &self.inherited,
            &self.null_frac,
            &self.avg_width,
            &self.n_distinct,
            &self.most_common_vals,
            &self.most_common_freqs,
            &self.histogram_bounds,
            &self.correlation,
            &self.most_common_elems,
            &self.most_common_elem_freqs,
            &self.elem_count_histogram,
            &self.range_length_histogram,
            &self.range_empty_frac,
            &self.range_bounds_histogram,
        ]
    }
}
