//! From what was typed to values that can be used.

mod objects;

use clap::ArgMatches;
use tracing::Level;

use super::error::Error;
use super::layers::{Environment, File, Found, Layers};
use super::secret::Secret;
use super::table::{self, Setting};
use super::value;
use super::{ChunkSize, CopyFormat, LogFormat, Mode, PlanSettings, SchemaSettings, Section, Settings};
use crate::plan::omission;

/// The most COPY streams, schemas or tables at once that can be asked for: beyond any server's connections, and small
/// enough that a slip of the finger is noticed.
const AT_ONCE_MAX: u64 = 10_000;

/// COPY streams where nothing is said. The servers do the work and the client hardly any, so it does not go by the client's
/// processors. Eight tables of a million rows, both servers on two processors, take 7.0 s with one stream and 5.2 to 5.5 s
/// with any number from two to twelve: too many cost nothing, and servers with more processors have a use for them.
const JOBS_DEFAULT: usize = 8;

/// The most streams that are derived from pgstream's three limits: their product quickly exceeds the connections of a server.
const JOBS_DERIVED_MAX: usize = 16;

/// The smallest chunk: one block of the smallest size PostgreSQL is commonly built with.
const CHUNK_BYTES_MIN: u64 = 8192;

/// The least `maintenance_work_mem` that servers take.
const MAINTENANCE_BYTES_MIN: u64 = 1 << 20;

/// The words of `--analyze`.
const ANALYZE_CHOICES: [(&str, bool); 2] = [("auto", true), ("no", false)];

/// How the run logs. Resolved by itself first, so that everything after it can be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logging {
    /// The least important lines that are shown.
    pub level: Level,
    /// How they look.
    pub format: LogFormat,
    /// Whether they are coloured.
    pub color: Color,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Default for Logging {
    fn default() -> Self {
        Self { level: Level::INFO, format: LogFormat::Console, color: Color::Auto }
    }
}

