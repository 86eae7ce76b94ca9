//! Settings → what each layer is asked to do.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use super::Error;
use crate::apply::BuildSettings;
use crate::connect::{Conninfo, Control, Endpoint, Environment};
use crate::copy;
use crate::error::Side;
use crate::plan::chunks::ForcedChunk;
use crate::plan::earlier::Earlier;
use crate::plan::load::CopyFormat;
use crate::plan::merge::Rows;
use crate::plan::pattern::{Pattern, PatternList};
use crate::plan::roles::Roles;
use crate::plan::select::Selection;
use crate::plan::{self, Mode};
use crate::settings::{self, ChunkSize, Objects, OnRowError, Secret, Settings};
use crate::store::Identity;

/// What a run is asked to do.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that the user has by itself")]
#[derive(Debug)]
pub(super) struct Request {
    /// The database that is read.
    pub(super) source: Endpoint,
    /// The database that is written.
    pub(super) target: Endpoint,
    /// The database that remembers snapshot requests.
    pub(super) store: Option<Endpoint>,
    /// What was asked for, as the store knows it.
    pub(super) identity: Identity,
    /// Whether what the store records as completed is copied again.
    pub(super) repeat: bool,
    /// Whether tables that an earlier run of the same request loaded stay.
    pub(super) keep_loaded: bool,
    /// Whether rows that are there already are merged with, so that loading them twice does no harm.
    pub(super) is_upsert: bool,
    /// Whether a target that is not there is made.
    pub(super) create_target: bool,
    /// What is copied, and in which pieces.
    pub(super) plan: plan::Options,
    /// How rows are copied, but for the file that rejected ones go to.
    pub(super) copy: copy::Options,
    /// That file, and how many rows in it are accepted.
    pub(super) on_row_error: OnRowError,
    /// How everything behind them is built.
    pub(super) build: BuildSettings,
    /// Where the statements that make the schema are written.
    pub(super) schema_dump_file: Option<PathBuf>,
    /// Whether what was copied is compared in the end.
    pub(super) verify: bool,
    /// The most rows that are shown of a table that differs.
    pub(super) differences_max: usize,
}

impl Request {
    /// Takes the settings apart. Reads certificates and password files, and connects to nothing.
    pub(super) fn new(settings: &Settings) -> Result<Self, Error> {
        let attended = |endpoint: Endpoint| endpoint.with_stall_limit(settings.stall_timeout);
        let source = attended(source(settings.source_role.as_deref(), &settings.source)?);
        let target = attended(endpoint(Side::Target, &settings.target)?);
        let plan = plan_options(settings);
        Ok(Self {
            identity: identity(&source, &target, &plan),
            source,
            target,
            repeat: settings.repeat,
            keep_loaded: settings.keep_loaded,
            is_upsert: plan.merges(),
            store: settings.store.as_ref().map(|store| endpoint(Side::Store, store).map(attended)).transpose()?,
            create_target: settings.create_target && settings.mode != settings::Mode::Data,
            plan,
            copy: copy_options(settings),
            on_row_error: settings.merging.on_row_error.clone(),
            build: build_settings(settings),
            schema_dump_file: settings.schema_dump_file.clone(),
            verify: settings.verify,
            differences_max: settings.differences_max,
        })
    }

    /// How rows are copied. Makes the file for rejected rows, where there is to be one.
    pub(super) async fn copy_options(&self) -> Result<copy::Options, Error> {
        let OnRowError::Reject { file: path, .. } = &self.on_row_error else { return Ok(self.copy.clone()) };
        let unusable = |source| Error::RejectFile { path: path.clone(), source };
        Ok(copy::Options { rejects: Some(copy::Rejects::create(path).await.map_err(unusable)?), ..self.copy.clone() })
    }

    /// How many rejected rows the user accepts.
    pub(super) fn rejects_max(&self) -> u64 {
        match self.on_row_error {
            OnRowError::Stop => 0,
            OnRowError::Reject { rejects_max, .. } => rejects_max,
        }
    }

    /// A session on the store, where there is one. Where the store is in the target's database, and that is not there and is to
    /// be made, `make` is called first and its result returned.
    pub(super) async fn store_session<T>(
        &self,
        make: impl AsyncFnOnce() -> Result<T, Error>,
    ) -> Result<(Option<Control>, Option<T>), Error> {
        let Some(store) = &self.store else { return Ok((None, None)) };
        match store.control().await {
            Err(error) if error.is_missing_database() && self.create_target && store.place() == self.target.place() => {
                let target = make().await?;
                Ok((Some(store.control().await?), Some(target)))
            }
            session => Ok((Some(session?), None)),
        }
    }
}

/// What makes the request the same as another one.
pub(super) fn identity(source: &Endpoint, target: &Endpoint, options: &plan::Options) -> Identity {
    let Selection { tables, excluded_tables, schema_only_tables, global_objects } = &options.selection;
    let words = |name: &str, patterns: &[Pattern]| {
        let patterns: BTreeSet<String> = patterns.iter().map(Pattern::canonical).collect();
        let patterns = patterns.into_iter().collect::<Vec<_>>().join(", ");
        (!patterns.is_empty()).then(|| format!("{name}{patterns}"))
    };
    let parts = [
        words("", tables).or_else(|| Some("everything".to_owned())),
        words("without ", excluded_tables),
        words("without rows of ", schema_only_tables),
        global_objects.then(|| "with global objects".to_owned()),
    ];
    Identity {
        source: source.place(),
        target: target.place(),
        mode: match options.mode {
            Mode::Full => "full",
            Mode::Schema => "schema",
            Mode::Data => "data",
        },
        selection: parts.into_iter().flatten().collect::<Vec<_>>().join("; "),
    }
}

