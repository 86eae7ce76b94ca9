//! Log events as lines on stderr.

use std::fmt;
use std::io::IsTerminal as _;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::stderr::Stderr;
use crate::settings::{LogFormat, Logging};

/// Starts to log for the rest of the process: `level message key=value` lines, or one JSON object a line. Only pgsluice's own
/// events go by the level; other crates' are shown as warnings and errors only, because a library's finer events may show
/// what it was given, passwords and rows included. A second call changes nothing.
pub fn start(logging: Logging) {
    let filter = Targets::new().with_target("pgsluice", logging.level).with_default(Level::WARN.min(logging.level));
    let colored = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let layer = match logging.format {
        LogFormat::Console => layer().event_format(Line).with_ansi(colored).with_writer(|| Stderr).boxed(),
        LogFormat::Json => layer().json().flatten_event(true).with_target(false).with_writer(|| Stderr).boxed(),
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
        let level = match *event.metadata().level() {
            Level::TRACE => "trace",
            Level::DEBUG => "debug",
            Level::INFO => "info ",
            Level::WARN => "warn ",
            Level::ERROR => "error",
        };
        write!(writer, "{level} ")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
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
}
