//! Connections: conninfo, passwords, TLS, dialling; the control session (tokio-postgres) and the wire session
//! (postgres-protocol) for COPY. The only place that knows a password.

pub mod server_error;
