//! Settings → what each layer is asked to do.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use super::Error;
use crate::apply::BuildSettings;
use crate::connect::{self, Conninfo, Control, Endpoint, Environment};
use crate::copy;
use crate::error::Side;
use crate::plan::chunks::ForcedChunk;
use crate::plan::load::CopyFormat;
use crate::plan::pattern::PatternList;
use crate::plan::roles::Roles;
use crate::plan::select::Selection;
use crate::plan::{self, Mode};
use crate::settings::{self, ChunkSize, Objects, Secret, Settings};

/// What a run is asked to do.
#[derive(Debug)]
pub(super) struct Request {
    /// The database that is read.
    pub(super) source: Endpoint,
    /// The database that is written.
    pub(super) target: Endpoint,
    /// The database that remembers snapshot requests.
    pub(super) store: Option<Endpoint>,
    /// Whether a target that is not there is made.
    pub(super) create_target: bool,
    /// What is copied, and in which pieces.
    pub(super) plan: plan::Options,
    /// How rows are copied.
    pub(super) copy: copy::Options,
    /// How everything behind them is built.
    pub(super) build: BuildSettings,
    /// Where the statements that make the schema are written.
    pub(super) schema_dump_file: Option<PathBuf>,
}

impl Request {
    /// Takes the settings apart. Reads certificates and password files, and connects to nothing.
    pub(super) fn new(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            source: source(settings.source_role.as_deref(), &settings.source)?,
            target: endpoint(Side::Target, &settings.target)?,
            store: settings.store.as_ref().map(|store| endpoint(Side::Store, store)).transpose()?,
            create_target: settings.create_target && settings.mode != settings::Mode::Data,
            plan: plan_options(settings),
            copy: copy_options(settings),
            build: BuildSettings {
                sessions: settings.index_jobs,
                maintenance_bytes: settings.maintenance_bytes,
                session_settings: settings.session_settings.clone(),
            },
            schema_dump_file: settings.schema_dump_file.clone(),
        })
    }

    /// A session on the store, where there is one.
    pub(super) async fn store_session(&self) -> Result<Option<Control>, connect::Error> {
        match &self.store {
            Some(store) => Ok(Some(store.control().await?)),
            None => Ok(None),
        }
    }
}

/// Where the source's connection string leads, as the role that reads.
pub(super) fn source(role: Option<&str>, conninfo: &Secret) -> Result<Endpoint, Error> {
    let source = endpoint(Side::Source, conninfo)?;
    Ok(role.map_or_else(|| source.clone(), |role| source.acting_as(role)))
}

/// Where a connection string leads. Reads certificates and password files, and connects to nothing.
fn endpoint(side: Side, conninfo: &Secret) -> Result<Endpoint, Error> {
    let unusable = |source| Error::Conninfo { side, source };
    let conninfo = Conninfo::parse(conninfo.expose(), &Environment::from_process()).map_err(unusable)?;
    Endpoint::new(side, conninfo).map_err(unusable)
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

fn plan_options(settings: &Settings) -> plan::Options {
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
        analyze: settings.analyze,
    }
}

fn copy_options(settings: &Settings) -> copy::Options {
    let at_least_one = |count: usize| NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN);
    copy::Options {
        limits: copy::Limits {
            jobs: at_least_one(settings.jobs),
            schemas_at_once: settings.schemas_at_once.map(at_least_one),
            tables_at_once: settings.tables_at_once.map(at_least_one),
            streams_per_table: at_least_one(settings.streams_per_table),
        },
        disable_triggers: settings.disable_triggers,
        idle_limit: None,
    }
}
