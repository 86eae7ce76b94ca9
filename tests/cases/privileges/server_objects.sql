-- privileges on objects of the server itself: functions, tables, columns, types, the schema pg_catalog
-- roles: case_reader

GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO case_reader;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.sum(integer) FROM PUBLIC;
REVOKE SELECT ON pg_catalog.pg_proc FROM PUBLIC;
GRANT SELECT (proname, oid) ON pg_catalog.pg_proc TO case_reader;
GRANT SELECT ON pg_catalog.pg_authid TO case_reader WITH GRANT OPTION;
GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO case_reader;
REVOKE USAGE ON TYPE pg_catalog.int8 FROM PUBLIC;
GRANT CREATE ON SCHEMA pg_catalog TO case_reader;
