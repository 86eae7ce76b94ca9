//! Throwaway clusters, made with `initdb` and gone when the test process ends, however it ends.
//!
//! A cluster is owned by a watchdog: a shell that starts the server, waits until its standard input closes, then stops the
//! server and removes the cluster's directory. The only writing end of that input is in the test process, so the kernel
//! closes it whether the process returns, panics or is killed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::database::Database;
use super::installation::Installation;

/// The password of the user `postgres` in every cluster; asked for only where `pg_hba.conf` says so.
pub(crate) const PASSWORD: &str = "postgres";

/// Settings that make a throwaway server fast and quiet. Time zone and locale are fixed so that output is the same anywhere.
const CONFIGURATION: &str = "\
    fsync = off\n\
    full_page_writes = off\n\
    synchronous_commit = off\n\
    autovacuum = off\n\
    shared_buffers = 32MB\n\
    max_connections = 200\n\
    timezone = 'UTC'\n\
    log_min_messages = warning\n\
    log_line_prefix = '%m [%p] %u@%d '\n";

/// What a cluster of one's own has beyond the shared ones.
#[derive(Debug, Default, Clone)]
pub(crate) struct Options {
    /// Lines for `postgresql.conf`, such as `("ssl", "on")`; values are quoted here.
    pub(crate) settings: Vec<(String, String)>,
    /// The whole of `pg_hba.conf`; without it everybody is trusted.
    pub(crate) pg_hba: Option<String>,
    /// Files put into the data directory, readable by the server alone, such as `("server.key", pem)`.
    pub(crate) files: Vec<(String, String)>,
    /// An archive that holds the data directory to start with, made by a server of the same version; without it `initdb`
    /// makes an empty one.
    pub(crate) archive: Option<PathBuf>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// The installation it runs.
    pub(crate) installation: &'static Installation,
    /// The TCP port on 127.0.0.1, and the number in the name of the Unix socket.
    pub(crate) port: u16,
    directory: PathBuf,
    watchdog: Child,
    databases: AtomicU32,
}

