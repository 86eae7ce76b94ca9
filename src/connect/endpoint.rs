//! A server and everything needed to open sessions on it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tracing::Instrument as _;

use super::cancel::CancelKey;
use super::conninfo::{Conninfo, TargetSessionAttrs};
use super::control::Control;
use super::dial::{self, Address, Encryption};
use super::error::{Attempt, Error, HostError};
use super::host::{self, Host};
use super::live::{Live, Stopping};
use super::login::{Login, Password};
use super::prompt::Prompt;
use super::session::Session;
use super::stream::Stream;
use super::tls::Tls;
use super::wire::Wire;
use crate::error::Side;

/// The setting that SET ROLE sets.
const ROLE: &str = "role";

/// A server and everything needed to open sessions on it. Cheap to clone.
#[derive(Clone)]
pub struct Endpoint {
    side: Side,
    conninfo: Arc<Conninfo>,
    hosts: Arc<[Host]>,
    tls: Option<Tls>,
    parameters: Arc<[(String, String)]>,
    /// The sessions of this endpoint and of all that were made from it.
    live: Arc<Live>,
    /// Asks for a password that is wanted and not known; `None` where nobody is to be asked.
    prompt: Option<Arc<Prompt>>,
    /// How long a control session may wait for a server that waits for it; `None` for ever.
    stall_limit: Option<Duration>,
}

impl Endpoint {
    /// Loads certificates and passwords once for all sessions to come.
    ///
    /// # Errors
    ///
    /// A certificate or key cannot be used, or `sslmode` asks for a check and there is no root certificate.
    pub fn new(side: Side, conninfo: Conninfo) -> Result<Self, Error> {
        let tls = Tls::load(&conninfo.tls).map_err(|cause| Error::Certificate { side, cause })?;
        let hosts = conninfo.hosts_with_passwords().into();
        let mut parameters = vec![
            ("client_encoding".to_owned(), "UTF8".to_owned()),
            ("application_name".to_owned(), conninfo.application_name.clone()),
        ];
        parameters.extend(conninfo.options.clone().map(|options| ("options".to_owned(), options)));
        Ok(Self {
            side,
            conninfo: Arc::new(conninfo),
            hosts,
            tls,
            parameters: parameters.into(),
            live: Arc::default(),
            prompt: None,
            stall_limit: None,
        })
    }

    /// The same server, whose password is asked for on the terminal where the server wants one and none was found: once for this
    /// endpoint and all that are made from it.
    #[must_use]
    pub fn asking(self) -> Self {
        Self { prompt: Some(Arc::default()), ..self }
    }

    /// The same server, with settings for its sessions, such as `lock_timeout`. They beat those of the connection string and
    /// hold like values from the server's configuration: `RESET` comes back to them.
    #[must_use]
    pub fn with_parameters(&self, parameters: &[(&str, &str)]) -> Self {
        let mut all = self.parameters.to_vec();
        for (name, value) in parameters {
            all.retain(|(earlier, _)| !earlier.eq_ignore_ascii_case(name));
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        Self { parameters: all.into(), ..self.clone() }
    }

    /// The same server, whose control sessions are ended where they have waited for so long for a server that waits for them:
    /// something between has lost what one of them sent.
    #[must_use]
    pub fn with_stall_limit(self, limit: Option<Duration>) -> Self {
        Self { stall_limit: limit, ..self }
    }

    /// How long a session may wait for a server that waits for it.
    pub(super) fn stall_limit(&self) -> Option<Duration> {
        self.stall_limit
    }

    /// The same server, whose sessions act as another role from their beginning, as after SET ROLE.
    #[must_use]
    pub fn acting_as(&self, role: &str) -> Self {
        self.with_parameters(&[(ROLE, role)])
    }

    /// Another database of the same server, with the same password.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        let mut conninfo = Conninfo::clone(&self.conninfo);
        database.clone_into(&mut conninfo.database);
        Self { conninfo: Arc::new(conninfo), ..self.clone() }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Which server this is.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.conninfo.database
    }

