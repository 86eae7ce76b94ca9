//! The ground the tests stand on: throwaway servers.

pub(crate) mod cluster;
pub(crate) mod database;
pub(crate) mod installation;
