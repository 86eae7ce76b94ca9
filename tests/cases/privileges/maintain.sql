-- the privilege to maintain a table, given and taken from the owner
-- server: >= 17
-- roles: case_reader case_writer

CREATE TABLE item (id int);
GRANT MAINTAIN ON item TO case_reader;
GRANT SELECT, MAINTAIN ON item TO case_writer WITH GRANT OPTION;
CREATE TABLE not_maintained (id int);
REVOKE MAINTAIN ON not_maintained FROM postgres;
CREATE MATERIALIZED VIEW total AS SELECT count(*) FROM item;
GRANT MAINTAIN ON total TO case_reader;
ALTER DEFAULT PRIVILEGES GRANT MAINTAIN ON TABLES TO case_reader;