    /// The role that logs in.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.conninfo.user
    }

    /// The role whose privileges count.
    #[must_use]
    pub fn role(&self) -> &str {
        self.parameter(ROLE).unwrap_or_else(|| self.user())
    }

    /// Opens a control session.
    ///
    /// Cancel safe: a session that is not yet open is given up.
    ///
    /// # Errors
    ///
    /// No host lets us in; the error has every host's answer.
    pub async fn control(&self) -> Result<Control, Error> {
        let session: Control = self.open().instrument(tracing::debug_span!("control", side = %self.side)).await?;
        Ok(match self.stall_limit {
            Some(limit) => session.attended(self, limit).await,
            None => session,
        })
    }

    /// Opens a wire session.
    ///
    /// Cancel safe: a session that is not yet open is given up.
    ///
    /// # Errors
    ///
    /// No host lets us in; the error has every host's answer.
    pub async fn wire(&self) -> Result<Wire, Error> {
        let session: Wire = self.open().instrument(tracing::debug_span!("wire", side = %self.side)).await?;
        Ok(match self.stall_limit {
            Some(limit) => session.attended(self, limit),
            None => session,
        })
    }

    /// Asks the server to cancel what one of this endpoint's wire sessions runs. Whether anything was cancelled only the
    /// session itself tells: a request that does not arrive is logged and no error, because whoever sends it has a worse one.
    ///
    /// Cancel safe.
    pub async fn cancel(&self, key: &CancelKey) {
        let mut failure = None;
        // The request goes to the very address the session is connected to. Which of the hosts that is matters only for the
        // name in the server's certificate.
        for host in self.hosts.iter() {
            let stream = self.dial(key.address(), host, key.encryption());
            match self.limited(stream).await {
                Ok(stream) => match key.send(stream).await {
                    Ok(()) => return,
                    Err(error) => failure = Some(HostError::Socket(error)),
                },
                Err(error) => failure = Some(error),
            }
        }
        tracing::debug!(side = %self.side, ?failure, "the request to cancel did not arrive");
    }

    /// Lets no further session be opened, by this endpoint or one made from it: who tries waits for ever. Returns what is needed
    /// to stop those that are open, also when they are dropped in between.
    pub fn stop(&self) -> Stopping {
        Stopping { endpoint: self.clone(), keys: self.live.stop() }
    }

    pub(super) fn live(&self) -> &Live {
        &self.live
    }

    /// `host:port/database`, all hosts separated by commas: the same for every user.
    #[must_use]
    pub fn place(&self) -> String {
        let hosts: Vec<_> = self.hosts.iter().map(ToString::to_string).collect();
        format!("{}/{}", hosts.join(","), host::printable(self.database()))
    }

    /// The name under which the server lists its sessions (`application_name`).
    #[must_use]
    pub fn application_name(&self) -> &str {
        &self.conninfo.application_name
    }

    /// Opens a session of either kind on the first host that is fit for it. Where that takes a password that is not known, it is
    /// asked for, outside of `connect_timeout`.
    pub(super) async fn open<S: Session>(&self) -> Result<S, Error> {
        let typed = match &self.prompt {
            Some(prompt) => prompt.known().await,
            None => None,
        };
        match (self.open_with::<S>(typed).await, &self.prompt) {
            (Err(error), Some(prompt)) if error.wants_password() => {
                let question = format!(
                    "Password for user {} of the {} ({}): ",
                    host::printable(self.user()),
                    self.side,
                    self.place()
                );
                match prompt.ask(question).await {
                    Some(typed) => self.open_with(Some(typed)).await,
                    None => Err(error),
                }
            }
            (result, _) => result,
        }
    }

    async fn open_with<S: Session>(&self, typed: Option<Password>) -> Result<S, Error> {
        let mut hosts = self.hosts.to_vec();
        for host in &mut hosts {
            host.password = host.password.take().or_else(|| typed.clone());
        }
        if self.live.is_stopped() {
            return std::future::pending().await;
        }
        let mut attempts = Vec::new();
        let wanted = self.conninfo.target_session_attrs;
        let second_choice = (wanted == TargetSessionAttrs::PreferStandby).then_some(TargetSessionAttrs::Any);
        for wanted in [Some(wanted), second_choice].into_iter().flatten() {
            for host in self.shuffled(hosts.clone()) {
                match self.open_host(&host, wanted, &mut attempts).await {
                    Some(session) => return Ok(session),
                    None if attempts.last().is_some_and(|attempt: &Attempt| attempt.error.is_final()) => {
                        return Err(self.error(attempts));
                    }
                    None => {}
                }
            }
        }
        Err(self.error(attempts))
    }

    fn error(&self, attempts: Vec<Attempt>) -> Error {
        let role = self.parameter(ROLE).map(str::to_owned);
        Error::Connect {
            side: self.side,
            place: self.to_string(),
            database: self.database().to_owned(),
            role,
            attempts,
        }
    }

    /// Tries every address of a host until one lets us in or answers for good.
    async fn open_host<S: Session>(
        &self,
        host: &Host,
        wanted: TargetSessionAttrs,
        attempts: &mut Vec<Attempt>,
    ) -> Option<S> {
        let addresses = match self.limited(dial::addresses(host)).await {
            Ok(addresses) => self.shuffled(addresses),
            Err(error) => {
                attempts.push(Attempt { place: host.to_string(), error });
                return None;
            }
        };
        let is_one_of_many = addresses.len() > 1;
        for address in addresses {
            let address_shown = is_one_of_many.then_some(&address);
            let session = self.open_address(host, &address, address_shown, wanted, attempts).await;
            if session.is_some() || attempts.last().is_some_and(|attempt| attempt.error.is_final()) {
                return session;
            }
        }
        None
    }

    /// Tries one address with and without encryption, as `sslmode` says.
    async fn open_address<S: Session>(
        &self,
        host: &Host,
        address: &Address,
        address_shown: Option<&Address>,
        wanted: TargetSessionAttrs,
        attempts: &mut Vec<Attempt>,
    ) -> Option<S> {
        for encryption in Encryption::plan(self.conninfo.tls.mode, address) {
            let mut is_encrypted = false;
            let session = self.open_once(host, address, *encryption, wanted, &mut is_encrypted);
            let error = match self.limited(session).await {
                Ok(session) => return Some(session),
                Err(error) => error,
            };
            let was_clear_already =
                *encryption == Encryption::IfOffered && !is_encrypted && matches!(error, HostError::Login(_));
            let is_worth_another = error.may_depend_on_encryption() && !was_clear_already;
            attempts.push(Attempt { place: place(host, address_shown, is_encrypted), error });
            if !is_worth_another {
                break;
            }
        }
        None
    }

    async fn open_once<S: Session>(
        &self,
        host: &Host,
        address: &Address,
        encryption: Encryption,
        wanted: TargetSessionAttrs,
        is_encrypted: &mut bool,
    ) -> Result<S, HostError> {
        let stream = self.dial(address, host, encryption).await?;
        *is_encrypted = stream.is_encrypted();
        let mut session = S::start(stream, &self.login(host), &self.live).await?;
        if wanted != TargetSessionAttrs::Any {
            session.state().await?.check(wanted).map_err(HostError::SessionAttrs)?;
        }
        Ok(session)
    }

    /// Opens a stream to one address of a host.
    async fn dial(&self, address: &Address, host: &Host, encryption: Encryption) -> Result<Stream, HostError> {
        let Conninfo { keepalive, require_peer, .. } = &*self.conninfo;
        dial::open(address, host, keepalive, encryption, self.tls.as_ref(), require_peer.as_deref()).await
    }

    fn login(&self, host: &Host) -> Login {
        Login {
            user: self.conninfo.user.clone(),
            database: self.conninfo.database.clone(),
            password: host.password.clone(),
            parameters: self.parameters.to_vec(),
            channel_binding: self.conninfo.channel_binding,
            require_auth: self.conninfo.require_auth.clone(),
        }
    }

    /// Holds one step to `connect_timeout`, and where there is none to what any answer may take.
    async fn limited<T>(&self, step: impl Future<Output = Result<T, HostError>>) -> Result<T, HostError> {
        match self.conninfo.connect_timeout.or(self.stall_limit) {
            Some(limit) => timeout(limit, step).await.unwrap_or(Err(HostError::Timeout(limit))),
            None => step.await,
        }
    }

    fn shuffled<T>(&self, mut list: Vec<T>) -> Vec<T> {
        if self.conninfo.is_load_balanced {
            dial::shuffle(&mut list);
        }
        list
    }
}

/// Names one try: the host, its address if it has several, and whether it was encrypted.
fn place(host: &Host, address: Option<&Address>, is_encrypted: bool) -> String {
    let encrypted = if is_encrypted { " with TLS" } else { "" };
    match address {
        Some(Address::Machine(address)) => format!("{host} ({}){encrypted}", address.ip()),
        Some(Address::Socket(_)) | None => format!("{host}{encrypted}"),
    }
}

/// `user@host:port/database`, all hosts separated by commas.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", host::printable(self.user()), self.place())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}, {self})", self.side)
    }
}
