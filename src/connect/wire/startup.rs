//! How a wire session begins: start-up message and authentication.

use std::io;
use std::sync::Arc;

use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, SCRAM_SHA_256_PLUS, ScramSha256};
use postgres_protocol::message::backend::{AuthenticationSaslBody, Message};
use postgres_protocol::message::frontend;

use super::{State, Wire, WireError, message};
use crate::connect::cancel::CancelKey;
use crate::connect::live::Live;
use crate::connect::login::{ChannelBindingMode, Login, LoginError, Password};
use crate::connect::query;
use crate::connect::session::{Session, SessionState};
use crate::connect::stream::Stream;

impl Session for Wire {
    /// Logs in on an open stream and waits until the server is ready.
    ///
    /// Authentication: trust, cleartext, md5, SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (bound by `tls-server-end-point`). When
    /// channel binding is required, a password is sent in no other way.
    async fn start(stream: Stream, login: &Login, live: &Arc<Live>) -> Result<Self, LoginError> {
        let mut wire = Self::new(stream);
        let identity = [("user", login.user.as_str()), ("database", login.database.as_str())];
        let parameters = login.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        frontend::startup_message(identity.into_iter().chain(parameters), &mut wire.output).map_err(LoginError::Io)?;
        wire.send().await?;
        wire.authenticate(login).await?;
        wire.await_ready().await?;
        wire.registration = Some(live.register(wire.cancel_key.clone()));
        Ok(wire)
    }

    async fn state(&mut self) -> Result<SessionState, LoginError> {
        match self.first_row(query::SESSION_STATE).await?.as_slice() {
            [Some(is_in_recovery), Some(is_read_only)] => {
                Ok(SessionState { is_in_recovery: is_in_recovery == "t", is_read_only: is_read_only == "t" })
            }
            _ => Err(LoginError::Protocol("it does not tell whether it is in recovery".to_owned())),
        }
    }
}

impl Wire {
    async fn authenticate(&mut self, login: &Login) -> Result<(), LoginError> {
        let mut is_bound = false;
        let mut required = login.require_auth.as_ref();
        loop {
            let message = self.login_message().await?;
            if let Some(required) = required.take() {
                required.check(number(&message))?;
            }
            match message {
                Message::AuthenticationOk if login.channel_binding == ChannelBindingMode::Require && !is_bound => {
                    return Err(LoginError::ChannelBinding);
                }
                Message::AuthenticationOk => return Ok(()),
                Message::AuthenticationCleartextPassword => {
                    let password = unbound_password(login)?;
                    self.send_password(password.as_bytes()).await?;
                }
                Message::AuthenticationMd5Password(body) => {
                    let password = unbound_password(login)?;
                    let hash = md5_hash(login.user.as_bytes(), password.as_bytes(), body.salt());
                    self.send_password(hash.as_bytes()).await?;
                }
                Message::AuthenticationSasl(body) => is_bound = self.authenticate_sasl(login, &body).await?,
                Message::AuthenticationKerberosV5
                | Message::AuthenticationGss
                | Message::AuthenticationSspi
                | Message::AuthenticationScmCredential => {
                    let text = "the server asks for GSSAPI, SSPI or the like, which pgsluice does not support";
                    return Err(LoginError::Authentication(text.to_owned()));
                }
                _ => return Err(unexpected()),
            }
        }
    }

