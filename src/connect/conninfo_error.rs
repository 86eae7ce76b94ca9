//! What can be wrong with a connection string, its service and its environment. None of it repeats a password.

use std::path::PathBuf;

use crate::error::Explain;

/// Why a connection string cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConninfoError {
    /// A keyword libpq does not have.
    #[error("connection keyword \"{name}\" does not exist")]
    KeywordUnknown {
        /// As written.
        name: String,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// An unknown keyword that could be a piece of a password, so it is not repeated.
    #[error("the connection string has a keyword that does not exist")]
    KeywordUnreadable,
    /// A keyword libpq has and pgsluice has not.
    #[error("connection keyword \"{name}\" is not supported: {reason}")]
    KeywordRefused {
        /// The keyword, or the environment variable that sets it.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// A value its keyword does not allow.
    #[error("\"{value}\" is no value of connection keyword \"{keyword}\"")]
    Value {
        /// The keyword.
        keyword: &'static str,
        /// As written; never that of a keyword that may hold a piece of a password.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A port that is none. It is not repeated: in a URI it may be a piece of a password.
    #[error("the connection string has a port that is not a number from 1 to 65535")]
    Port,
    /// Two settings that exclude each other.
    #[error("connection settings contradict each other: {0}")]
    Contradiction(&'static str),
    /// Lists of hosts, addresses or ports that do not match.
    #[error("the connection string has {hosts} in host and {others} in {keyword}")]
    ListLength {
        /// How many hosts.
        hosts: usize,
        /// How many of the other.
        others: usize,
        /// The other: `port` or `hostaddr`.
        keyword: &'static str,
    },
    /// The string cannot be taken apart.
    #[error("the connection string cannot be read: {0}")]
    Syntax(&'static str),
    /// What stands before `://` is not PostgreSQL's.
    #[error("the connection string's scheme is not postgres://")]
    Scheme,
    /// No role is given and the operating system does not name one.
    #[error("the connection string names no user, and the operating system does not either")]
    NoUser,
    /// No service of that name in the service files.
    #[error("service \"{service}\" is not defined")]
    ServiceUnknown {
        /// The service.
        service: String,
        /// Where it was looked for.
        files: Vec<PathBuf>,
    },
    /// A service file that is there cannot be used.
    #[error("service file \"{file}\" cannot be read", file = file.display())]
    ServiceFile {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        #[source]
        cause: std::io::Error,
    },
    /// A line of a service file cannot be used.
    #[error("line {line} of service file \"{file}\" cannot be used: {reason}", file = file.display())]
    ServiceLine {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        reason: &'static str,
    },
}

impl Explain for ConninfoError {
    fn detail(&self) -> Option<String> {
        match self {
            Self::ServiceFile { cause, .. } => Some(cause.to_string()),
            Self::ServiceUnknown { files, .. } if !files.is_empty() => {
                let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
                Some(format!("looked in {}", files.join(" and ")))
            }
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::KeywordUnknown { nearest: Some(nearest), .. } => format!("did you mean \"{nearest}\"?"),
            Self::KeywordUnknown { nearest: None, .. } => {
                "the keywords are libpq's: host, port, dbname, user, password, sslmode, …".to_owned()
            }
            Self::KeywordUnreadable => PERCENT_ENCODE.to_owned(),
            Self::KeywordRefused { name, .. } => format!("leave \"{name}\" out"),
            Self::Value { allowed, .. } => format!("allowed: {allowed}"),
            Self::Port => format!("the port follows the host, as in host:5432; {PERCENT_ENCODE}"),
            Self::Contradiction(_) => "change one of the two".to_owned(),
            Self::ListLength { keyword, .. } => format!("give one {keyword} for each host"),
            Self::Syntax(_) => {
                format!("write postgres://user@host:5432/database or host=… user=… dbname=…; {PERCENT_ENCODE}")
            }
            Self::Scheme => "write postgres://user@host:5432/database".to_owned(),
            Self::NoUser => "add user=… or set PGUSER".to_owned(),
            Self::ServiceUnknown { .. } => {
                "define it in ~/.pg_service.conf, or name its file in PGSERVICEFILE".to_owned()
            }
            Self::ServiceFile { .. } => "check PGSERVICEFILE and the file's permissions".to_owned(),
            Self::ServiceLine { .. } => {
                "a line is [service], keyword=value, or a comment that starts with #".to_owned()
            }
        })
    }
}

/// What most unreadable strings have in common.
const PERCENT_ENCODE: &str = "in a URI, special characters of user and password are percent-encoded (@ is %40, / is %2F, : is %3A); in keyword=value form, \
     values with spaces are quoted: password='two words'";
