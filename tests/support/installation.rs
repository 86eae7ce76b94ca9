//! The PostgreSQL programs on this machine: servers of every major version at hand, and the newest client programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A directory with `initdb` and `postgres` of one major version.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The directory the programs are in.
    pub(crate) bin: PathBuf,
    /// The server's major version, such as 15.
    pub(crate) major: u32,
}

impl Installation {
    /// Every major version at hand, oldest first, one installation each.
    ///
    /// Looked for in `PGSLUICE_TEST_PG_BIN` (directories with the programs), `PGSLUICE_TEST_SERVERS` (directories holding
    /// `MAJOR/bin`), the places Debian and the PostgreSQL packages use, `pg_config --bindir` and `PATH`; the first one
    /// found of a version is taken. Panics where there is none, because nothing can be tested then.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Installation>> = OnceLock::new();
        ALL.get_or_init(|| {
            let mut found: Vec<Self> = Vec::new();
            for bin in directories() {
                if !bin.join("initdb").is_file() || !bin.join("postgres").is_file() {
                    continue;
                }
                let Some(major) = major_version(&bin.join("postgres")) else { continue };
                if found.iter().all(|known| known.major != major) {
                    found.push(Self { bin, major });
                }
            }
            assert!(
                !found.is_empty(),
                "no PostgreSQL server found on this machine: install one (Debian: apt install postgresql) or name the \
                 directory of its initdb in PGSLUICE_TEST_PG_BIN"
            );
            found.sort_by_key(|installation| installation.major);
            found
        })
    }

    /// The installation in a directory. Panics where there is no server in it.
    pub(crate) fn in_directory(bin: &Path) -> Self {
        let major = major_version(&bin.join("postgres"));
        Self { bin: bin.to_owned(), major: major.unwrap_or_else(|| panic!("{} holds no server", bin.display())) }
    }

    /// The newest one that comes with `pg_basebackup`, which makes standbys; says so where there is none.
    pub(crate) fn with_backups() -> Option<&'static Self> {
        let found = Self::all().iter().rfind(|of| of.bin.join("pg_basebackup").exists());
        if found.is_none() {
            eprintln!("skipped: no server here comes with pg_basebackup, which makes the standby");
        }
        found
    }

    /// The newest major version at hand.
    pub(crate) fn newest() -> &'static Self {
        Self::all().last().expect("all() holds at least one")
    }
}

/// The newest psql found, which may be newer than the servers. `PGSLUICE_TEST_PSQL` names another.
pub(crate) fn psql() -> &'static Path {
    static PSQL: OnceLock<PathBuf> = OnceLock::new();
    PSQL.get_or_init(|| client("psql", "PGSLUICE_TEST_PSQL").0)
}

/// The newest `pg_dump` found and its major version. `PGSLUICE_TEST_PG_DUMP` names another.
pub(crate) fn pg_dump() -> &'static (PathBuf, u32) {
    static PG_DUMP: OnceLock<(PathBuf, u32)> = OnceLock::new();
    PG_DUMP.get_or_init(|| client("pg_dump", "PGSLUICE_TEST_PG_DUMP"))
}

/// A client program: the one the variable names, else the newest found. Returns its path and major version.
fn client(name: &str, variable: &str) -> (PathBuf, u32) {
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        let major = major_version(&path);
        return (path.clone(), major.unwrap_or_else(|| panic!("{variable}: cannot run {}", path.display())));
    }
    let mut newest: Option<(PathBuf, u32)> = None;
    for path in directories().into_iter().map(|bin| bin.join(name)).filter(|path| path.is_file()) {
        if let Some(major) = major_version(&path)
            && newest.as_ref().is_none_or(|(_, known)| *known < major)
        {
            newest = Some((path, major));
        }
    }
    newest.unwrap_or_else(|| panic!("no {name} found: install PostgreSQL's client programs or set {variable}"))
}

fn directories() -> Vec<PathBuf> {
    let list = |name: &str| env::var_os(name).map(|value| env::split_paths(&value).collect()).unwrap_or_default();
    let mut directories: Vec<PathBuf> = list("PGSLUICE_TEST_PG_BIN");
    for servers in list("PGSLUICE_TEST_SERVERS") {
        directories.extend(children(&servers).into_iter().map(|version| version.join("bin")));
    }
    directories.extend(children(Path::new("/usr/lib/postgresql")).into_iter().map(|version| version.join("bin")));
    let packaged = children(Path::new("/usr")).into_iter().filter(|path| path.to_string_lossy().contains("/pgsql-"));
    directories.extend(packaged.map(|version| version.join("bin")));
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        directories.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    directories.extend(list("PATH"));
    directories
}

fn children(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut children: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    children.sort();
    children
}

/// The major version a program says of itself: `postgres (PostgreSQL) 15.14 (Debian …)`, `psql (PostgreSQL) 18beta1`.
fn major_version(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split("(PostgreSQL) ").nth(1)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
