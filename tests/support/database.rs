//! A database of one test, and psql to look at it with.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::cluster::{Cluster, PASSWORD};
use super::installation;
use super::proxy::Proxy;

/// A database in a cluster. One that was created for a test is dropped with the value, unless the test fails.
#[derive(Debug)]
pub(crate) struct Database<'a> {
    /// The cluster it is in.
    pub(crate) cluster: &'a Cluster,
    /// Its name.
    pub(crate) name: String,
    temporary: bool,
}

impl<'a> Database<'a> {
    pub(super) fn create(cluster: &'a Cluster, name: &str) -> Self {
        cluster.maintenance().psql(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        Self { cluster, name: name.to_owned(), temporary: true }
    }

    pub(super) fn existing(cluster: &'a Cluster, name: &str) -> Self {
        Self { cluster, name: name.to_owned(), temporary: false }
    }

    /// Its URL over TCP.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres", PASSWORD)
    }

    /// Its URL over TCP for another user.
    pub(crate) fn url_of(&self, user: &str, password: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/{}?sslmode=disable", self.cluster.port, self.name)
    }

    /// Its URL through a proxy to its server.
    pub(crate) fn url_through(&self, proxy: &Proxy) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{}/{}?sslmode=disable", proxy.port, self.name)
    }

    /// Its URL over the Unix socket.
    pub(crate) fn socket_url(&self) -> String {
        let directory = self.cluster.socket_directory().display().to_string().replace('/', "%2F");
        format!("postgres://postgres:{PASSWORD}@{directory}:{}/{}", self.cluster.port, self.name)
    }

    /// Runs SQL and psql's own commands as a script that stops at the first error; returns what psql printed. Panics with
    /// psql's words on an error.
    pub(crate) fn psql(&self, script: &str) -> String {
        let mut command = self.psql_command();
        command.args(["-v", "ON_ERROR_STOP=1", "-f", "-"]);
        run(command, script).unwrap_or_else(|message| panic!("psql on {}: {message}", self.name))
    }

    /// Runs a file as [`Self::psql`] does; an error is returned as psql wrote it.
    pub(crate) fn psql_file(&self, path: &Path) -> Result<String, String> {
        let mut command = self.psql_command();
        command.args(["-v", "ON_ERROR_STOP=1"]).arg("-f").arg(path);
        run(command, "")
    }

    /// Runs a file to its end, past errors; returns the errors as psql wrote them.
    pub(crate) fn psql_file_past_errors(&self, path: &Path) -> String {
        let mut command = self.psql_command();
        command.args(["-v", "ON_ERROR_STOP=0"]).arg("-f").arg(path).stdout(Stdio::null());
        let output = command.output().expect("psql starts");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The rows of a query as text. NULL is `\N`.
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let mut command = self.psql_command();
        // Only the zero byte ends every record, also the last of one result of several.
        command.args(["-v", "ON_ERROR_STOP=1", "-At", "-F", "\u{1f}", "-0", "-P", "null=\\N", "-f", "-"]);
        let text = run(command, sql).unwrap_or_else(|message| panic!("query on {}: {message}", self.name));
        let rows = text.split_terminator('\0');
        rows.map(|row| row.split('\u{1f}').map(str::to_owned).collect()).collect()
    }

    /// The one value of a query that returns one row of one column.
    pub(crate) fn value(&self, sql: &str) -> String {
        let rows = self.query(sql);
        assert!(rows.len() == 1 && rows[0].len() == 1, "{sql}: not one value but {rows:?}");
        rows[0][0].clone()
    }

    /// Waits until a query returns a value, and panics with what it returns instead after `limit`.
    pub(crate) fn wait_for(&self, query: &str, value: &str, limit: Duration) {
        let begin = Instant::now();
        while self.value(query) != value {
            assert!(begin.elapsed() < limit, "{query} is not {value} but {}", self.value(query));
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the server has the extension's files.
    pub(crate) fn has_extension(&self, name: &str) -> bool {
        self.value(&format!("SELECT count(*) FROM pg_available_extensions WHERE name = '{name}'")) == "1"
    }

    /// psql on this database, reading no start-up file and nothing of the tester's own environment.
    fn psql_command(&self) -> Command {
        let mut command = without_libpq_variables(Command::new(installation::psql()));
        command.args(["-X", "-q", "-U", "postgres"]).arg("-h").arg(self.cluster.socket_directory());
        command.arg("-p").arg(self.cluster.port.to_string()).arg("-d").arg(&self.name);
        command.env("PGPASSWORD", PASSWORD).env("PGCLIENTENCODING", "UTF8").env("LC_ALL", "C");
        command.env("PGOPTIONS", "-c client_min_messages=warning");
        command
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if self.temporary && !thread::panicking() {
            let force = if self.cluster.installation.major < 13 { "" } else { "WITH (FORCE)" };
            self.cluster.maintenance().psql(&format!("DROP DATABASE {} {force}", self.name));
        }
    }
}

/// Takes every variable libpq reads out of a command's environment.
pub(crate) fn without_libpq_variables(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
}

fn run(mut command: Command, input: &str) -> Result<String, String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // psql ends early at an error; what it did not read is of no interest then.
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
