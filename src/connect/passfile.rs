//! `~/.pgpass`: passwords by host, port, database and user.
//!
//! Source: PostgreSQL manual, "The Password File".

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::file;
use super::login::Password;

/// What a password is looked up by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    /// The host's name, or its address if it has none; `localhost` for a default socket directory.
    pub(super) host: &'a str,
    /// The port.
    pub(super) port: u16,
    /// The database.
    pub(super) database: &'a str,
    /// The role.
    pub(super) user: &'a str,
}

/// Looks a password up. A file that is missing has none; one that others may read, or that cannot be read, is ignored with
/// a warning.
pub(super) fn find(path: &Path, key: Key<'_>) -> Option<Password> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 => {
            tracing::warn!(
                file = %path.display(),
                "ignored a password file that its group or others can access; its permissions should be u=rw (0600) or less"
            );
            return None;
        }
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return None,
        Ok(_) | Err(_) => {}
    }
    match file::read_text(path) {
        Ok(text) => text.lines().find_map(|line| password(line, key)),
        Err(cause) => {
            tracing::warn!(file = %path.display(), %cause, "ignored a password file that cannot be read");
            None
        }
    }
}

/// The line's password, if the line is for this key. `*` as a whole field matches anything.
fn password(line: &str, key: Key<'_>) -> Option<Password> {
    if line.starts_with('#') {
        return None;
    }
    let port = key.port.to_string();
    let mut rest = line;
    for wanted in [key.host, &port, key.database, key.user] {
        let (field, behind) = field(rest)?;
        if field.raw != "*" && field.value != wanted {
            return None;
        }
        rest = behind;
    }
    // The rest of the line, so that a colon in the password needs no backslash.
    let password = unescaped(rest);
    if password.is_empty() { None } else { Some(Password::new(password)) }
}

struct Field<'a> {
    raw: &'a str,
    value: String,
}

/// Splits at the next colon that no backslash stands before.
fn field(text: &str) -> Option<(Field<'_>, &str)> {
    let mut escaped = false;
    for (position, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ':' => {
                let (raw, behind) = text.split_at(position);
                return Some((Field { raw, value: unescaped(raw) }, behind.strip_prefix(':')?));
            }
            _ => {}
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        // A backslash at the very end stands for itself.
        value.push(if character == '\\' { characters.next().unwrap_or('\\') } else { character });
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key<'_> = Key { host: "db.example.org", port: 5432, database: "shop", user: "ann" };

    fn found(line: &str) -> Option<String> {
        password(line, KEY).map(|password| String::from_utf8(password.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn fields_match_exactly_or_by_a_star() {
        assert_eq!(found("db.example.org:5432:shop:ann:pw").as_deref(), Some("pw"));
        assert_eq!(found("*:*:*:*:pw").as_deref(), Some("pw"));
        assert_eq!(found("*:*:shop*:ann:pw"), None);
        assert_eq!(found("db.example.org:5433:shop:ann:pw"), None);
        assert_eq!(found("#*:*:*:*:pw"), None);
        assert_eq!(found("*:*:*:ann"), None);
        assert_eq!(found("*:*:*:ann:"), None);
        assert_eq!(found(r"\*:*:*:ann:pw"), None);
    }

    #[test]
    fn backslashes_escape_colons_and_themselves() {
        let key = Key { host: "::1", port: 1, database: r"a\b", user: "u" };
        let found = password(r"\:\:1:1:a\\b:u:p\:w\\x", key).unwrap();
        assert_eq!(found.as_bytes(), br"p:w\x");
        assert_eq!(password("*:*:*:u:a:b", key).unwrap().as_bytes(), b"a:b");
    }
}
