//! The ground the tests stand on: throwaway servers, the oracle that compares databases, a bad network, the binary
//! under test.

pub(crate) mod cluster;
pub(crate) mod database;
pub(crate) mod installation;
pub(crate) mod oracle;
pub(crate) mod proxy;
pub(crate) mod run;

/// A source whose index takes a hundred seconds to build elsewhere.
pub(crate) const SLOW_INDEX: &str = "
    CREATE TABLE t (x int); INSERT INTO t VALUES (1);
    CREATE FUNCTION slow(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x';
    CREATE INDEX t_slow ON t (slow(x));
    CREATE OR REPLACE FUNCTION slow(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN PERFORM pg_sleep(100); RETURN x; END'";
