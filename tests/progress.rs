//! What a person and a program see while a run goes on: a terminal's lines, plain lines, events, metrics.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::cluster::Cluster;
use crate::support::database::Database;
use crate::support::run::Run;

/// A table that takes a while, and an index that takes longer.
const SLOW: &str = "
    CREATE TABLE large (x int, y text);
    INSERT INTO large SELECT n, repeat('x', 150) FROM generate_series(1, 250000) AS n;
    CREATE TABLE small (x int); INSERT INTO small VALUES (1);
    CREATE FUNCTION slow(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN IF x = 7 THEN PERFORM pg_sleep(2.5); END IF; RETURN x; END';
    CREATE INDEX slowly ON large (slow(x));
    CREATE TABLE \"odd\x1bname\" (x int)";

/// Runs pgsluice on a new terminal of 24 lines, and prints what it wrote there.
const ON_A_TERMINAL: &str = r#"
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.environ.clear()
    os.environ["HOME"] = "/nonexistent"
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
shown = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    shown += piece
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(str(code).encode() + b"\n" + shown)
"#;

fn pair() -> (Database<'static>, Database<'static>) {
    let cluster: &'static Cluster = Cluster::shared();
    let (source, target) = (cluster.database(), cluster.database());
    source.psql(SLOW);
    (source, target)
}

/// A terminal that knows what the display uses. Lines are never cut, because it is as wide as it takes.
#[derive(Default)]
struct Screen {
    lines: Vec<String>,
    row: usize,
    column: usize,
    /// The most lines that were wiped at once.
    wiped: usize,
}

impl Screen {
    fn show(&mut self, text: &str) {
        let mut rest = text;
        let mut wiped = 0;
        while let Some(c) = rest.chars().next() {
            self.lines.resize(self.lines.len().max(self.row + 1), String::new());
            let sequence = [("\x1b[2K", 'K'), ("\x1b[1A", 'A'), ("\x1b[?7l", ' '), ("\x1b[?7h", ' ')];
            if let Some((sequence, what)) = sequence.into_iter().find(|(sequence, _)| rest.starts_with(sequence)) {
                match what {
                    'K' => {
                        self.lines[self.row].clear();
                        wiped += 1;
                    }
                    'A' => self.row = self.row.checked_sub(1).expect("above the first line"),
                    _ => {}
                }
                rest = &rest[sequence.len()..];
                continue;
            }
            match c {
                '\r' => self.column = 0,
                '\n' => {
                    assert!(
                        self.row + 1 >= self.lines.len() || self.lines[self.row + 1].is_empty(),
                        "{:?}",
                        self.lines
                    );
                    (self.row, self.column) = (self.row + 1, 0);
                    self.wiped = self.wiped.max(wiped);
                    wiped = 0;
                }
                '\x1b' => {
                    let end = rest.find('m').expect("a color") + 1;
                    assert!(end < 7, "{rest}");
                    rest = &rest[end..];
                    continue;
                }
                c => {
                    self.lines[self.row].push(c);
                    self.column += 1;
                }
            }
            rest = &rest[c.len_utf8()..];
        }
    }
}

#[test]
fn a_terminal_shows_what_is_at_work_and_keeps_what_is_done() {
    let (source, target) = pair();
    let arguments = ["snapshot", "--source", &source.url(), "--target", &target.url(), "--no-password"];
    let program = env!("CARGO_BIN_EXE_pgsluice");
    let Ok(output) = Command::new("python3").args(["-c", ON_A_TERMINAL, program]).args(arguments).output() else {
        eprintln!("skipped: there is no python3 on this machine");
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    let (code, shown) = text.split_once('\n').unwrap_or_else(|| panic!("{:?}", output.stderr));
    assert_eq!(code, "0", "{shown}");
    assert!(shown.contains("copied public.large: 250,000 rows"), "{shown:?}");
    assert!(shown.contains("index public.slowly"), "{shown:?}");
    assert!(shown.contains("building index"), "the server's phase: {shown:?}");
    assert!(shown.contains(" left\u{1b}[?7h"), "time left: {shown:?}");
    assert!(!shown.contains("odd\u{1b}name") && shown.contains(r#"public."odd\u{1b}name""#), "{shown:?}");
    let mut screen = Screen::default();
    screen.show(shown);
    let left = screen.lines.join("\n");
    assert!(screen.wiped > 1, "several lines are drawn at once: {shown:?}");
    assert!(left.contains("copied public.large: 250,000 rows, "), "{left}");
    assert!(left.contains("copied public.small: 1 row, "), "{left}");
    assert!(!left.contains(" of about ") && !left.contains("tasks, "), "what was drawn is wiped: {left}");
    assert!(left.contains("3 tables, 250,001 rows, "), "the summary stays: {left}");
}

#[test]
fn without_a_terminal_there_are_plain_lines_and_no_escape_sequence() {
    let (source, target) = pair();
    let outcome = Run::snapshot(&source.url(), &target.url()).outcome().expect_done();
    assert!(!outcome.stderr.contains('\x1b') && !outcome.stdout.contains("\x1b["), "{outcome:?}");
    let other = Cluster::shared().database();
    let colored = Run::snapshot(&source.url(), &other.url()).arg("--color=always").env("NO_COLOR", "1").outcome();
    assert!(colored.expect_done().stderr.contains("\x1b[32minfo \x1b[0m "));
    let refused = Run::snapshot(&source.url(), &other.url()).arg("--color=always").outcome();
    assert!(refused.stderr.contains("\x1b[31merror:\x1b[0m "), "{}", refused.stderr);
}

/// What is answered to a request.
fn ask(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn value(metrics: &str, name: &str) -> Option<f64> {
    metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn metrics_are_served_while_a_run_goes_on() {
    let (source, target) = pair();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = Run::snapshot(&source.url(), &target.url()).args(["--metrics", &port.to_string()]).start();
    let begin = Instant::now();
    let get = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    // Somebody who says nothing keeps nobody away for long.
    let silent = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(_) => assert!(begin.elapsed() < Duration::from_secs(20), "nothing is served"),
        }
        sleep(Duration::from_millis(10));
    };
    let metrics = loop {
        let answer = ask(port, get);
        if value(&answer, "pgsluice_copied_rows_total") == Some(250_001.0) {
            break answer;
        }
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"), "{answer}");
        sleep(Duration::from_millis(50));
    };
    drop(silent);
    assert!(value(&metrics, "pgsluice_copied_bytes") > Some(30e6), "{metrics}");
    assert_eq!(value(&metrics, "pgsluice_tables"), Some(3.0), "{metrics}");
    assert!(value(&metrics, "pgsluice_tasks") > Some(0.0), "{metrics}");
    assert!(metrics.contains("pgsluice_phase{phase=\"building indexes and constraints\"} 1"), "{metrics}");
    assert!(ask(port, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    assert!(ask(port, "nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    let in_use = Run::snapshot(&source.url(), &target.url()).args(["--metrics", &format!(":{port}")]).outcome();
    assert_eq!(in_use.exit_code, Some(1));
    assert!(
        in_use.stderr.contains(&format!("error: could not serve metrics at 127.0.0.1:{port}")),
        "{}",
        in_use.stderr
    );
    run.outcome().expect_done();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "it ends with the run");
}

#[test]
fn a_json_log_is_one_object_a_line_with_a_version() {
    let (source, target) = pair();
    let run = Run::snapshot(&source.url(), &target.url()).args(["--log-format=json", "--log-level=trace"]);
    let outcome = run.outcome().expect_done();
    let mut statements = 0;
    for line in outcome.stderr.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(event["message"].is_string() && event["level"].is_string(), "{line}");
        assert_eq!(event["version"], 1, "{line}");
        statements += usize::from(!event["statement"].is_null());
    }
    assert!(statements > 5, "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("xxxx"), "a value of a cell");
    let refused =
        Run::snapshot(&source.url(), &target.url()).args(["--log-format=json", "--log-level=error"]).outcome();
    let error: serde_json::Value = serde_json::from_str(refused.stderr.trim()).unwrap();
    assert_eq!((error["level"].as_str(), error["version"].as_u64()), (Some("ERROR"), Some(1)));
}
