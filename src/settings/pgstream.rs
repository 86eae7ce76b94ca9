//! The settings of pgstream that are no settings of pgsluice, and what becomes of them.
//!
//! A setting that has no meaning in a copy is named in a warning. One that would change what is copied is refused, because
//! ignoring it would leave the user with something else than was asked for. Source: pgstream's configuration reference,
//! `docs/configuration.md`.

/// A name of pgstream's, or all that begin like it.
#[derive(Debug)]
pub struct Other {
    /// The name; a `*` at its end stands for any rest.
    pub name: &'static str,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// What becomes of a setting of pgstream's.
#[derive(Debug)]
pub enum Verdict {
    /// It has no meaning here: a warning says so. The text completes "is ignored: …".
    Ignored(&'static str),
    /// It would change what is copied: an error.
    Refused {
        /// What the user can do instead.
        instead: &'static str,
    },
}

impl Other {
    /// The row a name belongs to.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        OTHERS.iter().find(|other| match other.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == other.name,
        })
    }
}

const fn ignored(name: &'static str, why: &'static str) -> Other {
    Other { name, verdict: Verdict::Ignored(why) }
}

const fn refused(name: &'static str, instead: &'static str) -> Other {
    Other { name, verdict: Verdict::Refused { instead } }
}

const NOT_POSTGRES: &str = "pgsluice copies from PostgreSQL to PostgreSQL only";
const NO_REPLICATION: &str = "a snapshot needs no replication slot and follows no changes";
const NO_BATCHES: &str = "rows travel in COPY streams, which have no batches";
const NO_POOL: &str = "the number of connections follows from --jobs";
const NO_TELEMETRY: &str = "pgsluice reports through its log and its summary";
const STRICT: &str = "every error fails the run";

/// All of them: refused ones first, then ignored ones.
pub static OTHERS: &[Other] = &[
    refused(
        "PGSTREAM_TRANSFORMER_RULES_FILE",
        "remove it only if the target may hold the values as they are on the source; they are copied unchanged",
    ),
    refused("PGSTREAM_FILTER_INCLUDE_TABLES", "choose tables with --tables"),
    refused("PGSTREAM_FILTER_EXCLUDE_TABLES", "leave tables out with --exclude-tables"),
    refused("PGSTREAM_FILTER_SCHEMA_ONLY_TABLES", "leave tables out with --exclude-tables"),
    ignored("PGSTREAM_POSTGRES_SNAPSHOT_MAX_CONNECTIONS", NO_POOL),
    ignored("PGSTREAM_POSTGRES_REPLICATION_*", NO_REPLICATION),
    ignored("PGSTREAM_POSTGRES_WRITER_MAX_CONNECTIONS", NO_POOL),
    ignored("PGSTREAM_POSTGRES_WRITER_MAX_QUEUE_BYTES", NO_BATCHES),
    ignored("PGSTREAM_POSTGRES_WRITER_BATCH_AUTO_TUNE_*", NO_BATCHES),
    ignored("PGSTREAM_POSTGRES_WRITER_BATCH_IGNORE_SEND_ERRORS", STRICT),
    ignored("PGSTREAM_POSTGRES_WRITER_STRICT_MODE", STRICT),
    ignored("PGSTREAM_POSTGRES_WRITER_BULK_INGEST_*", "rows always travel by COPY; --jobs says in how many streams"),
    ignored("PGSTREAM_POSTGRES_WRITER_IGNORE_DDL", NO_REPLICATION),
    ignored("PGSTREAM_POSTGRES_WRITER_INCLUDE_DDL_OBJECT_TYPES", NO_REPLICATION),
    ignored("PGSTREAM_POSTGRES_WRITER_EXCLUDE_DDL_OBJECT_TYPES", NO_REPLICATION),
    ignored("PGSTREAM_INJECTOR_STORE_POSTGRES_URL", NO_REPLICATION),
    ignored("PGSTREAM_PROCESSOR_SANITIZE_STRIP_NULL_CHAR_BYTES", "no text in PostgreSQL holds a null byte"),
    ignored("PGSTREAM_KAFKA_*", NOT_POSTGRES),
    ignored("PGSTREAM_OPENSEARCH_*", NOT_POSTGRES),
    ignored("PGSTREAM_ELASTICSEARCH_*", NOT_POSTGRES),
    ignored("PGSTREAM_SEARCH_*", NOT_POSTGRES),
    ignored("PGSTREAM_WEBHOOK_*", NOT_POSTGRES),
    ignored("PGSTREAM_STDOUT_WRITER_ENABLED", NOT_POSTGRES),
    ignored("PGSTREAM_METRICS_*", NO_TELEMETRY),
    ignored("PGSTREAM_TRACES_*", NO_TELEMETRY),
    ignored("PGSTREAM_HEALTH_CHECK_*", NO_TELEMETRY),
    ignored("PGSTREAM_LOG_NO_COLOR", "log lines have no colours"),
    ignored("PGSTREAM_CONFIG", "name the file with -c"),
];

#[cfg(test)]
mod tests {
    use super::super::table::Setting;
    use super::*;

    #[test]
    fn no_name_is_both_a_setting_and_not() {
        for other in OTHERS {
            let example = other.name.replace('*', "X");
            assert!(Setting::named(&example).is_none(), "{example}");
            assert!(std::ptr::eq(Other::named(&example).unwrap(), other), "{example} is reached by an earlier row");
        }
    }
}
