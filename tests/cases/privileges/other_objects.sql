-- privileges on schemas, functions, procedures, types, domains; taken from PUBLIC where it has them by default
-- roles: case_reader case_writer Case-Odd

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO case_reader;
GRANT ALL ON SCHEMA app TO case_writer WITH GRANT OPTION;
CREATE SCHEMA closed;
REVOKE ALL ON SCHEMA closed FROM postgres;
CREATE FUNCTION app.open(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.closed(VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION app.closed(int[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.closed(int[]) TO "Case-Odd";
CREATE FUNCTION app.nobody() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION app.nobody() FROM PUBLIC, postgres;
CREATE PROCEDURE app.p(int) LANGUAGE sql AS '';
REVOKE ALL ON PROCEDURE app.p(int) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE app.p(int) TO case_writer;
CREATE TYPE app.mood AS ENUM ('a');
REVOKE USAGE ON TYPE app.mood FROM PUBLIC;
GRANT USAGE ON TYPE app.mood TO case_reader;
CREATE TYPE app.pair AS (x int);
REVOKE USAGE ON TYPE app.pair FROM PUBLIC;
CREATE DOMAIN app.positive AS int;
GRANT USAGE ON DOMAIN app.positive TO case_writer WITH GRANT OPTION;
