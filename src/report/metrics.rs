//! `--metrics ADDR`: how far a run is, in Prometheus' text format over HTTP.
//!
//! Source of the format: Prometheus' documentation, "Exposition formats".

use std::convert::Infallible;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::progress::{Progress, Source};

/// How long one who asks may take in all. Others wait meanwhile.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// More than anybody asks with.
const REQUEST_BYTES_MAX: usize = 8192;

/// How long to wait after no connection could be taken, as when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(500);

/// An address where metrics are served.
#[derive(Debug)]
pub struct Metrics {
    listener: TcpListener,
    started: SystemTime,
}

impl Metrics {
    /// Takes the address.
    ///
    /// # Errors
    ///
    /// When it is in use, or not this machine's.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, started: SystemTime::now() })
    }

    /// The address, with the port that was chosen where 0 was asked for.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers whoever asks, one after the other, as long as this is waited for. Who is slow or says nonsense is let go.
    ///
    /// Cancel safe.
    pub async fn serve(&self, source: Arc<dyn Source>) -> Infallible {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    // Whoever did not get an answer asks again.
                    let _ = timeout(ANSWER_LIMIT, self.answer(stream, &*source)).await;
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    async fn answer(&self, mut stream: TcpStream, source: &dyn Source) -> io::Result<()> {
        let mut request = Vec::new();
        while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < REQUEST_BYTES_MAX {
            if stream.read_buf(&mut request).await? == 0 {
                break;
            }
        }
        let mut words = request.split(u8::is_ascii_whitespace);
        let (status, body) = match (words.next(), words.next()) {
            (Some(b"GET" | b"HEAD"), Some(b"/metrics")) => ("200 OK", text(&source.progress(), self.started)),
            (Some(b"GET" | b"HEAD"), Some(_)) => ("404 Not Found", "metrics are at /metrics\n".to_owned()),
            _ => ("400 Bad Request", String::new()),
        };
        let body = if request.starts_with(b"HEAD") { "" } else { body.as_str() };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.shutdown().await
    }
}

fn text(of: &Progress, started: SystemTime) -> String {
    let mut text = String::new();
    let started = started.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut metric = |name: &str, kind: &str, help: &str, samples: &[(String, String)]| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# HELP pgsluice_{name} {help}\n# TYPE pgsluice_{name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(text, "pgsluice_{name}{labels} {value}");
        }
    };
    let plain = |value: u64| vec![(String::new(), value.to_string())];
    let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    metric("build_info", "gauge", "The version that runs.", &[(version, "1".to_owned())]);
    metric("start_time_seconds", "gauge", "When the run began, in seconds since 1970.", &plain(started));
    let phase = format!("{{phase=\"{}\"}}", escaped(of.phase));
    metric("phase", "gauge", "What is being done.", &[(phase, "1".to_owned())]);
    metric(
        "copied_bytes",
        "gauge",
        "Bytes of rows written to the target; less after a transaction was taken back.",
        &plain(of.bytes_done),
    );
    metric("expected_bytes", "gauge", "Bytes of rows in all, an estimate.", &plain(of.bytes_total));
    metric("copied_rows_total", "counter", "Rows that have arrived.", &plain(of.rows_done));
    metric("tables", "gauge", "Tables whose rows are to be copied.", &plain(of.tables_total));
    metric("copied_tables_total", "counter", "Tables whose rows have all arrived.", &plain(of.tables_done));
    metric("tasks", "gauge", "What is made behind the rows: indexes, constraints and so on.", &plain(of.tasks_total));
    metric("finished_tasks_total", "counter", "What of it is over.", &plain(of.tasks_done));
    metric("retried_chunks_total", "counter", "Pieces of tables that were tried more than once.", &plain(of.retried));
    if let Some(left) = of.time_left {
        metric("time_left_seconds", "gauge", "How long it still takes, an estimate.", &plain(left.as_secs()));
    }
    let running: Vec<_> = of
        .running
        .iter()
        .filter(|of| of.total > 0)
        .map(|of| {
            let ratio = u128::from(of.done) * 1000 / u128::from(of.total);
            (format!("{{object=\"{}\"}}", escaped(&of.what)), format!("{}.{:03}", ratio / 1000, ratio % 1000))
        })
        .collect();
    if !running.is_empty() {
        metric("running_ratio", "gauge", "How much is done of tables and indexes at work.", &running);
    }
    text
}

/// A label's value as the format wants it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::progress::Running;

    #[test]
    fn the_text_has_help_type_and_value_of_everything() {
        let running = |what: &str, done, total| Running { what: what.to_owned(), detail: String::new(), done, total };
        let progress = Progress {
            phase: "copying",
            bytes_done: 300,
            bytes_total: 1000,
            rows_done: 12,
            tables_done: 3,
            tables_total: 12,
            tasks_done: 4,
            tasks_total: 30,
            retried: 1,
            time_left: Some(Duration::from_millis(2500)),
            running: vec![running("public.\"a\\\nb\"", 1, 3), running("public.new", 1, 0)],
        };
        let text = text(&progress, UNIX_EPOCH + Duration::from_secs(100)).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(text, @r#"
        # HELP pgsluice_build_info The version that runs.
        # TYPE pgsluice_build_info gauge
        pgsluice_build_info{version="VERSION"} 1
        # HELP pgsluice_start_time_seconds When the run began, in seconds since 1970.
        # TYPE pgsluice_start_time_seconds gauge
        pgsluice_start_time_seconds 100
        # HELP pgsluice_phase What is being done.
        # TYPE pgsluice_phase gauge
        pgsluice_phase{phase="copying"} 1
        # HELP pgsluice_copied_bytes Bytes of rows written to the target; less after a transaction was taken back.
        # TYPE pgsluice_copied_bytes gauge
        pgsluice_copied_bytes 300
        # HELP pgsluice_expected_bytes Bytes of rows in all, an estimate.
        # TYPE pgsluice_expected_bytes gauge
        pgsluice_expected_bytes 1000
        # HELP pgsluice_copied_rows_total Rows that have arrived.
        # TYPE pgsluice_copied_rows_total counter
        pgsluice_copied_rows_total 12
        # HELP pgsluice_tables Tables whose rows are to be copied.
        # TYPE pgsluice_tables gauge
        pgsluice_tables 12
        # HELP pgsluice_copied_tables_total Tables whose rows have all arrived.
        # TYPE pgsluice_copied_tables_total counter
        pgsluice_copied_tables_total 3
        # HELP pgsluice_tasks What is made behind the rows: indexes, constraints and so on.
        # TYPE pgsluice_tasks gauge
        pgsluice_tasks 30
        # HELP pgsluice_finished_tasks_total What of it is over.
        # TYPE pgsluice_finished_tasks_total counter
        pgsluice_finished_tasks_total 4
        # HELP pgsluice_retried_chunks_total Pieces of tables that were tried more than once.
        # TYPE pgsluice_retried_chunks_total counter
        pgsluice_retried_chunks_total 1
        # HELP pgsluice_time_left_seconds How long it still takes, an estimate.
        # TYPE pgsluice_time_left_seconds gauge
        pgsluice_time_left_seconds 2
        # HELP pgsluice_running_ratio How much is done of tables and indexes at work.
        # TYPE pgsluice_running_ratio gauge
        pgsluice_running_ratio{object="public.\"a\\\nb\""} 0.333
        "#);
    }
}
