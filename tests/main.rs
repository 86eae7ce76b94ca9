//! The tests, in one binary: they start PostgreSQL servers of their own.
