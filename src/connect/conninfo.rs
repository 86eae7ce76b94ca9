//! A connection string, its service and its environment, resolved into one set of settings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::conninfo_error::ConninfoError;
use super::environment::Environment;
use super::host::{self, Host};
use super::keyword::{KEYWORDS, Support};
use super::login::{ChannelBindingMode, Password};
use super::require_auth::RequireAuth;
use super::tls_settings::TlsSettings;
use super::{passfile, service, text};

/// Everything libpq's connection settings say about a server and the way to it.
///
/// Source: PostgreSQL manual, "Database Connection Control Functions". `Debug` redacts the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conninfo {
    /// Where the server may be, in the order given. Never empty.
    pub hosts: Vec<Host>,
    /// The role.
    pub user: String,
    /// The database.
    pub database: String,
    /// `application_name`, or its fallback.
    pub application_name: String,
    /// Command-line options for the server process, as given.
    pub options: Option<String>,
    /// How long one address may take from the first packet to the end of the login; `None` for as long as it takes.
    pub connect_timeout: Option<Duration>,
    /// TCP's own ways to notice a dead peer.
    pub keepalive: Keepalive,
    /// What the session must be good for.
    pub target_session_attrs: TargetSessionAttrs,
    /// Whether hosts and addresses are tried in random order.
    pub is_load_balanced: bool,
    /// Whether SCRAM is bound to TLS.
    pub channel_binding: ChannelBindingMode,
    /// The ways of logging in that a server may ask for; `None` for all.
    pub require_auth: Option<RequireAuth>,
    /// The operating system's user that the server at a Unix socket must run as; `None` for any.
    pub require_peer: Option<String>,
    /// Whether and how the connection is encrypted.
    pub tls: TlsSettings,
    password: Option<Password>,
    passfile: Option<PathBuf>,
}

/// Idle time before the first probe where the connection string does not say. Most systems wait for two hours, and firewalls
/// forget connections after minutes.
const KEEPALIVE_IDLE_DEFAULT: Duration = Duration::from_secs(60);

/// Time between probes where the connection string does not say.
const KEEPALIVE_INTERVAL_DEFAULT: Duration = Duration::from_secs(15);

/// Unanswered probes that end a connection where the connection string does not say.
const KEEPALIVE_COUNT_DEFAULT: u32 = 4;

/// TCP settings; `None` leaves the system's value, which 0 in the connection string asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keepalive {
    /// Whether idle connections are probed at all.
    pub is_enabled: bool,
    /// Idle time before the first probe.
    pub idle: Option<Duration>,
    /// Time between probes.
    pub interval: Option<Duration>,
    /// How many unanswered probes end the connection.
    pub count: Option<u32>,
    /// How long sent bytes may stay unacknowledged.
    pub tcp_user_timeout: Option<Duration>,
}

/// libpq's `target_session_attrs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetSessionAttrs {
    /// Anything that lets us in.
    Any,
    /// A session that may write.
    ReadWrite,
    /// A session that may not.
    ReadOnly,
    /// A server that is not in recovery.
    Primary,
    /// A server in recovery.
    Standby,
    /// A server in recovery if any host is one, else anything.
    PreferStandby,
}

impl Conninfo {
    /// Reads a connection string: a URI, keywords and values, or a database name. What it leaves open comes from its
    /// service, then from the `PG*` variables, then from libpq's defaults.
    ///
    /// The service file is the only one that is read here; certificates and the password file are read by
    /// [`Endpoint::new`](super::Endpoint::new).
    ///
    /// # Errors
    ///
    /// The string cannot be read, names something unknown or unsupported, or contradicts itself. No message repeats the
    /// string or its password.
    pub fn parse(text: &str, environment: &Environment) -> Result<Self, super::Error> {
        Ok(Self::from_values(&Values::gather(text, environment)?, environment)?)
    }

