//! Connections: conninfo, passwords, TLS, dialling; the control session (tokio-postgres) and the wire session
//! (postgres-protocol) for COPY. The only place that knows a password.
//!
//! [`Conninfo::parse`] resolves a connection string; [`Endpoint::new`] loads what it names; the endpoint's methods open
//! sessions. Below them, `dial` makes a [`Stream`], and each kind of session logs in on it with a [`Login`].

mod attended;
mod backend;
mod cancel;
mod certificate;
mod conninfo;
mod conninfo_error;
mod control;
mod denied;
mod dial;
mod endpoint;
mod environment;
mod error;
mod file;
mod hint;
pub mod hold;
mod host;
mod keyword;
mod live;
mod login;
mod passfile;
mod peer;
mod prompt;
pub(crate) mod query;
mod require_auth;
pub mod retry;
pub mod server_error;
mod service;
mod session;
pub mod snapshot;
mod stream;
mod text;
mod tls;
mod tls_settings;
mod verifier;
mod version_1;
mod whereabouts;
pub mod wire;
mod without_values;

pub use backend::{Backend, until_still};
pub use cancel::CancelKey;
pub use conninfo::{Conninfo, Keepalive, TargetSessionAttrs};
pub use conninfo_error::ConninfoError;
pub use control::Control;
pub use denied::{DeniedTable, require_readable};
pub use endpoint::Endpoint;
pub use environment::Environment;
pub use error::{Attempt, Error, HostError};
pub use hold::Hold;
pub use host::{Host, HostAddress};
pub use live::Stopping;
pub use login::{ChannelBindingMode, Login, LoginError, Password};
pub use prompt::is_asking;
pub use require_auth::{Refused as MethodRefused, RequireAuth};
pub use retry::{Attempts, RetryPolicy};
pub use snapshot::{Snapshot, SnapshotError};
pub use stream::Stream;
pub use tls::CertificateError;
pub use tls_settings::{CertificateFile, RootCertificates, SslMode, TlsSettings, TlsVersions};
pub use whereabouts::require_own_sessions;
pub use wire::{CommandTag, Wire, WireError};
