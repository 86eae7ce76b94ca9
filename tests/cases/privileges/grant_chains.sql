-- privileges granted by others than the owner, who have them from others again
-- roles: case_reader case_writer case_owner

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO case_reader, case_writer, case_owner;
CREATE TABLE app.item (id int, note text);
GRANT SELECT, UPDATE ON app.item TO case_writer WITH GRANT OPTION;
SET ROLE case_writer;
GRANT SELECT ON app.item TO case_owner WITH GRANT OPTION;
GRANT UPDATE (note) ON app.item TO case_reader;
SET ROLE case_owner;
GRANT SELECT ON app.item TO case_reader;
RESET ROLE;
CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION app.f() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.f() TO case_writer WITH GRANT OPTION;
SET ROLE case_writer;
GRANT EXECUTE ON FUNCTION app.f() TO case_reader;