/// Resolves only how the run logs.
///
/// # Errors
///
/// A level or format that does not exist.
pub fn logging(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<Logging, Error> {
    Layers { matches, environment, file }.logging()
}

/// Resolves the settings of a run: the command line goes before the environment, the environment before the file, the file
/// before the default.
///
/// # Errors
///
/// Every [`Error`] but those of reading the file and the environment. Each names where the value came from, and none shows
/// a connection string.
pub fn resolve(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<Settings, Error> {
    let layers = Layers { matches, environment, file };
    run(&layers, || layers.required(&table::TARGET))
}

/// The settings of a run into a target, which is asked for when its turn comes.
pub(super) fn run(layers: &Layers<'_>, target: impl FnOnce() -> Result<Secret, Error>) -> Result<Settings, Error> {
    let warnings = layers.check_names()?;
    let mode = layers.mode()?;
    let concurrency = layers.concurrency()?;
    Ok(Settings {
        source: layers.required(&table::SOURCE)?,
        source_role: layers.find(&table::ROLE)?.map(|found| found.text),
        target: target()?,
        create_target: layers.switch(&table::CREATE_TARGET)?,
        store: layers.secret(&table::STORE)?,
        repeat: layers.switch(&table::REPEAT)?,
        keep_loaded: layers.switch(&table::KEEP_LOADED)?,
        objects: layers.objects()?,
        schema_only_tables: layers.patterns(&table::SCHEMA_ONLY_TABLES)?,
        mode,
        schema_dump_file: layers.find(&table::SCHEMA_DUMP_FILE)?.map(|found| found.text.into()),
        metrics: layers.read(&table::METRICS, value::listen_address)?,
        report: layers.find(&table::REPORT)?.map(|found| found.text.into()),
        allow_omissions: layers.read(&table::ALLOW_OMISSIONS, omission::parse)?.unwrap_or_default(),
        clean: layers.switch(&table::CLEAN)?,
        verify: layers.verify(mode)?,
        differences_max: layers.differences_max()?,
        jobs: concurrency.jobs,
        schemas_at_once: concurrency.schemas_at_once,
        tables_at_once: concurrency.tables_at_once,
        streams_per_table: concurrency.streams_per_table,
        chunk: layers.chunk()?,
        index_jobs: layers.at_once(&table::INDEX_JOBS)?.unwrap_or(concurrency.jobs),
        maintenance_bytes: layers
            .read(&table::MAINTENANCE_WORK_MEM, |text| value::size_bytes(text, MAINTENANCE_BYTES_MIN))?,
        session_settings: layers.read(&table::SESSION_SETTING, value::assignments)?.unwrap_or_default(),
        analyze: layers.read(&table::ANALYZE, |text| value::choice(text, &ANALYZE_CHOICES))?.unwrap_or(true),
        copy_format: layers.copy_format()?,
        disable_triggers: layers.switch(&table::DISABLE_TRIGGERS)?,
        conditions: layers.conditions()?,
        merging: layers.merging(mode)?,
        retry: layers.retry()?,
        stall_timeout: layers.stall_timeout()?,
        logging: layers.logging()?,
        progress: !layers.switch(&table::NO_PROGRESS)?,
        warnings,
    })
}

/// Resolves the settings of a plan, by the same rules as [`resolve`].
///
/// # Errors
///
/// As for [`resolve`].
pub fn resolve_plan(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<PlanSettings, Error> {
    let layers = Layers { matches, environment, file };
    Ok(PlanSettings {
        run: resolve(matches, environment, file)?,
        json: layers.as_json()?,
        ddl: layers.switch(&table::DDL)?,
    })
}

/// Resolves the settings of a run that prints a schema, by the same rules as [`resolve`].
///
/// # Errors
///
/// As for [`resolve`].
pub fn resolve_schema(matches: &ArgMatches, environment: &Environment, file: &File) -> Result<SchemaSettings, Error> {
    let layers = Layers { matches, environment, file };
    let warnings = layers.check_names()?;
    let sections = [("pre-data", Section::PreData), ("post-data", Section::PostData)];
    Ok(SchemaSettings {
        source: layers.required(&table::SOURCE)?,
        source_role: layers.find(&table::ROLE)?.map(|found| found.text),
        objects: layers.objects()?,
        section: layers.read(&table::SECTION, |text| value::choice(text, &sections))?,
        logging: layers.logging()?,
        warnings,
    })
}

/// How much happens at the same time.
#[derive(Debug, PartialEq, Eq)]
struct Concurrency {
    jobs: usize,
    schemas_at_once: Option<usize>,
    tables_at_once: Option<usize>,
    streams_per_table: usize,
}

impl Layers<'_> {
    pub(super) fn required(&self, setting: &'static Setting) -> Result<Secret, Error> {
        let missing = || {
            let names = setting.names().collect::<Vec<_>>().join(" or ");
            Error::Missing { flag: setting.flag, ways: format!("give --{} URL, or set {names}", setting.flag) }
        };
        self.secret(setting)?.ok_or_else(missing)
    }

    /// A connection string, and whether its password may be asked for.
    pub(super) fn secret(&self, setting: &'static Setting) -> Result<Option<Secret>, Error> {
        let is_never_asked = self.switch(&table::NO_PASSWORD)?;
        let secret = self.find(setting)?.map(|found| Secret::new(found.text));
        Ok(secret.map(|secret| if is_never_asked { secret.without_asking() } else { secret }))
    }

    pub(super) fn read<T>(
        &self,
        setting: &'static Setting,
        reader: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Error> {
        self.find(setting)?.map(|found| found.read(reader)).transpose()
    }

    pub(super) fn switch(&self, setting: &'static Setting) -> Result<bool, Error> {
        Ok(self.read(setting, value::boolean)?.unwrap_or(false))
    }

    /// Whether output is for programs. `--json` is a short word for one of the formats.
    pub(super) fn as_json(&self) -> Result<bool, Error> {
        let format = self.read(&table::FORMAT, |text| value::choice(text, &[("text", false), ("json", true)]))?;
        format.map_or_else(|| self.switch(&table::JSON), Ok)
    }

    fn mode(&self) -> Result<Mode, Error> {
        let choices = [("full", Mode::Full), ("schema", Mode::Schema), ("data", Mode::Data)];
        Ok(self.read(&table::MODE, |text| value::choice(text, &choices))?.unwrap_or(Mode::Full))
    }

    fn copy_format(&self) -> Result<CopyFormat, Error> {
        let choices = [("auto", CopyFormat::Auto), ("binary", CopyFormat::Binary), ("text", CopyFormat::Text)];
        let format = self.read(&table::COPY_FORMAT, |text| value::choice(text, &choices))?;
        Ok(format.unwrap_or(CopyFormat::Auto))
    }

    /// Of `--chunk-pages` and `--chunk-bytes` the one from the place that goes first; both from one place exclude each other.
    fn chunk(&self) -> Result<Option<ChunkSize>, Error> {
        let (pages, bytes) = (self.find(&table::CHUNK_PAGES)?, self.find(&table::CHUNK_BYTES)?);
        let read_pages = |found: Found| {
            let pages = found.read(|text| value::number(text, 1..=u64::from(u32::MAX)))?;
            Ok(Some(ChunkSize::Pages(u32::try_from(pages).unwrap_or(u32::MAX))))
        };
        let read_bytes =
            |found: Found| Ok(Some(ChunkSize::Bytes(found.read(|text| value::size_bytes(text, CHUNK_BYTES_MIN))?)));
        match (pages, bytes) {
            (None, None) => Ok(None),
            (Some(pages), Some(bytes)) if pages.layer() == bytes.layer() => {
                Err(Error::Conflict { first: pages.origin, second: bytes.origin })
            }
            (Some(pages), Some(bytes)) if pages.layer() < bytes.layer() => read_pages(pages),
            (Some(pages), None) => read_pages(pages),
            (_, Some(bytes)) => read_bytes(bytes),
        }
    }

    /// With any of pgstream's three WORKERS names the defaults of the limits are pgstream's, and the number of jobs follows
    /// from the limits.
    fn concurrency(&self) -> Result<Concurrency, Error> {
        let limits = [&table::SCHEMAS_AT_ONCE, &table::TABLES_AT_ONCE, &table::STREAMS_PER_TABLE];
        let as_pgstream = limits.iter().flat_map(|setting| setting.pgstream).any(|name| self.has_name(name));
        let schemas_at_once = self.at_once(&table::SCHEMAS_AT_ONCE)?.or(as_pgstream.then_some(1));
        let tables_at_once = self.at_once(&table::TABLES_AT_ONCE)?.or(as_pgstream.then_some(4));
        let streams_per_table = self.at_once(&table::STREAMS_PER_TABLE)?.unwrap_or(4);
        let jobs = match (self.at_once(&table::JOBS)?, schemas_at_once, tables_at_once) {
            (Some(jobs), ..) => jobs,
            (None, Some(schemas), Some(tables)) if as_pgstream => {
                let product = schemas.saturating_mul(tables).saturating_mul(streams_per_table);
                product.min(JOBS_DERIVED_MAX)
            }
            _ => JOBS_DEFAULT,
        };
        Ok(Concurrency { jobs, schemas_at_once, tables_at_once, streams_per_table })
    }

    fn at_once(&self, setting: &'static Setting) -> Result<Option<usize>, Error> {
        let number = self.read(setting, |text| value::number(text, 1..=AT_ONCE_MAX))?;
        Ok(number.and_then(|number| usize::try_from(number).ok()))
    }

    pub(super) fn logging(&self) -> Result<Logging, Error> {
        let levels = [
            ("trace", Level::TRACE),
            ("debug", Level::DEBUG),
            ("info", Level::INFO),
            ("warn", Level::WARN),
            ("error", Level::ERROR),
        ];
        let formats = [("console", LogFormat::Console), ("json", LogFormat::Json)];
        let colors = [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];
        let usual = Logging::default();
        Ok(Logging {
            level: self.read(&table::LOG_LEVEL, |text| value::choice(text, &levels))?.unwrap_or(usual.level),
            format: self.read(&table::LOG_FORMAT, |text| value::choice(text, &formats))?.unwrap_or(usual.format),
            color: self.read(&table::COLOR, |text| value::choice(text, &colors))?.unwrap_or(usual.color),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::time::Duration;

    use super::super::{Merging, OnRowError};
    use super::*;
    use crate::connect::RetryPolicy;
    use crate::error::Explain as _;
    use crate::plan::merge::{NoArbiter, OnConflict};
    use crate::plan::object_types::ObjectTypes;
    use crate::plan::pattern::PatternList;
    use crate::plan::roles::Roles;
    use crate::settings::Objects;

    const TUTORIAL: &str = r#"
# Listener config
PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL="postgres://postgres:postgres@localhost:5432?sslmode=disable"
PGSTREAM_POSTGRES_SNAPSHOT_TABLES="*"
PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_WORKERS=4
PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS=4
PGSTREAM_POSTGRES_SNAPSHOT_BATCH_PAGE_SIZE=1000
PGSTREAM_POSTGRES_SNAPSHOT_WORKERS=1
PGSTREAM_POSTGRES_SNAPSHOT_STORE_URL="postgres://postgres:postgres@localhost:5432?sslmode=disable"

# Processor config
PGSTREAM_POSTGRES_WRITER_TARGET_URL="postgres://postgres:postgres@localhost:7654?sslmode=disable"
PGSTREAM_POSTGRES_WRITER_BATCH_SIZE=25
PGSTREAM_POSTGRES_WRITER_BATCH_TIMEOUT=5s
"#;

    const BOTH: &str = "PGSLUICE_SOURCE=s\nPGSLUICE_TARGET=t\n";

    fn resolved(arguments: &[&str], variables: &[(&str, &str)], file: &str) -> Result<Settings, Error> {
        let words = ["pgsluice", "snapshot"].iter().chain(arguments).map(OsString::from);
        let invocation = crate::cli::parse(words).unwrap();
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let environment = super::super::environment(variables)?;
        resolve(&invocation.matches, &environment, &File::parse("a.env", file.as_bytes())?)
    }

    /// Resolves a file that names source and target, with more lines behind them from line 3 on.
    fn with(lines: &str) -> Result<Settings, Error> {
        resolved(&[], &[], &format!("{BOTH}{lines}"))
    }

    fn flags(arguments: &[&str]) -> Result<Settings, Error> {
        resolved(arguments, &[], BOTH)
    }

    /// The three lines a user sees of an error.
    fn lines(error: &Error) -> [String; 3] {
        [error.to_string(), error.detail().unwrap_or_default(), error.hint().unwrap_or_default()]
    }

    #[test]
    fn the_tutorials_file_resolves() {
        let local = |port| Secret::new(format!("postgres://postgres:postgres@localhost:{port}?sslmode=disable"));
        let expected = Settings {
            source: local(5432),
            source_role: None,
            target: local(7654),
            create_target: false,
            store: Some(local(5432)),
            repeat: false,
            keep_loaded: false,
            objects: Objects {
                tables: PatternList::parse("*").unwrap(),
                exclude_tables: PatternList::default(),
                schemas: PatternList::default(),
                exclude_schemas: PatternList::default(),
                global_objects: false,
                subscriptions: false,
                roles: Roles::None,
                object_types: ObjectTypes::All,
                unwanted: Vec::new(),
                exclude_security_labels: PatternList::default(),
            },
            schema_only_tables: PatternList::default(),
            mode: Mode::Full,
            schema_dump_file: None,
            metrics: None,
            report: None,
            allow_omissions: Vec::new(),
            clean: false,
            verify: false,
            differences_max: 10,
            jobs: 16,
            schemas_at_once: Some(1),
            tables_at_once: Some(4),
            streams_per_table: 4,
            chunk: Some(ChunkSize::Pages(1000)),
            index_jobs: 16,
            maintenance_bytes: None,
            session_settings: Vec::new(),
            analyze: true,
            copy_format: CopyFormat::Auto,
            disable_triggers: false,
            conditions: Vec::new(),
            merging: Merging {
                on_conflict: OnConflict::Error,
                no_arbiter: NoArbiter::Error,
                keep_identity: false,
                batch_rows: 25,
                batch_bytes: 16 << 20,
                batch_timeout: Duration::from_secs(5),
                on_row_error: OnRowError::Stop,
            },
            retry: RetryPolicy { retries: 20, delay: Duration::from_millis(500), delay_max: Duration::from_secs(10) },
            stall_timeout: Some(Duration::from_secs(300)),
            logging: Logging { level: Level::TRACE, format: LogFormat::Console, color: Color::Auto },
            progress: true,
            warnings: vec![],
        };
        assert_eq!(resolved(&["--log-level", "trace"], &[], TUTORIAL).unwrap(), expected);
    }

    #[test]
    fn pgstreams_constant_waits_stay_constant() {
        let retry = |lines: &str| with(lines).unwrap().retry;
        let seconds = Duration::from_secs;
        let constant =
            retry("PGSTREAM_POSTGRES_WRITER_BACKOFF_INTERVAL=2s\nPGSTREAM_POSTGRES_WRITER_BACKOFF_MAX_RETRIES=3");
        assert_eq!(constant, RetryPolicy { retries: 3, delay: seconds(2), delay_max: seconds(2) });
        let growing = retry("PGSTREAM_POSTGRES_LISTENER_EXP_BACKOFF_INITIAL_INTERVAL=30s");
        assert_eq!(growing, RetryPolicy { retries: 20, delay: seconds(30), delay_max: seconds(30) });
        assert_eq!(retry("PGSTREAM_POSTGRES_WRITER_DISABLE_RETRIES=true"), RetryPolicy::NEVER);
        assert_eq!(flags(&["--stall-timeout", "0"]).unwrap().stall_timeout, None);
    }

    #[test]
    fn nothing_shown_of_settings_holds_a_password() {
        let shown = format!("{:?}", resolved(&[], &[], TUTORIAL).unwrap());
        assert!(!shown.contains("postgres:postgres") && shown.contains("redacted"), "{shown}");
    }

    #[test]
    fn the_command_line_goes_before_the_environment_before_the_file() {
        let file = "PGSLUICE_SOURCE=file\nPGSLUICE_TARGET=file\nPGSLUICE_STORE=file\nPGSLUICE_MODE=data\n";
        let environment = [
            ("PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL", "environment"),
            ("PGSLUICE_TARGET", "environment"),
            ("PATH", "x"),
        ];
        let settings = resolved(&["--source=flag"], &environment, file).unwrap();
        assert_eq!(settings.source.expose(), "flag");
        assert_eq!(settings.target.expose(), "environment");
        assert_eq!(settings.store.unwrap().expose(), "file");
        assert_eq!(settings.mode, Mode::Data);
        let settings = resolved(&["--mode=schema"], &[], file).unwrap();
        assert_eq!(settings.mode, Mode::Schema);
    }

    #[test]
    fn an_empty_variable_says_nothing_and_an_empty_flag_is_an_error() {
        assert_eq!(with("PGSLUICE_STORE=\nPGSLUICE_JOBS=''").unwrap().store, None);
        let error = flags(&["--tables", ""]).unwrap_err();
        assert_eq!(
            lines(&error),
            ["--tables is empty", "", "give it a value, or leave it out for its default"].map(String::from)
        );
        assert!(flags(&["--tables", " , "]).unwrap_err().to_string().contains("at least one pattern"));
    }

    #[test]
    fn a_missing_source_names_every_way_to_give_it() {
        let error = resolved(&[], &[], "PGSLUICE_TARGET=t").unwrap_err();
        let hint = "give --source URL, or set PGSLUICE_SOURCE or PGSTREAM_POSTGRES_SNAPSHOT_LISTENER_URL or \
                    PGSTREAM_POSTGRES_LISTENER_URL";
        assert_eq!(lines(&error), ["no source given", "", hint].map(String::from));
        assert_eq!(resolved(&[], &[], "PGSLUICE_SOURCE=t").unwrap_err().to_string(), "no target given");
    }

    #[test]
    fn the_number_of_jobs_follows_from_pgstreams_workers() {
        let jobs = |lines: &str| {
            let settings = with(lines).unwrap();
            (settings.jobs, settings.schemas_at_once, settings.tables_at_once, settings.streams_per_table)
        };
        assert_eq!(jobs(""), (8, None, None, 4));
        assert_eq!(jobs("PGSLUICE_TABLES_AT_ONCE=2"), (8, None, Some(2), 4));
        assert_eq!(jobs("PGSTREAM_POSTGRES_SNAPSHOT_WORKERS=2"), (16, Some(2), Some(4), 4));
        assert_eq!(jobs("PGSTREAM_POSTGRES_SNAPSHOT_SCHEMA_WORKERS=1"), (4, Some(1), Some(1), 4));
        assert_eq!(jobs("PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS=1"), (4, Some(1), Some(4), 1));
        assert_eq!(jobs("PGSTREAM_POSTGRES_SNAPSHOT_TABLE_WORKERS=1\nPGSLUICE_JOBS=3"), (3, Some(1), Some(4), 1));
        assert_eq!(flags(&["-j", "30"]).unwrap().jobs, 30);
    }

    #[test]
    fn of_the_two_chunk_sizes_the_nearer_one_counts() {
        let pages = "PGSTREAM_POSTGRES_SNAPSHOT_BATCH_PAGE_SIZE=7\n";
        let file = format!("{BOTH}{pages}");
        let chunk = |arguments: &[&str]| resolved(arguments, &[], &file).unwrap().chunk;
        assert_eq!(chunk(&[]), Some(ChunkSize::Pages(7)));
        assert_eq!(chunk(&["--chunk-bytes", "64MB"]), Some(ChunkSize::Bytes(64 << 20)));
        assert_eq!(chunk(&["--chunk-pages", "8"]), Some(ChunkSize::Pages(8)));
        let error = with(&format!("{pages}PGSLUICE_CHUNK_BYTES=1GB")).unwrap_err();
        let message = "PGSTREAM_POSTGRES_SNAPSHOT_BATCH_PAGE_SIZE (a.env:3) and PGSLUICE_CHUNK_BYTES (a.env:4) exclude each other";
        assert_eq!(lines(&error), [message, "", "give one of the two"].map(String::from));
    }

    #[test]
    fn bad_values_are_named_by_their_place() {
        let message = |lines: &str| with(lines).unwrap_err().to_string();
        assert_eq!(message("PGSLUICE_JOBS=0"), "PGSLUICE_JOBS (a.env:3) needs a whole number from 1 to 10000");
        assert_eq!(
            message("\nPGSLUICE_CHUNK_BYTES=many"),
            "PGSLUICE_CHUNK_BYTES (a.env:4) needs a size of at least 8192 bytes such as 512kB, 64MB or 1GB"
        );
        assert_eq!(
            message("PGSLUICE_BATCH_TIMEOUT=5"),
            "PGSLUICE_BATCH_TIMEOUT (a.env:3) needs a duration with its unit such as 500ms, 5s or 1m30s"
        );
        assert_eq!(message("PGSLUICE_CLEAN=maybe"), "PGSLUICE_CLEAN (a.env:3) needs true or false");
        assert_eq!(flags(&["--mode", "half"]).unwrap_err().to_string(), "--mode needs one of full, schema, data");
        let error = resolved(&[], &[("PGSLUICE_LOG_LEVEL", "loud")], BOTH).unwrap_err();
        assert_eq!(
            error.to_string(),
            "PGSLUICE_LOG_LEVEL in the environment needs one of trace, debug, info, warn, error"
        );
    }

    #[test]
    fn a_bad_pattern_is_an_error_with_its_place() {
        let error = flags(&["--tables", "a", "--tables", "b.c.d"]).unwrap_err();
        let hint = "write schema.table; a dot that belongs to a name goes inside double quotes: \"a.b\"";
        let detail = "the pattern b.c.d has too many names (character 4)";
        assert_eq!(lines(&error), ["--tables has a pattern that cannot be read", detail, hint].map(String::from));
    }

    #[test]
    fn an_unknown_name_in_the_file_is_an_error_with_the_nearest_one() {
        let error = with("PGSTREAM_POSTGRES_SNAPSHOT_TABEL=x").unwrap_err();
        assert_eq!(
            lines(&error),
            [
                "PGSTREAM_POSTGRES_SNAPSHOT_TABEL (a.env:3) is not a setting",
                "",
                "did you mean PGSTREAM_POSTGRES_SNAPSHOT_TABLES?"
            ]
            .map(String::from)
        );
        let error = with("PGSLUICE_XYZ=1").unwrap_err();
        assert!(error.hint().unwrap().contains("--help"), "{error}");
    }

    #[test]
    fn an_unknown_name_in_the_environment_is_a_warning() {
        let settings = resolved(&[], &[("PGSLUICE_JOSB", "3"), ("PGSTREAM_X", "3")], BOTH).unwrap();
        assert_eq!(
            settings.warnings,
            [
                "PGSLUICE_JOSB in the environment is not a setting and is ignored; did you mean PGSLUICE_JOBS?",
                "PGSTREAM_X in the environment is not a setting and is ignored"
            ]
        );
    }

    #[test]
    fn names_that_are_no_settings_of_ours_are_named_in_warnings() {
        let settings = with(
            "PGSTREAM_KAFKA_READER_SERVERS=k:9092\nPGSTREAM_POSTGRES_REPLICATION_SLOT_NAME=slot\nOTHER=1\n\
             PGPASSWORD=secret\nPGSLUCE_JOBS=3\nPGSTREAM_KAFKA_TOPIC_NAME=",
        )
        .unwrap();
        assert_eq!(
            settings.warnings,
            [
                "PGSTREAM_KAFKA_READER_SERVERS (a.env:3) is ignored: pgsluice copies from PostgreSQL to PostgreSQL only",
                "PGSTREAM_POSTGRES_REPLICATION_SLOT_NAME (a.env:4) is ignored: a snapshot needs no replication slot and follows no changes",
                "PGPASSWORD (a.env:6) is ignored: set it in the environment, where connections look for it",
                "PGSLUCE_JOBS (a.env:7) is not a setting and is ignored; did you mean PGSLUICE_JOBS?",
            ]
        );
    }

    #[test]
    fn settings_that_would_change_what_is_copied_are_refused() {
        let error = with("PGSTREAM_FILTER_INCLUDE_TABLES=a").unwrap_err();
        assert_eq!(
            lines(&error),
            ["PGSTREAM_FILTER_INCLUDE_TABLES (a.env:3) is not supported yet", "", "choose tables with --tables"]
                .map(String::from)
        );
        let rules = resolved(&[], &[("PGSTREAM_TRANSFORMER_RULES_FILE", "r.yaml")], BOTH);
        assert!(matches!(rules, Err(Error::Refused { .. })));
    }

    #[test]
    fn one_setting_said_twice_in_one_place_is_named_in_a_warning() {
        let settings = with(
            "PGSTREAM_POSTGRES_LISTENER_URL=b\nPGSLUICE_JOBS=2\nPGSLUICE_JOBS=3\nPGSTREAM_POSTGRES_WRITER_TARGET_URL=t",
        )
        .unwrap();
        assert_eq!((settings.source.expose(), settings.jobs), ("s", 3));
        assert_eq!(
            settings.warnings,
            ["PGSTREAM_POSTGRES_LISTENER_URL (a.env:3) is ignored: PGSLUICE_SOURCE (a.env:1) says otherwise"]
        );
    }
}
