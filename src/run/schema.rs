//! The schema as a script.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::error::Error;
use super::request;
use super::source::Source;
use super::stop::{self, Signal};
use crate::catalog::Catalog;
use crate::connect::Endpoint;
use crate::ddl::script;
use crate::plan::earlier::Earlier;
use crate::plan::merge::Rows;
use crate::plan::pattern::PatternList;
use crate::plan::{self, LeftOut, Mode, Plan};
use crate::settings::{SchemaSettings, Section};

/// The schema of a database, for a database made from `template0` on a server of the same major version.
#[derive(Debug)]
pub struct Schema {
    /// What psql loads.
    pub script: String,
    /// What is not in it, and why.
    pub left_out: Vec<LeftOut>,
}

/// Reads a database's schema under one snapshot. The same database gives the same bytes.
///
/// When `interrupted` is ready, what runs on the source is cancelled. Dropping the future ends every session.
///
/// # Errors
///
/// When the source cannot be read, what was asked for cannot be made as a whole, or the run was interrupted.
pub async fn schema(settings: &SchemaSettings, interrupted: impl Future<Output = Signal>) -> Result<Schema, Error> {
    let source = request::source(settings.source_role.as_deref(), &settings.source)?;
    let mut work = Box::pin(read(settings, &source));
    let signal = tokio::select! {
        // A signal comes before what it has caused.
        biased;
        signal = interrupted => signal,
        schema = &mut work => return schema,
    };
    stop::stop(work, &[&source]).await;
    Err(Error::Interrupted { signal, left_behind: "nothing was printed".to_owned(), is_recorded: None })
}

async fn read(settings: &SchemaSettings, source: &Endpoint) -> Result<Schema, Error> {
    let options = plan::Options {
        mode: Mode::Schema,
        selection: request::selection(&settings.objects, &PatternList::default()),
        object_types: settings.objects.object_types.clone(),
        unwanted: settings.objects.unwanted.clone(),
        unlabelled_providers: settings.objects.exclude_security_labels.patterns().to_vec(),
        subscriptions: settings.objects.subscriptions,
        roles: settings.objects.roles,
        accepted: Vec::new(),
        clean: false,
        copy_format: None,
        jobs: 1,
        streams_per_table: 1,
        forced_chunk: None,
        rows: Rows::default(),
        analyze: false,
        earlier: Earlier::default(),
        unknown_locales: Vec::new(),
    };
    let Source { snapshot, hold, catalog, .. } = Source::hold(source, &options).await?;
    hold.confirm_all().await?;
    hold.close().await;
    snapshot.close().await;
    let plan = plan::build(&catalog, &Catalog::fresh(catalog.major), &options)?;
    let script = script::script(
        plan.statements(settings.section != Some(Section::PostData), settings.section != Some(Section::PreData)),
    );
    Ok(Schema { script, left_out: plan.left_out })
}

/// Writes what a run will do to the target's schema, for its user only to read.
///
/// # Errors
///
/// When the file cannot be written.
pub(super) fn write(path: &Path, plan: &Plan) -> Result<(), Error> {
    let script = script::script(plan.clean.iter().chain(plan.statements(true, true)));
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = open.and_then(|mut file| file.write_all(script.as_bytes()));
    written.map_err(|source| Error::SchemaFile { path: path.to_owned(), source })
}
