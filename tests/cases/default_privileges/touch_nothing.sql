-- default privileges do not touch what was made before them, and what was made under them keeps what it got
-- roles: case_reader

CREATE TABLE before (id int PRIMARY KEY);
CREATE FUNCTION before() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER DEFAULT PRIVILEGES GRANT SELECT, DELETE ON TABLES TO case_reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO case_reader;
CREATE TABLE after (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
INSERT INTO after (note) VALUES ('a');
CREATE FUNCTION after() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE MATERIALIZED VIEW after_notes AS SELECT note FROM after;
