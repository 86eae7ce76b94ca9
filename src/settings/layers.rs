//! Which of command line, environment and file says what: the first that says anything goes before the rest.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::ArgMatches;

use super::env_file::{self, Entry};
use super::error::{Error, Origin};
use super::pgstream::{OTHERS, Other, Verdict};
use super::table::{Setting, TABLE, Takes};

/// The environment variables that are settings or look like some, by name.
pub type Environment = BTreeMap<String, String>;

/// Picks the variables that begin with `PGSLUICE_` or `PGSTREAM_`.
///
/// # Errors
///
/// [`Error::NotUtf8`] for one of them that is not text.
pub fn environment(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Environment, Error> {
    let ours = variables.into_iter().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| is_ours(name))?;
        Some(match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Error::NotUtf8 { name }),
        })
    });
    ours.collect()
}

/// A settings file that was read.
#[derive(Debug, Clone, Default)]
pub struct File {
    path: String,
    entries: Vec<Entry>,
}

impl File {
    /// Reads the file at a path.
    ///
    /// # Errors
    ///
    /// [`Error::File`] where it cannot be read, [`Error::Syntax`] where it is malformed.
    pub fn read(path: &str) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
        Self::parse(path, &bytes)
    }

    /// Takes the bytes of a file for what stands in it; `path` is what errors call it.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] where it is malformed.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Error> {
        match env_file::parse_bytes(bytes) {
            Ok(entries) => Ok(Self { path: path.to_owned(), entries }),
            Err(source) => Err(Error::Syntax { path: path.to_owned(), source }),
        }
    }

    fn origin(&self, entry: &Entry) -> Origin {
        Origin::File { name: entry.name.clone(), path: self.path.clone(), line: entry.line }
    }
}

/// A value and where it came from.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Found {
    /// Reads the text; what the reader expected becomes an error that names the place.
    pub(super) fn read<T>(self, reader: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Error> {
        reader(&self.text).map_err(|expected| Error::Invalid { origin: self.origin, expected })
    }

    /// How far in front its place stands: the command line is 0.
    pub(super) fn layer(&self) -> u8 {
        match self.origin {
            Origin::CommandLine { .. } => 0,
            Origin::Environment { .. } => 1,
            Origin::File { .. } => 2,
        }
    }
}

/// Command line, environment and file, in the order in which they count.
#[derive(Debug)]
pub(super) struct Layers<'a> {
    pub(super) matches: &'a ArgMatches,
    pub(super) environment: &'a Environment,
    pub(super) file: &'a File,
}

impl Layers<'_> {
    /// What counts for a setting. An empty value in the environment or the file says nothing, as with libpq's variables.
    pub(super) fn find(&self, setting: &'static Setting) -> Result<Option<Found>, Error> {
        if let Some(text) = self.flag(setting) {
            if text.trim().is_empty() {
                return Err(Error::Empty { flag: setting.flag });
            }
            return Ok(Some(Found { text, origin: Origin::CommandLine { flag: setting.flag } }));
        }
        let in_environment = setting.names().find_map(|name| self.variable(name));
        Ok(in_environment.or_else(|| setting.names().find_map(|name| self.entry(name))))
    }

    /// Whether a name is set, in the environment or the file.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.variable(name).or_else(|| self.entry(name)).is_some()
    }

    fn flag(&self, setting: &Setting) -> Option<String> {
        let mut values = self.matches.try_get_many::<String>(setting.flag).ok().flatten()?;
        match setting.takes {
            Takes::Many(_) => Some(values.map(String::as_str).collect::<Vec<_>>().join(" ")),
            Takes::Lines(_) => Some(values.map(String::as_str).collect::<Vec<_>>().join("\n")),
            Takes::One(_) | Takes::Switch => values.next_back().cloned(),
        }
    }

    fn variable(&self, name: &str) -> Option<Found> {
        let text = self.environment.get(name).filter(|text| !text.trim().is_empty())?;
        Some(Found { text: text.clone(), origin: Origin::Environment { name: name.to_owned() } })
    }

    /// The last line of that name, as in a shell.
    fn entry(&self, name: &str) -> Option<Found> {
        let entry = self.file.entries.iter().rfind(|entry| entry.name == name)?;
        let found = Found { text: entry.value.clone(), origin: self.file.origin(entry) };
        Some(found).filter(|found| !found.text.trim().is_empty())
    }

    /// Looks at every name that is set: returns what to warn of.
    ///
    /// # Errors
    ///
    /// A refused setting of pgstream's, wherever it is set; a name in the file that is no setting. In the environment such
    /// a name is only a warning, because it may belong to another program or version.
    pub(super) fn check_names(&self) -> Result<Vec<String>, Error> {
        let mut warnings = Vec::new();
        for entry in &self.file.entries {
            let origin = self.file.origin(entry);
            if is_ours(&entry.name) {
                let unknown = check_other(&entry.name, &entry.value, &origin, &mut warnings)?;
                if unknown {
                    return Err(Error::UnknownName { origin, nearest: nearest(&entry.name) });
                }
            } else if let Some(nearest) = nearest(&entry.name).filter(|_| entry.name.starts_with("PG")) {
                warnings.push(format!("{origin} is not a setting and is ignored; did you mean {nearest}?"));
            } else if entry.name.starts_with("PG") {
                warnings.push(format!("{origin} is ignored: set it in the environment, where connections look for it"));
            }
        }
        for (name, value) in self.environment {
            let origin = Origin::Environment { name: name.clone() };
            if check_other(name, value, &origin, &mut warnings)? {
                let advice = nearest(name).map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
                warnings.push(format!("{origin} is not a setting and is ignored{advice}"));
            }
        }
        self.check_shadowed(&mut warnings);
        Ok(warnings)
    }

    /// Warns where one place says the same setting twice, by two names and differently.
    fn check_shadowed(&self, warnings: &mut Vec<String>) {
        for setting in TABLE {
            let in_environment: Vec<Found> = setting.names().filter_map(|name| self.variable(name)).collect();
            let in_file: Vec<Found> = setting.names().filter_map(|name| self.entry(name)).collect();
            for found in [in_environment, in_file] {
                if let Some((first, rest)) = found.split_first() {
                    let others = rest.iter().filter(|other| other.text != first.text);
                    warnings.extend(
                        others.map(|other| format!("{} is ignored: {} says otherwise", other.origin, first.origin)),
                    );
                }
            }
        }
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with("PGSLUICE_") || name.starts_with("PGSTREAM_")
}

/// Deals with a name of pgstream's that is no setting of ours. Returns whether nobody knows the name.
fn check_other(name: &str, value: &str, origin: &Origin, warnings: &mut Vec<String>) -> Result<bool, Error> {
    if Setting::named(name).is_some() {
        return Ok(false);
    }
    let Some(other) = Other::named(name) else { return Ok(true) };
    if value.trim().is_empty() {
        return Ok(false);
    }
    match other.verdict {
        Verdict::Ignored(why) => warnings.push(format!("{origin} is ignored: {why}")),
        Verdict::Refused { instead } => return Err(Error::Refused { origin: origin.clone(), instead }),
    }
    Ok(false)
}

/// The known name most like an unknown one, where any is like it at all.
fn nearest(name: &str) -> Option<&'static str> {
    let others = OTHERS.iter().map(|other| other.name).filter(|name| !name.ends_with('*'));
    let known = TABLE.iter().flat_map(|setting| setting.names()).chain(others);
    let rated = known.map(|known| (strsim::normalized_damerau_levenshtein(name, known), known));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(likeness, _)| *likeness >= 0.7).map(|(_, known)| known)
}
