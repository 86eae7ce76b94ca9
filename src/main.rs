//! The pgsluice command: parse, start logging, run, map the outcome to an exit code.

fn main() {}
