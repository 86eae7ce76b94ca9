//! `pg_service.conf`: named sets of connection settings.
//!
//! Source: PostgreSQL manual, "The Connection Service File".

use std::io;
use std::path::{Path, PathBuf};

use super::conninfo_error::ConninfoError;
use super::environment::Environment;
use super::file;
use super::keyword;
use super::text::Assignment;

/// Looks a service up: in `file` if one is named, else in the user's service file, then in the system's.
///
/// # Errors
///
/// The service is in no file, or the file that has it cannot be used.
pub(super) fn find(
    service: &str,
    named_file: Option<&str>,
    environment: &Environment,
) -> Result<Vec<Assignment>, ConninfoError> {
    let mut files: Vec<(PathBuf, bool)> = Vec::new();
    match named_file {
        Some(named) => files.push((named.into(), true)),
        None => files.extend(environment.home_file(".pg_service.conf").map(|file| (file, false))),
    }
    files.extend(environment.system_service_file().map(|file| (file, false)));
    for (path, must_exist) in &files {
        let text = match file::read_text(path) {
            Ok(text) => text,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound && !must_exist => continue,
            Err(cause) => return Err(ConninfoError::ServiceFile { file: path.clone(), cause }),
        };
        if let Some(assignments) = section(&text, service, path)? {
            return Ok(assignments);
        }
    }
    let files = files.into_iter().map(|(file, _)| file).collect();
    Err(ConninfoError::ServiceUnknown { service: service.to_owned(), files })
}

/// The settings below `[service]`, or `None` if the file has no such line.
fn section(text: &str, service: &str, file: &Path) -> Result<Option<Vec<Assignment>>, ConninfoError> {
    let mut found: Option<Vec<Assignment>> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            if found.is_some() {
                break;
            }
            if name == service {
                found = Some(Vec::new());
            }
            continue;
        }
        let Some(assignments) = &mut found else { continue };
        let refuse = |reason| ConninfoError::ServiceLine { file: file.to_owned(), line: number, reason };
        if line.starts_with("ldap") && !line.contains('=') || line.starts_with("ldap://") {
            return Err(refuse("LDAP lookups are not supported"));
        }
        let (name, value) = line.split_once('=').ok_or_else(|| refuse("it has no \"=\""))?;
        if matches!(name.trim(), "service" | "servicefile") {
            return Err(refuse("a service cannot name another service"));
        }
        let keyword = keyword::find(name.trim(), true)?;
        // As in libpq, the first of two equal keywords counts.
        if !assignments.iter().any(|(earlier, _)| earlier.name == keyword.name) {
            assignments.push((keyword, value.trim().to_owned()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# services\n[other]\nhost=o\n\n[shop]\n host = s \nhost=late\nport=6000\n[next]\nport=1\n";

    fn settings(text: &str, service: &str) -> Result<Option<Vec<(&'static str, String)>>, ConninfoError> {
        let assignments = section(text, service, Path::new("f"))?;
        Ok(assignments.map(|list| list.into_iter().map(|(keyword, value)| (keyword.name, value)).collect()))
    }

    #[test]
    fn a_section_ends_at_the_next_and_its_first_value_counts() {
        let shop = vec![("host", "s".to_owned()), ("port", "6000".to_owned())];
        assert_eq!(settings(FILE, "shop").unwrap(), Some(shop));
        assert_eq!(settings(FILE, "none").unwrap(), None);
    }

    #[test]
    fn lines_that_mean_nothing_are_refused_where_they_count() {
        assert_eq!(settings("[a]\nnonsense\n[b]\n", "b").unwrap(), Some(Vec::new()));
        let error = settings("[a]\nnonsense\n", "a").unwrap_err();
        assert_eq!(error.to_string(), "line 2 of service file \"f\" cannot be used: it has no \"=\"");
        assert!(matches!(settings("[a]\nservice=b\n", "a"), Err(ConninfoError::ServiceLine { line: 2, .. })));
        assert!(matches!(settings("[a]\nldap://x?y=z\n", "a"), Err(ConninfoError::ServiceLine { .. })));
        assert!(matches!(settings("[a]\nhos=b\n", "a"), Err(ConninfoError::KeywordUnknown { .. })));
    }
}
