//! Connections: conninfo, passwords, TLS, dialling; the control session (tokio-postgres) and the wire session
//! (postgres-protocol) for COPY. The only place that knows a password.

mod certificate;
mod login;
pub mod server_error;
mod stream;

pub use login::{ChannelBindingMode, Login, LoginError, Password};
pub use stream::Stream;
