//! The three ways to write a connection string: a URI, keywords and values, a database name.
//!
//! Source: PostgreSQL manual, "Connection Strings". Messages name keywords, never values.

use percent_encoding::percent_decode_str;

use super::conninfo_error::ConninfoError;
use super::keyword::{self, Keyword};

/// A keyword and what it is set to; of two equal keywords the later counts.
pub(super) type Assignment = (&'static Keyword, String);

/// Takes a connection string apart.
///
/// # Errors
///
/// The string is none of the three forms, or has an unknown or unsupported keyword.
pub(super) fn parse(text: &str) -> Result<Vec<Assignment>, ConninfoError> {
    if text.contains('\0') {
        return Err(ConninfoError::Syntax("it contains a NUL character"));
    }
    if let Some(rest) = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")) {
        return uri(rest);
    }
    let first_word = text.split(|c: char| c == '=' || c.is_whitespace()).next().unwrap_or_default();
    if first_word.contains("://") {
        return Err(ConninfoError::Scheme);
    }
    if text.contains('=') {
        return keywords_and_values(text);
    }
    database_name(text.trim())
}

/// A database name and nothing else. One with an `@` is more likely a URI whose scheme was forgotten, password and all.
fn database_name(name: &str) -> Result<Vec<Assignment>, ConninfoError> {
    if name.contains('@') {
        return Err(ConninfoError::Syntax("it has an @ but does not start with postgres://"));
    }
    if name.is_empty() { Ok(Vec::new()) } else { Ok(vec![(keyword::find("dbname", true)?, name.to_owned())]) }
}

/// `host = localhost password = 'it''s'`, with backslashes before quotes and backslashes.
fn keywords_and_values(text: &str) -> Result<Vec<Assignment>, ConninfoError> {
    let mut assignments: Vec<Assignment> = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| c == '=' || is_space(c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(name_end);
        let Some(behind) = behind.trim_start_matches(is_space).strip_prefix('=') else {
            return Err(ConninfoError::Syntax(
                "a keyword has no \"=\" after it, or a value with a space has no quotes",
            ));
        };
        // Behind an unquoted password this may be its second word.
        let may_show = assignments.last().is_none_or(|(previous, _)| previous.name != "password");
        let keyword = keyword::find(name, may_show)?;
        let (value, behind) = value(behind.trim_start_matches(is_space))?;
        assignments.push((keyword, value));
        rest = behind.trim_start_matches(is_space);
    }
    Ok(assignments)
}

/// Reads one value, quoted or up to the next space, and returns what stands behind it.
fn value(text: &str) -> Result<(String, &str), ConninfoError> {
    let quoted = text.strip_prefix('\'');
    let body = quoted.unwrap_or(text);
    let mut value = String::new();
    let mut characters = body.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted.is_some() => return Ok((value, characters.as_str())),
            space if quoted.is_none() && is_space(space) => {
                return Ok((value, body.get(position..).unwrap_or_default()));
            }
            _ => value.push(character),
        }
    }
    if quoted.is_some() { Err(ConninfoError::Syntax("a quoted value does not end")) } else { Ok((value, "")) }
}

/// C's `isspace`, which is what libpq goes by.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// `[user[:password]@][host[:port],…][/database][?keyword=value&…]`, behind the scheme.
fn uri(text: &str) -> Result<Vec<Assignment>, ConninfoError> {
    let mut assignments = Vec::new();
    let mut assign = |name: &str, value: &str| -> Result<(), ConninfoError> {
        if !value.is_empty() {
            assignments.push((keyword::find(name, true)?, decoded(value)?));
        }
        Ok(())
    };
    // As in libpq, user and password end at the first @ that comes before a slash.
    let authority_end = text.find('/').unwrap_or(text.len());
    let (credentials, rest) = match text.get(..authority_end).and_then(|authority| authority.split_once('@')) {
        Some((credentials, _)) => (credentials, text.get(credentials.len() + 1..).unwrap_or_default()),
        None => ("", text),
    };
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    assign("user", user)?;
    assign("password", password)?;

    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = before_query.split_once('/').unwrap_or((before_query, ""));
    // A raw @ here means that a password's special characters were not encoded and the parts are not what they seem.
    if before_query.contains('@') {
        return Err(ConninfoError::Syntax("there is an @ where a host or a database name is expected"));
    }
    let (hosts, ports) = host_list(hosts)?;
    assign("host", &hosts)?;
    assign("port", &ports)?;
    assign("dbname", database)?;
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        assignments.push(query_parameter(parameter, !query.contains('@'))?);
    }
    Ok(assignments)
}

fn query_parameter(parameter: &str, may_show: bool) -> Result<Assignment, ConninfoError> {
    let Some((name, value)) = parameter.split_once('=') else {
        return Err(ConninfoError::Syntax("a parameter behind the ? has no \"=\""));
    };
    if value.contains('=') {
        return Err(ConninfoError::Syntax("a parameter behind the ? has a second \"=\"; write %3D"));
    }
    let (name, value) = (decoded(name)?, decoded(value)?);
    if name == "ssl" && value == "true" {
        return Ok((keyword::find("sslmode", true)?, "require".to_owned()));
    }
    Ok((keyword::find(&name, may_show)?, value))
}

/// Splits `a:1,[::1]:2` into `a,::1` and `1,2`.
fn host_list(text: &str) -> Result<(String, String), ConninfoError> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for entry in text.split(',') {
        let (host, port) = match entry.strip_prefix('[') {
            Some(bracketed) => {
                let (address, behind) =
                    bracketed.split_once(']').ok_or(ConninfoError::Syntax("an IPv6 address has no closing bracket"))?;
                let port = behind.strip_prefix(':').unwrap_or_default();
                if address.is_empty() || (port.is_empty() && !matches!(behind, "" | ":")) {
                    return Err(ConninfoError::Syntax(
                        "an IPv6 address in brackets is empty or followed by more than a port",
                    ));
                }
                (address, port)
            }
            None => entry.split_once(':').unwrap_or((entry, "")),
        };
        hosts.push(host);
        ports.push(port);
    }
    let all_default = ports.iter().all(|port| port.is_empty());
    Ok((hosts.join(","), if all_default { String::new() } else { ports.join(",") }))
}

/// Resolves percent-encoding, strictly.
fn decoded(text: &str) -> Result<String, ConninfoError> {
    let mut behind_percent = text.split('%').skip(1);
    let is_token = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !behind_percent.all(is_token) {
        return Err(ConninfoError::Syntax("a % is not followed by two hexadecimal digits; a % itself is %25"));
    }
    let value = percent_decode_str(text).decode_utf8();
    let value = value.map_err(|_| ConninfoError::Syntax("percent-encoded text is not UTF-8"))?;
    if value.contains('\0') {
        return Err(ConninfoError::Syntax("%00 is not allowed"));
    }
    Ok(value.into_owned())
}
