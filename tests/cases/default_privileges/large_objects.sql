-- default privileges on large objects
-- server: >= 18
-- roles: case_reader

ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO case_reader;
