//! Settings of a database, and of roles in it.

use super::about;
use super::sql::{ident, join, literal, readable};
use super::statement::{Action, Address, Statement};
use crate::catalog::{DatabaseDefinition, DatabaseSettings};

/// Settings whose values are lists of names, each quoted by itself where it has to be (`GUC_LIST_QUOTE` in the servers'
/// `guc_tables.c`; the server does not tell). Written as one text, such a list would be one name.
const NAME_LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// How SQL refers to a database.
#[must_use]
pub fn address(name: &str) -> Address {
    Address::global("DATABASE", name)
}

/// Makes a database like the source's, without its owner.
///
/// # Errors
///
/// What a server of the target's major version does not know, and the first major version that does.
pub fn create(of: &DatabaseDefinition, name: &str, target_major: u32) -> Result<Statement, (&'static str, u32)> {
    let address = address(name);
    let mut sql = format!("CREATE DATABASE {} TEMPLATE template0 ENCODING {}", address.sql, literal(&of.encoding));
    let (provider, locale, since) = match of.provider.as_str() {
        "i" => ("LOCALE_PROVIDER icu", "ICU_LOCALE", 15),
        "b" => ("LOCALE_PROVIDER builtin", "BUILTIN_LOCALE", 17),
        _ => ("LOCALE_PROVIDER libc", "", 0),
    };
    if target_major < since {
        return Err((if since == 15 { "ICU" } else { "the builtin locale provider" }, since));
    }
    if target_major >= 15 {
        sql.push_str(&format!(" {provider}"));
    }
    sql.push_str(&format!(" LC_COLLATE {} LC_CTYPE {}", literal(&of.collate), literal(&of.ctype)));
    if let Some(name) = of.locale.as_ref().filter(|_| !locale.is_empty()) {
        sql.push_str(&format!(" {locale} {}", literal(name)));
    }
    if let Some(rules) = &of.icu_rules {
        if target_major < 16 {
            return Err(("rules for ICU", 16));
        }
        sql.push_str(&format!(" ICU_RULES {}", literal(rules)));
    }
    if of.connection_limit != -1 {
        sql.push_str(&format!(" CONNECTION LIMIT {}", of.connection_limit));
    }
    Ok(Statement::new(Action::Create, &address, sql))
}

/// Gives a database the owner that the source's has.
#[must_use]
pub fn owner(of: &DatabaseDefinition, name: &str) -> Statement {
    about::owner(&address(name), &of.owner)
}

/// How people refer to the settings. SQL has no name for them.
#[must_use]
pub fn settings_address(of: &DatabaseSettings) -> Address {
    let readable = if of.role.is_empty() { "of every role".to_owned() } else { format!("of {}", readable(&of.role)) };
    Address { kind: "DATABASE SETTINGS", sql: String::new(), readable }
}

/// Sets in `database` what the source's database sets. Sessions that are there keep what they have.
#[must_use]
pub fn settings(of: &DatabaseSettings, database: &str) -> Vec<Statement> {
    let address = settings_address(of);
    let place = if of.role.is_empty() {
        format!("DATABASE {}", ident(database))
    } else {
        format!("ROLE {} IN DATABASE {}", ident(&of.role), ident(database))
    };
    let statements = settings_of(&place, &of.settings, &address);
    statements.into_iter().map(|statement| statement.naming_roles([&of.role])).collect()
}

/// Sets what is in a list of settings, `name=value` each, for what stands behind ALTER.
pub(super) fn settings_of(place: &str, settings: &[String], address: &Address) -> Vec<Statement> {
    let set = |setting: &String| {
        let (name, value) = setting.split_once('=')?;
        // A name with a dot is an extension's or a user's own: each part is an identifier.
        let name_sql: Vec<_> = name.split('.').map(ident).collect();
        let sql = format!("ALTER {place} SET {} TO {}", name_sql.join("."), value_sql(name, value));
        Some(Statement::new(Action::Tune, address, sql))
    };
    settings.iter().filter_map(set).collect()
}

fn value_sql(name: &str, value: &str) -> String {
    let is_list = NAME_LISTS.iter().any(|list| list.eq_ignore_ascii_case(name));
    let names = if is_list { names(value) } else { Vec::new() };
    if names.is_empty() { literal(value) } else { join(names.iter().map(|name| literal(name))) }
}

/// The names of a list as the server stores it: separated by commas, in double quotes where need be.
fn names(list: &str) -> Vec<String> {
    let (mut names, mut name, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut characters = list.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => name.extend(characters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => names.push(std::mem::take(&mut name)),
            ' ' if !is_quoted => {}
            other => name.push(other),
        }
    }
    if !list.trim().is_empty() {
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_are_taken_apart() {
        assert_eq!(names(r#""$user", public, "a ""b"", c""#), ["$user", "public", r#"a "b", c"#]);
        assert_eq!(names(r#""""#), [""]);
        assert!(names("").is_empty());
        assert_eq!(value_sql("search_path", r#""$user", public"#), "'$user', 'public'");
        assert_eq!(value_sql("search_path", ""), "''");
        assert_eq!(value_sql("DateStyle", "ISO, DMY"), "'ISO, DMY'");
    }
}
