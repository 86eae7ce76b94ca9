//! What versions, settings and the databases themselves mean for a run. Pure.

use super::facts::{LockedTable, Server, Setting};
use super::{Finding, listed};
use crate::catalog::DatabaseDefinition;
use crate::ddl::database;
use crate::ddl::sql::{ident, readable};
use crate::error::Side;

/// The oldest and the newest major version that pgsluice is made for.
const MAJOR_MIN: u32 = 12;
const MAJOR_MAX: u32 = 18;

/// Limits of time that sessions of a run switch off for themselves.
const SWITCHED_OFF: [&str; 5] = [
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "lock_timeout",
    "statement_timeout",
    "transaction_timeout",
];

/// What a server is, whichever side it is on. `place` is `user@host:port/database`.
#[must_use]
pub fn server(of: &Server, side: Side, place: &str) -> Vec<Finding> {
    let standby = if of.role.is_in_recovery { ", a standby" } else { "" };
    let mut findings =
        vec![Finding::ok(side, "connection", format!("PostgreSQL {}{standby} at {place}", of.version_words()))];
    if of.major() < MAJOR_MIN {
        let message = format!("PostgreSQL {} is older than {MAJOR_MIN}", of.major());
        findings.push(Finding::error(side, "version", message).hint("bring it to a version that is still maintained"));
    } else if of.major() > MAJOR_MAX {
        let message = format!("PostgreSQL {} is newer than {MAJOR_MAX}, the last that was tried", of.major());
        findings.push(Finding::warning(side, "version", message).hint("look for a newer pgsluice"));
    }
    let limits: Vec<_> = SWITCHED_OFF
        .iter()
        .filter_map(|name| of.settings.get_key_value(*name).filter(|(_, setting)| setting.value != "0"))
        .map(|(name, setting)| format!("{name} = {}", words(setting)))
        .collect();
    if !limits.is_empty() {
        let message = format!("{}: sessions of a run switch them off for themselves", limits.join(", "));
        findings.push(Finding::ok(side, "limits of time", message));
    }
    findings
}

fn words(setting: &Setting) -> String {
    let unit = setting.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
    format!("{}{unit}", setting.value)
}

/// What matters on the source alone.
#[must_use]
pub fn source(of: &Server) -> Vec<Finding> {
    let side = Side::Source;
    let mut findings = Vec::new();
    if let Some(minutes) = of.number("old_snapshot_threshold").filter(|minutes| *minutes >= 0) {
        let message =
            format!("a snapshot that is older than {minutes} min may find rows removed, and the run then ends");
        findings.push(
            Finding::warning(side, "old_snapshot_threshold", message)
                .hint("set it to -1 and restart the server before a copy that takes longer"),
        );
    }
    if of.role.is_in_recovery {
        let delay = of.settings.get("max_standby_streaming_delay");
        let is_endless = delay.is_some_and(|delay| delay.value == "-1");
        let feeds_back = of.is_on("hot_standby_feedback");
        if is_endless {
            findings.push(Finding::ok(
                side,
                "standby",
                "it lets queries finish, however far it falls behind meanwhile",
            ));
        } else {
            let words = delay.map(words).unwrap_or_default();
            let rows = if feeds_back { "" } else { ", or rows that a vacuum removes (hot_standby_feedback is off)" };
            let message = format!(
                "queries that hold up its recovery for longer than {words} are cancelled, and the run ends: locks of ALTER TABLE, \
                 TRUNCATE and the like on the primary{rows}"
            );
            findings.push(Finding::warning(side, "standby", message).hint(
                "set max_standby_streaming_delay = -1 (and max_standby_archive_delay), and hot_standby_feedback = on, for as long \
                 as the run takes",
            ));
        }
    }
    findings
}

/// What matters on the target alone. `database` is its name.
#[must_use]
pub fn target(of: &Server, database: &str) -> Vec<Finding> {
    let side = Side::Target;
    let mut findings = Vec::new();
    if of.role.is_in_recovery {
        let message = "the server is a standby, in which nothing can be written";
        findings.push(Finding::error(side, "standby", message).hint("name its primary"));
    } else if of.is_on("default_transaction_read_only") {
        let message = "transactions are read-only unless they say otherwise; those of a run do, but whoever set that may not want it";
        findings.push(Finding::warning(side, "default_transaction_read_only", message).hint(format!(
            "make sure that this is the right database, and ALTER DATABASE {} RESET default_transaction_read_only, or of its role",
            ident(database)
        )));
    }
    findings
}

/// How two servers go together.
#[must_use]
pub fn versions(source: &Server, target: &Server) -> Finding {
    let (ours, theirs) = (source.major(), target.major());
    let message = format!("from PostgreSQL {ours} into {theirs}");
    if ours > theirs {
        let message = format!("{message}: goes whatever the older one knows, and what it does not is named");
        let hint = "expressions and bodies of functions are not looked into: what only the newer one knows fails when its turn comes";
        return Finding::warning(Side::Target, "versions", message).hint(hint);
    }
    Finding::ok(Side::Target, "versions", message)
}

