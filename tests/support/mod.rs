//! The ground the tests stand on: throwaway servers, the oracle that compares databases, a bad network, the binary
//! under test.

pub(crate) mod cluster;
pub(crate) mod database;
pub(crate) mod installation;
pub(crate) mod oracle;
pub(crate) mod proxy;
pub(crate) mod run;