    /// SCRAM, in three messages each way. Returns whether it was bound to the TLS connection.
    async fn authenticate_sasl(&mut self, login: &Login, body: &AuthenticationSaslBody) -> Result<bool, LoginError> {
        let mechanisms: Vec<&str> = body.mechanisms().collect().map_err(|error| protocol(&error))?;
        let offered = |name: &str| mechanisms.contains(&name);
        let end_point = match login.channel_binding {
            ChannelBindingMode::Disable => None,
            ChannelBindingMode::Prefer | ChannelBindingMode::Require => self.stream.tls_server_end_point(),
        };
        let (mechanism, binding) = match end_point {
            Some(hash) if offered(SCRAM_SHA_256_PLUS) => {
                (SCRAM_SHA_256_PLUS, ChannelBinding::tls_server_end_point(hash))
            }
            _ if login.channel_binding == ChannelBindingMode::Require => return Err(LoginError::ChannelBinding),
            _ if !offered(SCRAM_SHA_256) => {
                let text = format!("the server offers {}, none of which can be used", mechanisms.join(", "));
                return Err(LoginError::Authentication(text));
            }
            // Says that we could have, so that the server can tell when somebody in between took its offer away.
            Some(_) => (SCRAM_SHA_256, ChannelBinding::unrequested()),
            None => (SCRAM_SHA_256, ChannelBinding::unsupported()),
        };
        let password = login.password.as_ref().ok_or(LoginError::PasswordMissing)?;
        let mut scram = ScramSha256::new(password.as_bytes(), binding);
        self.output.clear();
        frontend::sasl_initial_response(mechanism, scram.message(), &mut self.output).map_err(LoginError::Io)?;
        self.send().await?;
        let Message::AuthenticationSaslContinue(body) = self.login_message().await? else { return Err(unexpected()) };
        scram.update(body.data()).map_err(|error| authentication(&error))?;
        self.output.clear();
        frontend::sasl_response(scram.message(), &mut self.output).map_err(LoginError::Io)?;
        self.send().await?;
        let Message::AuthenticationSaslFinal(body) = self.login_message().await? else { return Err(unexpected()) };
        scram.finish(body.data()).map_err(|error| authentication(&error))?;
        Ok(mechanism == SCRAM_SHA_256_PLUS)
    }

    async fn send_password(&mut self, password: &[u8]) -> Result<(), LoginError> {
        self.output.clear();
        frontend::password_message(password, &mut self.output).map_err(LoginError::Io)?;
        self.send().await?;
        self.output.clear();
        Ok(())
    }

    async fn await_ready(&mut self) -> Result<(), LoginError> {
        loop {
            match self.login_message().await? {
                Message::BackendKeyData(body) => {
                    self.cancel_key = CancelKey::new(&self.stream, body.process_id(), body.secret_key());
                }
                Message::ReadyForQuery(_) => {
                    self.state = State::Idle;
                    return Ok(());
                }
                _ => return Err(unexpected()),
            }
        }
    }

    async fn login_message(&mut self) -> Result<Message, LoginError> {
        match self.message().await? {
            Message::ErrorResponse(body) => Err(message::error(&body).into()),
            message => Ok(message),
        }
    }
}

/// The number of an authentication request in the protocol.
fn number(message: &Message) -> u32 {
    match message {
        Message::AuthenticationOk => 0,
        Message::AuthenticationCleartextPassword => 3,
        Message::AuthenticationMd5Password(_) => 5,
        Message::AuthenticationGss => 7,
        Message::AuthenticationSspi => 9,
        Message::AuthenticationSasl(_) => 10,
        _ => u32::MAX,
    }
}

/// The password, for the ways of sending it that bind no channel.
fn unbound_password(login: &Login) -> Result<&Password, LoginError> {
    if login.channel_binding == ChannelBindingMode::Require {
        return Err(LoginError::ChannelBinding);
    }
    login.password.as_ref().ok_or(LoginError::PasswordMissing)
}

fn unexpected() -> LoginError {
    LoginError::Protocol("a message that does not belong into a login".to_owned())
}

fn protocol(error: &io::Error) -> LoginError {
    LoginError::Protocol(error.to_string())
}

fn authentication(error: &io::Error) -> LoginError {
    LoginError::Authentication(error.to_string())
}

impl From<WireError> for LoginError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Server(error) => Self::Server(error),
            WireError::Io(error) => Self::Io(error),
            WireError::Closed => Self::Closed,
            WireError::Protocol(what) => Self::Protocol(what),
            WireError::Unusable => Self::Protocol("the session ended in the middle of the login".to_owned()),
        }
    }
}
