//! What the surroundings of the process say about connections.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Where Debian's libpq looks for `pg_service.conf` when `PGSYSCONFDIR` is not set. Other builds have other places; they
/// are reached by `PGSYSCONFDIR`.
const SYSCONFDIR_DEFAULT: &str = "/etc/postgresql-common";

/// The `PG*` variables, the home directory and the user, as data: what libpq reads from the process, parsers get from here.
///
/// The default is empty: no variables, no home, no user.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    user: Option<String>,
    sysconfdir: Option<PathBuf>,
}

impl Environment {
    /// Reads the process's own environment. A `PG*` variable that is not UTF-8 is left out with a warning.
    #[must_use]
    pub fn from_process() -> Self {
        let mut variables = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with("PG")) else { continue };
            if let Ok(value) = value.into_string() {
                variables.insert(name.to_owned(), value);
            } else {
                tracing::warn!(variable = name, "ignored an environment variable that is not UTF-8");
            }
        }
        let sysconfdir = variables.get("PGSYSCONFDIR").map_or(SYSCONFDIR_DEFAULT, String::as_str).into();
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
        Self { variables, home, user: whoami::username().ok(), sysconfdir: Some(sysconfdir) }
    }

    /// The same with one variable set.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        if name == "PGSYSCONFDIR" {
            self.sysconfdir = Some(value.into());
        }
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same with another home directory.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same with another operating system user.
    #[must_use]
    pub fn with_user(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// A `PG*` variable's value.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The operating system's name of the user: the role when none is given.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// A file below the home directory, such as `.pgpass`; it may not exist.
    #[must_use]
    pub fn home_file(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    /// The system-wide `pg_service.conf`; it may not exist.
    #[must_use]
    pub fn system_service_file(&self) -> Option<PathBuf> {
        self.sysconfdir.as_ref().map(|directory| directory.join("pg_service.conf"))
    }
}

/// Names only: a value may be a password.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys())
            .field("home", &self.home)
            .field("user", &self.user)
            .field("sysconfdir", &self.sysconfdir)
            .finish()
    }
}
