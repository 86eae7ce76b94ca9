-- schema public with privileges that are not those of a new database
-- pg_dump differs: < 15
-- roles: case_reader

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO case_reader;
CREATE TABLE item (id int);
