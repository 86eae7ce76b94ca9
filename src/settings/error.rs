//! What is wrong with the settings, and where each one came from.

use std::fmt;

use super::env_file;
use crate::error::Explain;
use crate::plan::pattern;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    CommandLine {
        /// The flag without its dashes.
        flag: &'static str,
    },
    /// A variable of the process environment.
    Environment {
        /// The variable's name.
        name: String,
    },
    /// A line of the settings file.
    File {
        /// The name on that line.
        name: String,
        /// The file, as it was given.
        path: String,
        /// The line, counted from 1.
        line: usize,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine { flag } => write!(f, "--{flag}"),
            Self::Environment { name } => write!(f, "{name} in the environment"),
            Self::File { name, path, line } => write!(f, "{name} ({path}:{line})"),
        }
    }
}

/// Settings that cannot be used. The exit code is 2 for each of them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A required setting is nowhere.
    #[error("no {flag} given")]
    Missing {
        /// The setting's flag without its dashes.
        flag: &'static str,
        /// Every way to give it.
        ways: String,
    },
    /// A flag with an empty value, which is most often a shell variable that is not set.
    #[error("--{flag} is empty")]
    Empty {
        /// The flag without its dashes.
        flag: &'static str,
    },
    /// A value that cannot be read.
    #[error("{origin} needs {expected}")]
    Invalid {
        /// Where the value came from.
        origin: Origin,
        /// What it should have been.
        expected: String,
    },
    /// A pattern that cannot be read.
    #[error("{origin} has a pattern that cannot be read")]
    Pattern {
        /// Where the pattern came from.
        origin: Origin,
        /// What is wrong with it.
        #[source]
        source: pattern::Error,
    },
    /// Two settings that exclude each other, given in the same place.
    #[error("{first} and {second} exclude each other")]
    Conflict {
        /// One of them.
        first: Origin,
        /// The other.
        second: Origin,
    },
    /// A setting of pgstream's that would change what is copied.
    #[error("{origin} is not supported yet")]
    Refused {
        /// Where it was set.
        origin: Origin,
        /// What to do instead.
        instead: &'static str,
    },
    /// A name in the settings file that is no setting.
    #[error("{origin} is not a setting")]
    UnknownName {
        /// Where it was set.
        origin: Origin,
        /// The known name that is most like it.
        nearest: Option<&'static str>,
    },
    /// An environment variable that is not UTF-8 text.
    #[error("{name} in the environment is not UTF-8 text")]
    NotUtf8 {
        /// The variable's name.
        name: String,
    },
    /// The settings file cannot be read.
    #[error("could not read the settings file {path}")]
    File {
        /// The file, as it was given.
        path: String,
        /// The operating system's words.
        #[source]
        source: std::io::Error,
    },
    /// The settings file's text is malformed.
    #[error("the settings file {path} is malformed")]
    Syntax {
        /// The file, as it was given.
        path: String,
        /// The line and what is wrong there.
        #[source]
        source: env_file::Error,
    },
}

impl Explain for Error {
    fn detail(&self) -> Option<String> {
        match self {
            Self::Pattern { source, .. } => Some(source.to_string()),
            Self::File { source, .. } => Some(source.to_string()),
            Self::Syntax { source, .. } => Some(source.to_string()),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { ways, .. } => Some(ways.clone()),
            Self::Empty { .. } => Some("give it a value, or leave it out for its default".to_owned()),
            Self::Invalid { .. } => None,
            Self::Pattern { source, .. } => source.hint(),
            Self::Conflict { .. } => Some("give one of the two".to_owned()),
            Self::Refused { instead, .. } => Some((*instead).to_owned()),
            Self::UnknownName { nearest: Some(nearest), .. } => Some(format!("did you mean {nearest}?")),
            Self::UnknownName { nearest: None, .. } => {
                Some("pgsluice snapshot --help lists every setting with its names".to_owned())
            }
            Self::NotUtf8 { .. } => Some("set it again as UTF-8 text".to_owned()),
            Self::File { .. } => Some("-c takes the path of a file of NAME=value lines".to_owned()),
            Self::Syntax { source, .. } => source.hint(),
        }
    }
}
