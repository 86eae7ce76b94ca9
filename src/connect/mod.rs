//! Connections: conninfo, passwords, TLS, dialling; the control session (tokio-postgres) and the wire session
//! (postgres-protocol) for COPY. The only place that knows a password.

mod certificate;
mod login;
pub mod server_error;
mod stream;
pub mod wire;
mod without_values;

pub use login::{ChannelBindingMode, Login, LoginError, Password};
pub use stream::Stream;
pub use wire::{CancelKey, CommandTag, Wire, WireError};