    fn from_values(values: &Values, environment: &Environment) -> Result<Self, ConninfoError> {
        refuse_client_encoding(values)?;
        values.one_of("gssencmode", "disable or prefer, without effect", &[("disable", ()), ("prefer", ())], ())?;
        // Only 3.0 is spoken, which is above no upper limit.
        values.one_of("min_protocol_version", "3.0, the version that is spoken", &[("3.0", ())], ())?;
        let versions = [("3.0", ()), ("3.2", ()), ("latest", ())];
        values.one_of("max_protocol_version", "3.0, 3.2, latest; 3.0 is spoken", &versions, ())?;
        let user = values.get("user").or(environment.user()).ok_or(ConninfoError::NoUser)?;
        let application_name = values.get("application_name").or(values.get("fallback_application_name"));
        Ok(Self {
            hosts: host::list(values.get("host"), values.get("hostaddr"), values.get("port"))?,
            database: values.get("dbname").unwrap_or(user).to_owned(),
            user: user.to_owned(),
            application_name: application_name.unwrap_or("pgsluice").to_owned(),
            options: values.get("options").map(str::to_owned),
            connect_timeout: values.seconds("connect_timeout")?,
            keepalive: Keepalive::from_values(values)?,
            target_session_attrs: TargetSessionAttrs::from_values(values)?,
            is_load_balanced: values.one_of(
                "load_balance_hosts",
                "disable, random",
                &[("disable", false), ("random", true)],
                false,
            )?,
            channel_binding: values.one_of(
                "channel_binding",
                "disable, prefer, require",
                &[
                    ("disable", ChannelBindingMode::Disable),
                    ("prefer", ChannelBindingMode::Prefer),
                    ("require", ChannelBindingMode::Require),
                ],
                ChannelBindingMode::Prefer,
            )?,
            require_auth: values.get("require_auth").map(RequireAuth::parse).transpose()?,
            require_peer: values.get("requirepeer").map(str::to_owned),
            tls: TlsSettings::from_values(values, environment)?,
            password: values.get("password").map(Password::new),
            passfile: values.get("passfile").map(PathBuf::from).or_else(|| environment.home_file(".pgpass")),
        })
    }

    /// The hosts, each with its password: the one given, else the password file's.
    pub(super) fn hosts_with_passwords(&self) -> Vec<Host> {
        let mut hosts = self.hosts.clone();
        for host in &mut hosts {
            host.password = self.password.clone().or_else(|| {
                let key = passfile::Key {
                    host: &host.passfile_host(),
                    port: host.port,
                    database: &self.database,
                    user: &self.user,
                };
                passfile::find(self.passfile.as_deref()?, key)
            });
        }
        hosts
    }
}

impl Keepalive {
    fn from_values(values: &Values) -> Result<Self, ConninfoError> {
        let is_said = |keyword| values.get(keyword).is_some();
        let (idle, interval) = (values.seconds("keepalives_idle")?, values.seconds("keepalives_interval")?);
        let count = values.positive("keepalives_count")?;
        Ok(Self {
            is_enabled: values.integer("keepalives")?.is_none_or(|flag| flag != 0),
            idle: idle.or(Some(KEEPALIVE_IDLE_DEFAULT).filter(|_| !is_said("keepalives_idle"))),
            interval: interval.or(Some(KEEPALIVE_INTERVAL_DEFAULT).filter(|_| !is_said("keepalives_interval"))),
            count: count.or(Some(KEEPALIVE_COUNT_DEFAULT).filter(|_| !is_said("keepalives_count"))),
            tcp_user_timeout: values.positive("tcp_user_timeout")?.map(|ms| Duration::from_millis(ms.into())),
        })
    }
}