/// Where the store's connection string leads.
pub(super) fn store(conninfo: &Secret) -> Result<Endpoint, Error> {
    endpoint(Side::Store, conninfo)
}

/// Where the source's connection string leads, as the role that reads.
pub(super) fn source(role: Option<&str>, conninfo: &Secret) -> Result<Endpoint, Error> {
    let source = endpoint(Side::Source, conninfo)?;
    Ok(role.map_or_else(|| source.clone(), |role| source.acting_as(role)))
}

/// How long a session may wait for a server that waits for it, where the settings do not say.
const STALL_LIMIT: Duration = Duration::from_secs(300);

/// Where a connection string leads. Reads certificates and password files, and connects to nothing.
pub(super) fn endpoint(side: Side, conninfo: &Secret) -> Result<Endpoint, Error> {
    let unusable = |source| Error::Conninfo { side, source };
    let may_ask = conninfo.may_ask();
    let conninfo = Conninfo::parse(conninfo.expose(), &Environment::from_process()).map_err(unusable)?;
    let endpoint = Endpoint::new(side, conninfo).map_err(unusable)?.with_stall_limit(Some(STALL_LIMIT));
    Ok(if may_ask { endpoint.asking() } else { endpoint })
}

/// Which objects are asked for: whole schemas are patterns of tables too.
pub(super) fn selection(objects: &Objects, schema_only_tables: &PatternList) -> Selection {
    let both = |tables: &PatternList, schemas: &PatternList| [tables.patterns(), schemas.patterns()].concat();
    Selection {
        tables: both(&objects.tables, &objects.schemas),
        excluded_tables: both(&objects.exclude_tables, &objects.exclude_schemas),
        schema_only_tables: schema_only_tables.patterns().to_vec(),
        global_objects: objects.global_objects,
    }
}

pub(super) fn plan_options(settings: &Settings) -> plan::Options {
    let streams = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    plan::Options {
        mode: match settings.mode {
            settings::Mode::Full => Mode::Full,
            settings::Mode::Schema => Mode::Schema,
            settings::Mode::Data => Mode::Data,
        },
        selection: selection(&settings.objects, &settings.schema_only_tables),
        object_types: settings.objects.object_types.clone(),
        unwanted: settings.objects.unwanted.clone(),
        unlabelled_providers: settings.objects.exclude_security_labels.patterns().to_vec(),
        // Rows alone make nothing.
        subscriptions: settings.objects.subscriptions && settings.mode != settings::Mode::Data,
        roles: if settings.mode == settings::Mode::Data { Roles::None } else { settings.objects.roles },
        accepted: settings.allow_omissions.clone(),
        clean: settings.clean,
        copy_format: match settings.copy_format {
            settings::CopyFormat::Auto => None,
            settings::CopyFormat::Binary => Some(CopyFormat::Binary),
            settings::CopyFormat::Text => Some(CopyFormat::Text),
        },
        jobs: streams(settings.jobs),
        streams_per_table: streams(settings.streams_per_table),
        forced_chunk: settings.chunk.and_then(|chunk| match chunk {
            ChunkSize::Pages(pages) => NonZeroU32::new(pages).map(ForcedChunk::Pages),
            ChunkSize::Bytes(bytes) => NonZeroU64::new(bytes).map(ForcedChunk::Bytes),
        }),
        rows: Rows {
            conditions: settings.conditions.clone(),
            on_conflict: settings.merging.on_conflict,
            no_arbiter: settings.merging.no_arbiter,
            keep_identity: settings.merging.keep_identity,
            rejects: settings.merging.on_row_error != OnRowError::Stop,
            disable_triggers: settings.disable_triggers,
        },
        analyze: settings.analyze,
        earlier: Earlier::default(),
        unknown_locales: Vec::new(),
    }
}

pub(super) fn build_settings(settings: &Settings) -> BuildSettings {
    BuildSettings {
        sessions: settings.index_jobs,
        maintenance_bytes: settings.maintenance_bytes,
        session_settings: settings.session_settings.clone(),
    }
}

pub(super) fn copy_options(settings: &Settings) -> copy::Options {
    let at_least_one = |count: usize| NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN);
    copy::Options {
        limits: copy::Limits {
            jobs: at_least_one(settings.jobs),
            schemas_at_once: settings.schemas_at_once.map(at_least_one),
            tables_at_once: settings.tables_at_once.map(at_least_one),
            streams_per_table: at_least_one(settings.streams_per_table),
        },
        disable_triggers: settings.disable_triggers,
        stall_limit: settings.stall_timeout,
        retry: settings.retry,
        ledger: None,
        batch: copy::BatchLimits {
            rows: settings.merging.batch_rows,
            bytes: settings.merging.batch_bytes,
            timeout: settings.merging.batch_timeout,
        },
        rejects: None,
    }
}