/// How the text of two databases goes together.
#[must_use]
pub fn encodings(source: &str, target: &str) -> Finding {
    const NONE: &str = "SQL_ASCII";
    let (side, subject) = (Side::Target, "encoding");
    match (source, target) {
        (source, target) if source == target => Finding::ok(side, subject, format!("{target}, as on the source")),
        (NONE, _) => {
            let message =
                format!("the source says nothing about its text ({NONE}): bytes that are no {target} end the run");
            Finding::warning(side, subject, message)
                .hint(format!("convert the source's text, or make the target with {NONE}"))
        }
        (_, NONE) => {
            let message = format!("the target does not know that its text will be {source} ({NONE})");
            Finding::warning(side, subject, message).hint("make the target's database with the source's encoding")
        }
        (_, "UTF8") => Finding::ok(side, subject, format!("UTF8, which has every character of the source's {source}")),
        _ => {
            let message =
                format!("{target}, and {source} on the source: a character that {target} does not have ends the run");
            Finding::warning(side, subject, message)
                .hint("make the target's database with the source's encoding, or UTF8")
        }
    }
}

/// How two databases sort.
#[must_use]
pub fn databases(source: &DatabaseDefinition, target: &DatabaseDefinition) -> Finding {
    let (ours, theirs) = (locale(source), locale(target));
    if ours == theirs {
        return Finding::ok(Side::Target, "locale", format!("{theirs}, as on the source"));
    }
    let message = format!(
        "{theirs}, and {ours} on the source: text sorts and compares by the target's, which may put rows of tables that are \
         partitioned by ranges of text out of their partitions"
    );
    let hint =
        "make the target's database with the source's locale, as --create-target does, unless that is what is wanted";
    Finding::warning(Side::Target, "locale", message).hint(hint)
}

/// Whether the target's database can be made like the source's.
#[must_use]
pub fn creation(of: &DatabaseDefinition, name: &str, server: &Server) -> Vec<Finding> {
    let (side, subject) = (Side::Target, format!("database {}", readable(name)));
    let mut findings = Vec::new();
    if !server.role.create_database {
        let message = "it is to be made, and the user may make no databases";
        findings.push(
            Finding::error(side, &subject, message).hint(format!("ALTER ROLE {} CREATEDB", ident(&server.role.name))),
        );
    }
    if let Err((what, since)) = database::create(of, name, server.major()) {
        let message = format!("the source's has its locale from {what}, which PostgreSQL knows from {since} on");
        findings.push(Finding::error(side, &subject, message).hint("make it yourself, with the locale it is to have"));
    }
    if findings.is_empty() {
        let message = format!("it is to be made, with {} and the locale {}", of.encoding, locale(of));
        findings.push(Finding::ok(side, &subject, message));
    }
    findings
}

fn locale(of: &DatabaseDefinition) -> String {
    let own = of.locale.as_deref().unwrap_or_default();
    match of.provider.as_str() {
        "i" => format!("ICU {own} (LC_COLLATE {}, LC_CTYPE {})", of.collate, of.ctype),
        "b" => format!("builtin {own} (LC_COLLATE {}, LC_CTYPE {})", of.collate, of.ctype),
        _ if of.collate == of.ctype => of.collate.clone(),
        _ => format!("LC_COLLATE {}, LC_CTYPE {}", of.collate, of.ctype),
    }
}

/// Tables that a run would have to wait for.
#[must_use]
pub fn locked(tables: &[LockedTable]) -> Vec<Finding> {
    let finding = |of: &LockedTable| {
        let does = if of.granted { "has locked it" } else { "waits to lock it" };
        let message = format!("process {} {does} against readers; a run waits for it 30 s, and then ends", of.process);
        Finding::warning(Side::Source, format!("table {}", of.name), message).hint(
            "let the ALTER TABLE, TRUNCATE or VACUUM FULL of that process finish first (pg_stat_activity shows it)",
        )
    };
    listed(tables.iter().map(finding).collect(), "locked tables")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Severity;

    #[test]
    fn text_goes_where_every_character_has_a_place() {
        let severity = |source, target| encodings(source, target).severity;
        assert_eq!(severity("UTF8", "UTF8"), Severity::Ok);
        assert_eq!(severity("LATIN1", "UTF8"), Severity::Ok);
        for (source, target) in [("UTF8", "LATIN1"), ("SQL_ASCII", "UTF8"), ("LATIN1", "SQL_ASCII")] {
            assert_eq!(severity(source, target), Severity::Warning, "{source} {target}");
        }
    }
}