impl TargetSessionAttrs {
    fn from_values(values: &Values) -> Result<Self, ConninfoError> {
        values.one_of(
            "target_session_attrs",
            "any, read-write, read-only, primary, standby, prefer-standby",
            &[
                ("any", Self::Any),
                ("read-write", Self::ReadWrite),
                ("read-only", Self::ReadOnly),
                ("primary", Self::Primary),
                ("standby", Self::Standby),
                ("prefer-standby", Self::PreferStandby),
            ],
            Self::Any,
        )
    }
}

/// Both sessions of a copy must speak the same encoding, so it is not the user's to choose.
fn refuse_client_encoding(values: &Values) -> Result<(), ConninfoError> {
    match values.get("client_encoding") {
        None => Ok(()),
        Some(name) if matches!(name.to_ascii_lowercase().as_str(), "utf8" | "utf-8" | "unicode" | "auto") => Ok(()),
        Some(name) => Err(ConninfoError::Value {
            keyword: "client_encoding",
            value: name.to_owned(),
            allowed: "UTF8, because both sides of a copy must use the same encoding (unset PGCLIENTENCODING)",
        }),
    }
}

/// Values by keyword, whoever set them. One that is set to nothing hides the next source and means the default.
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    fn gather(text: &str, environment: &Environment) -> Result<Self, ConninfoError> {
        let mut values: BTreeMap<_, _> =
            text::parse(text)?.into_iter().map(|(keyword, value)| (keyword.name, value)).collect();
        let setting = |name: &str, variable: &str| {
            values.get(name).map(String::as_str).or(environment.variable(variable)).filter(|value| !value.is_empty())
        };
        if let Some(service) = setting("service", "PGSERVICE") {
            let file = setting("servicefile", "PGSERVICEFILE");
            for (keyword, value) in service::find(service, file, environment)? {
                values.entry(keyword.name).or_insert(value);
            }
        }
        for keyword in KEYWORDS {
            let Some((variable, value)) = keyword.variable.and_then(|name| Some((name, environment.variable(name)?)))
            else {
                continue;
            };
            match keyword.support {
                Support::Refused(reason) if !value.is_empty() => {
                    return Err(ConninfoError::KeywordRefused { name: variable.to_owned(), reason });
                }
                Support::Refused(_) => {}
                Support::Full | Support::Moot => {
                    values.entry(keyword.name).or_insert_with(|| value.to_owned());
                }
            }
        }
        if values.values().any(|value| value.contains('\0')) {
            return Err(ConninfoError::Syntax("a value contains a NUL character"));
        }
        Ok(Self(values))
    }

    /// A keyword's value; `None` if it is not set or empty.
    pub(super) fn get(&self, keyword: &str) -> Option<&str> {
        self.0.get(keyword).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The meaning of a value out of a fixed set.
    pub(super) fn one_of<T: Copy>(
        &self,
        keyword: &'static str,
        allowed: &'static str,
        meanings: &[(&str, T)],
        default: T,
    ) -> Result<T, ConninfoError> {
        let Some(value) = self.get(keyword) else { return Ok(default) };
        let meaning = meanings.iter().find(|(name, _)| *name == value).map(|(_, meaning)| *meaning);
        meaning.ok_or_else(|| ConninfoError::Value { keyword, value: value.to_owned(), allowed })
    }

    fn integer(&self, keyword: &'static str) -> Result<Option<i32>, ConninfoError> {
        let Some(value) = self.get(keyword) else { return Ok(None) };
        let number = value.trim().parse().map(Some);
        number.map_err(|_| ConninfoError::Value { keyword, value: value.to_owned(), allowed: "a whole number" })
    }

    /// A number; zero and less mean the default, as in libpq.
    fn positive(&self, keyword: &'static str) -> Result<Option<u32>, ConninfoError> {
        Ok(self.integer(keyword)?.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0))
    }

    fn seconds(&self, keyword: &'static str) -> Result<Option<Duration>, ConninfoError> {
        Ok(self.positive(keyword)?.map(|seconds| Duration::from_secs(seconds.into())))
    }
}

#[cfg(test)]
mod tests;
