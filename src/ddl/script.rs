//! Statements as a script that psql loads.

use super::Statement;

/// What the statements take for granted of the session. No name of an object stands in a comment, where a line break in it could
/// begin a statement or a command of psql.
const PREAMBLE: &str = "\
-- A PostgreSQL schema, regenerated from pg_catalog by pgsluice.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET array_nulls = on;
SET transform_null_equals = off;
SET lc_monetary = 'C';
SET check_function_bodies = off;
SET client_min_messages = warning;
SET default_table_access_method = heap;
SET default_tablespace = '';
SET row_security = off;
SET xmloption = content;
SELECT pg_catalog.set_config('search_path', '', false);
";

/// The script of a list of statements.
#[must_use]
pub fn script<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> String {
    let mut text = PREAMBLE.to_owned();
    for statement in statements {
        text.push('\n');
        text.push_str(&statement.sql);
        text.push_str(";\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::{Action, Address};

    #[test]
    fn every_statement_ends_with_a_semicolon_of_its_own() {
        let table = Address::in_schema("TABLE", "public", "t");
        let statements =
            ["CREATE TABLE t ()", "ALTER TABLE t OWNER TO o"].map(|sql| Statement::new(Action::Create, &table, sql));
        let script = script(&statements);
        assert!(script.starts_with(PREAMBLE));
        assert!(script.ends_with("\nCREATE TABLE t ();\n\nALTER TABLE t OWNER TO o;\n"), "{script}");
    }
}