impl Cluster {
    /// The cluster of the newest version, shared by all tests.
    pub(crate) fn shared() -> &'static Self {
        Self::shared_of(Installation::newest())
    }

    /// One cluster of every version at hand, oldest first, shared by all tests.
    pub(crate) fn every_version() -> Vec<&'static Self> {
        Installation::all().iter().map(Self::shared_of).collect()
    }

    /// The shared cluster of one installation.
    pub(crate) fn shared_of(installation: &'static Installation) -> &'static Self {
        static CLUSTERS: OnceLock<BTreeMap<u32, OnceLock<Cluster>>> = OnceLock::new();
        let clusters =
            CLUSTERS.get_or_init(|| Installation::all().iter().map(|i| (i.major, OnceLock::new())).collect());
        clusters[&installation.major].get_or_init(|| Self::start(installation, &Options::default()))
    }

    /// Starts a cluster of the caller's own; it is stopped when dropped. Panics with the server's log where it does not start.
    pub(crate) fn start(installation: &'static Installation, options: &Options) -> Self {
        let directory = new_directory();
        let data = directory.join("data");
        match &options.archive {
            Some(archive) => unpack(archive, &directory),
            None => initdb(installation, &directory),
        }
        let mut configuration = CONFIGURATION.to_owned();
        for (name, value) in &options.settings {
            let value = value.replace('\'', "''");
            writeln!(configuration, "{name} = '{value}'").unwrap();
        }
        let conf = data.join("postgresql.conf");
        let defaults = fs::read_to_string(&conf).unwrap();
        write_owned(&conf, &(defaults + &configuration));
        if let Some(pg_hba) = &options.pg_hba {
            write_owned(&data.join("pg_hba.conf"), pg_hba);
        }
        for (name, text) in &options.files {
            write_owned(&data.join(name), text);
        }
        // The port is free when asked for and may be taken when the server binds it, hence another try with another port.
        for _ in 0..5 {
            let port = free_port();
            let watchdog = spawn_watchdog(installation, &directory, port);
            let databases = AtomicU32::new(0);
            let mut cluster = Self { installation, port, directory: directory.clone(), watchdog, databases };
            if cluster.accepts_connections() {
                return cluster;
            }
            cluster.stop_server();
        }
        let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
        let _ = fs::remove_dir_all(&directory);
        panic!("the PostgreSQL {} server does not start; its log:\n{log}", installation.major);
    }

    /// A standby of this server, with further settings. It follows where they say `primary_conninfo`, and is as of now otherwise.
    pub(crate) fn standby(&self, settings: &[(&str, &str)]) -> Self {
        let directory = self.directory.join("standby");
        fs::create_dir(&directory).unwrap();
        let run = |command: &mut Command| {
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        let mut backup = Command::new(self.installation.bin.join("pg_basebackup"));
        run(backup
            .args(["-U", "postgres", "-X", "fetch", "-c", "fast", "-h"])
            .arg(self.socket_directory())
            .args(["-p", &self.port.to_string(), "-D"])
            .arg(directory.join("data")));
        let archive = directory.join("standby.tar");
        run(Command::new("tar")
            .arg("--create")
            .arg(format!("--file={}", archive.display()))
            .arg("-C")
            .arg(&directory)
            .arg("data"));
        let files = vec![("standby.signal".to_owned(), String::new())];
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::start(self.installation, &Options { settings, files, archive: Some(archive), pg_hba: None })
    }

    /// A database of the caller's own, made from `template0`, with a name no other has; dropped with the value.
    pub(crate) fn database(&self) -> Database<'_> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        Database::create(self, &format!("test_{number}"))
    }

    /// A database that is there already, such as `postgres`; it is not dropped.
    pub(crate) fn existing_database(&self, name: &str) -> Database<'_> {
        Database::existing(self, name)
    }

    /// The database every cluster has, for statements about the cluster itself.
    pub(crate) fn maintenance(&self) -> Database<'_> {
        self.existing_database("postgres")
    }

    /// Creates the roles that are not there yet, without login. Roles belong to the whole cluster and stay.
    pub(crate) fn create_roles(&self, names: &[&str]) {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for name in names {
            let sql = format!(
                "SELECT format('CREATE ROLE %I', '{name}') WHERE to_regrole(quote_ident('{name}')) IS NULL \\gexec\n"
            );
            self.maintenance().psql(&sql);
        }
    }

    /// The directory of the Unix socket.
    pub(crate) fn socket_directory(&self) -> &Path {
        &self.directory
    }

    /// The data directory, as in `PGDATA`.
    pub(crate) fn data_directory(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// What the server has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    /// The process id of the postmaster, for tests that kill the server. It is not started again.
    pub(crate) fn postmaster_pid(&self) -> u32 {
        let file = fs::read_to_string(self.data_directory().join("postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }

    /// Stops the server as a crash would (`pg_ctl stop -m immediate`) and starts it again; returns when it takes connections.
    pub(crate) fn crash_and_restart(&self) {
        let before = self.postmaster_pid();
        fs::write(self.directory.join("restart"), "").unwrap();
        super::run::signal(before, "QUIT");
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            assert!(Instant::now() < deadline, "the server does not start again: {}", self.log());
            thread::sleep(Duration::from_millis(20));
            let file = fs::read_to_string(self.data_directory().join("postmaster.pid")).unwrap_or_default();
            let is_ready = file.lines().nth(7).is_some_and(|status| status.trim() == "ready");
            if is_ready && file.lines().next().is_some_and(|pid| pid.trim() != before.to_string()) {
                return;
            }
        }
    }

    /// Waits until the postmaster says it is ready or a standby (the eighth line of its pid file), false where it ended instead.
    fn accepts_connections(&mut self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            let file = fs::read_to_string(self.data_directory().join("postmaster.pid")).unwrap_or_default();
            if file.lines().nth(7).is_some_and(|status| matches!(status.trim(), "ready" | "standby")) {
                return true;
            }
            if self.directory.join("ended").exists() {
                return false;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Lets the watchdog stop the server and waits for it; the directory stays for another try.
    fn stop_server(&mut self) {
        let _ = fs::write(self.directory.join("keep"), "");
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = fs::remove_file(self.directory.join("keep"));
        let _ = fs::remove_file(self.directory.join("ended"));
        // Dropping what is left of this value must not remove the directory.
        self.directory = PathBuf::new();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// The user the servers run as: `initdb` refuses root, so root lends its servers to `postgres`, or `nobody`.
struct ServerUser {
    name: String,
    uid: u32,
    gid: u32,
}

impl ServerUser {
    /// None where the tests do not run as root, and the servers run as the same user as the tests.
    fn get() -> Option<&'static Self> {
        static USER: OnceLock<Option<ServerUser>> = OnceLock::new();
        USER.get_or_init(|| {
            if id(&["-u"]) != Some(0) {
                return None;
            }
            let user = ["postgres", "nobody"].into_iter().find_map(|name| {
                Some(Self { name: name.to_owned(), uid: id(&["-u", name])?, gid: id(&["-g", name])? })
            });
            Some(user.expect("running as root, and neither a user postgres nor a user nobody to run the servers as"))
        })
        .as_ref()
    }

    /// The words before a program's name that make it run as this user.
    fn prefix() -> Vec<String> {
        Self::get().map_or_else(Vec::new, |user| {
            let (uid, gid) = (user.uid, user.gid);
            vec!["setpriv".into(), format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()]
        })
    }

    fn own(path: &Path) {
        if let Some(user) = Self::get() {
            chown(path, Some(user.uid), Some(user.gid)).unwrap();
        }
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// A new directory with a short path: the name of a Unix socket may have 107 bytes.
fn new_directory() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory = PathBuf::from(format!("/tmp/pgsluice-test-{}-{number}", std::process::id()));
    // Left by a process of the same id that lost its watchdog, for instance with the machine.
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    ServerUser::own(&directory);
    directory
}

fn write_owned(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    ServerUser::own(path);
}

fn initdb(installation: &Installation, directory: &Path) {
    let password_file = directory.join("password");
    write_owned(&password_file, PASSWORD);
    let mut words = ServerUser::prefix();
    words.push(installation.bin.join("initdb").display().to_string());
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    command.arg("--pgdata").arg(directory.join("data")).arg("--pwfile").arg(&password_file);
    let output = command.current_dir(directory).env("LC_ALL", "C").stdin(Stdio::null()).output().unwrap();
    let user = ServerUser::get().map_or_else(String::new, |user| format!(" as user {}", user.name));
    assert!(
        output.status.success(),
        "{} failed{user} (may that user read the directory?):\n{}",
        installation.bin.join("initdb").display(),
        String::from_utf8_lossy(&output.stderr)
    );
    fs::remove_file(password_file).unwrap();
}

/// Unpacks an archive as the server's user, who then owns the files and need not be able to read the archive.
fn unpack(archive: &Path, directory: &Path) {
    let mut words = ServerUser::prefix();
    words.extend(["tar", "--extract", "--file=-"].map(str::to_owned));
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(directory).stdin(fs::File::open(archive).unwrap());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}: {}", archive.display(), String::from_utf8_lossy(&output.stderr));
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts the shell that starts the server. It has a process group of its own, so that an interrupt typed at the terminal
/// ends the tests and not the watchdog, and no end of the tests' pipes, so that nothing waits for it.
fn spawn_watchdog(installation: &Installation, directory: &Path, port: u16) -> Child {
    const SCRIPT: &str = r#"
        cd "$1" || exit 1
        (
            while "${@:3}" -D "$1/data" -p "$2" -k "$1" -c listen_addresses=127.0.0.1 >>log 2>&1; rm restart 2>/dev/null; do :; done
            touch ended
        ) &
        cat >/dev/null
        for signal in INT QUIT; do
            pid=$(head -n 1 data/postmaster.pid 2>/dev/null) && kill -s "$signal" "$pid"
            for _ in $(seq 100); do [ -e ended ] && break 2; sleep 0.05; done
        done
        wait
        cd / && { [ -e "$1/keep" ] || rm -rf "$1"; }
    "#;
    let mut server = ServerUser::prefix();
    server.push(installation.bin.join("postgres").display().to_string());
    Command::new("bash")
        .args(["-c", SCRIPT, "watchdog"])
        .arg(directory)
        .arg(port.to_string())
        .args(server)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("bash starts")
}
