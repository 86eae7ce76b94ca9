//! Log events as lines on stderr.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::stderr::{self, Stderr};
use crate::settings::{LogFormat, Logging};

/// The version of the form of JSON lines on stderr.
pub(super) const JSON_VERSION: u32 = 1;

// Escape sequences of colours, which any terminal knows.
pub(super) const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;
pub(super) const CYAN: u8 = 36;
const GREY: u8 = 90;

/// Starts to log for the rest of the process: `level message key=value` lines, or one JSON object a line. Only pgsluice's own
/// events go by the level; other crates' are shown as warnings and errors only, because a library's finer events may show
/// what it was given, passwords and rows included. A second call changes nothing.
pub fn start(logging: Logging) {
    let filter = Targets::new().with_target("pgsluice", logging.level).with_default(Level::WARN.min(logging.level));
    let colored = stderr::choose_color(logging.color);
    let layer = match logging.format {
        LogFormat::Console => layer().event_format(Line).with_ansi(colored).with_writer(|| Stderr).boxed(),
        LogFormat::Json => layer().event_format(Object).with_ansi(false).with_writer(|| Stderr).boxed(),
    };
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}

/// `info  copied a table table=public.test rows=3`.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let (level, color) = match *event.metadata().level() {
            Level::TRACE => ("trace", GREY),
            Level::DEBUG => ("debug", GREY),
            Level::INFO => ("info ", GREEN),
            Level::WARN => ("warn ", YELLOW),
            Level::ERROR => ("error", RED),
        };
        write!(writer, "{} ", stderr::colored(level, color))?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

/// `{"timestamp":"…","version":1,"level":"INFO","message":"copied a table","table":"public.test","rows":3}`.
struct Object;

impl<S, N> FormatEvent<S, N> for Object
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let mut object = Map::new();
        object.insert("timestamp".to_owned(), timestamp.into());
        object.insert("version".to_owned(), JSON_VERSION.into());
        object.insert("level".to_owned(), event.metadata().level().as_str().into());
        event.record(&mut Fields(&mut object));
        writeln!(writer, "{}", Value::Object(object))
    }
}

/// Writes an event's fields into an object.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.set(field, u64::try_from(value).unwrap_or(u64::MAX));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_level_message_and_fields() {
        let written = Written::default();
        let writer = written.clone();
        let layer = layer().event_format(Line).with_ansi(false).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::info!(table = %"public.test", rows = 3, "copied a table");
        });
        assert_eq!(
            String::from_utf8_lossy(&written.0.lock().unwrap()),
            "info  copied a table table=public.test rows=3\n"
        );
    }

    #[test]
    fn an_object_has_a_version_and_numbers_stay_numbers() {
        let written = Written::default();
        let writer = written.clone();
        let layer = layer().event_format(Object).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let (duration_ms, left): (u128, Option<u64>) = (1500, None);
            tracing::warn!(table = %"public.\"t\"", rows = 3, duration_ms, left_ms = left, is_last = true, "copied a table");
        });
        let bytes = written.0.lock().unwrap().clone();
        let mut object: Value = serde_json::from_slice(&bytes).unwrap();
        let timestamp = object.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(timestamp.as_str().unwrap().ends_with('Z'), "{timestamp}");
        let expected = serde_json::json!({"version": 1, "level": "WARN", "message": "copied a table", "table": "public.\"t\"",
                                          "rows": 3, "duration_ms": 1500, "is_last": true});
        assert_eq!(object, expected);
    }
}
