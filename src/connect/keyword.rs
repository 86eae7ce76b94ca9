//! The connection keywords libpq knows, and what becomes of each here.
//!
//! Source: PostgreSQL manual, "Parameter Key Words" and "Environment Variables".

use super::conninfo_error::ConninfoError;

/// What pgsluice does with a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// It means here what it means to libpq.
    Full,
    /// It tunes something that never happens here, so any value is as good as another.
    Moot,
    /// Leaving it out could weaken what the user asked for, so it is an error; the reason follows.
    Refused(&'static str),
}

/// One keyword.
#[derive(Debug)]
pub(super) struct Keyword {
    /// Its name in a connection string and a service file.
    pub(super) name: &'static str,
    /// Its environment variable.
    pub(super) variable: Option<&'static str>,
    /// What becomes of it.
    pub(super) support: Support,
}

const fn full(name: &'static str, variable: &'static str) -> Keyword {
    Keyword { name, variable: Some(variable), support: Support::Full }
}

const fn string_only(name: &'static str) -> Keyword {
    Keyword { name, variable: None, support: Support::Full }
}

const fn moot(name: &'static str, variable: &'static str) -> Keyword {
    Keyword { name, variable: Some(variable), support: Support::Moot }
}

const fn refused(name: &'static str, variable: Option<&'static str>, reason: &'static str) -> Keyword {
    Keyword { name, variable, support: Support::Refused(reason) }
}

const NO_OAUTH: &str = "OAuth logins are not supported";

/// Every keyword, in the manual's order.
pub(super) const KEYWORDS: &[Keyword] = &[
    full("host", "PGHOST"),
    full("hostaddr", "PGHOSTADDR"),
    full("port", "PGPORT"),
    full("dbname", "PGDATABASE"),
    full("user", "PGUSER"),
    full("password", "PGPASSWORD"),
    full("passfile", "PGPASSFILE"),
    full("require_auth", "PGREQUIREAUTH"),
    full("channel_binding", "PGCHANNELBINDING"),
    full("connect_timeout", "PGCONNECT_TIMEOUT"),
    full("client_encoding", "PGCLIENTENCODING"),
    full("options", "PGOPTIONS"),
    full("application_name", "PGAPPNAME"),
    string_only("fallback_application_name"),
    string_only("keepalives"),
    string_only("keepalives_idle"),
    string_only("keepalives_interval"),
    string_only("keepalives_count"),
    string_only("tcp_user_timeout"),
    refused("replication", None, "replication connections are not supported"),
    full("gssencmode", "PGGSSENCMODE"),
    full("sslmode", "PGSSLMODE"),
    full("sslnegotiation", "PGSSLNEGOTIATION"),
    moot("sslcompression", "PGSSLCOMPRESSION"),
    full("sslcert", "PGSSLCERT"),
    full("sslkey", "PGSSLKEY"),
    refused("sslkeylogfile", None, "session keys are never written out"),
    string_only("sslpassword"),
    full("sslcertmode", "PGSSLCERTMODE"),
    full("sslrootcert", "PGSSLROOTCERT"),
    full("sslcrl", "PGSSLCRL"),
    full("sslcrldir", "PGSSLCRLDIR"),
    full("sslsni", "PGSSLSNI"),
    full("requirepeer", "PGREQUIREPEER"),
    full("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    full("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    full("min_protocol_version", "PGMINPROTOCOLVERSION"),
    full("max_protocol_version", "PGMAXPROTOCOLVERSION"),
    moot("krbsrvname", "PGKRBSRVNAME"),
    moot("gsslib", "PGGSSLIB"),
    moot("gssdelegation", "PGGSSDELEGATION"),
    refused("scram_client_key", None, "give the password"),
    refused("scram_server_key", None, "give the password"),
    full("service", "PGSERVICE"),
    full("servicefile", "PGSERVICEFILE"),
    full("target_session_attrs", "PGTARGETSESSIONATTRS"),
    full("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    refused("oauth_issuer", None, NO_OAUTH),
    refused("oauth_client_id", None, NO_OAUTH),
    refused("oauth_client_secret", None, NO_OAUTH),
    refused("oauth_scope", None, NO_OAUTH),
];

/// Finds a keyword that a user wrote.
///
/// # Errors
///
/// An unknown one, with the nearest known; a known one that is refused, with the reason. The name is repeated only where
/// `may_show` says that it cannot be a piece of a password.
pub(super) fn find(name: &str, may_show: bool) -> Result<&'static Keyword, ConninfoError> {
    match KEYWORDS.iter().find(|keyword| keyword.name == name) {
        Some(Keyword { name, support: Support::Refused(reason), .. }) => {
            Err(ConninfoError::KeywordRefused { name: (*name).to_owned(), reason })
        }
        Some(keyword) => Ok(keyword),
        None => Err(unknown(name, may_show)),
    }
}

fn unknown(name: &str, may_show: bool) -> ConninfoError {
    let plain = name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !may_show || !plain {
        return ConninfoError::KeywordUnreadable;
    }
    let nearest = KEYWORDS
        .iter()
        .map(|keyword| (strsim::damerau_levenshtein(&name.to_ascii_lowercase(), keyword.name), keyword.name))
        .min()
        .filter(|(distance, nearest)| *distance <= nearest.len().div_ceil(3))
        .map(|(_, nearest)| nearest);
    ConninfoError::KeywordUnknown { name: name.to_owned(), nearest }
}
