-- privileges on tables, views, sequences and columns; with grant option; to PUBLIC; revoked from the owner
-- pg_dump differs into: >= 17
-- roles: case_reader case_writer case_owner Case-Odd

CREATE TABLE item (id int, secret text, note text);
INSERT INTO item VALUES (1, 's', 'n');
GRANT SELECT ON item TO case_reader;
GRANT SELECT, INSERT, UPDATE ON item TO case_writer WITH GRANT OPTION;
GRANT ALL ON item TO "Case-Odd";
CREATE TABLE columns (id int, secret text, "No te" text);
GRANT SELECT (id, "No te"), UPDATE (id) ON columns TO case_reader;
GRANT REFERENCES (id) ON columns TO PUBLIC;
GRANT SELECT (secret) ON columns TO case_writer WITH GRANT OPTION;
CREATE TABLE revoked (id int);
REVOKE ALL ON revoked FROM postgres;
CREATE TABLE read_only (id int);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON read_only FROM postgres;
CREATE TABLE owned (id int);
ALTER TABLE owned OWNER TO case_owner;
GRANT DELETE ON owned TO PUBLIC;
CREATE VIEW item_view AS SELECT id FROM item;
GRANT SELECT, TRIGGER ON item_view TO case_reader;
CREATE MATERIALIZED VIEW item_total AS SELECT 1 AS n;
GRANT SELECT ON item_total TO case_reader;
CREATE SEQUENCE counter;
GRANT USAGE ON SEQUENCE counter TO case_writer;
GRANT ALL ON SEQUENCE counter TO case_reader WITH GRANT OPTION;
CREATE TABLE with_serial (id serial);
GRANT SELECT ON SEQUENCE with_serial_id_seq TO case_reader;
CREATE TABLE given_back (id int);
GRANT SELECT ON given_back TO case_reader;
REVOKE SELECT ON given_back FROM case_reader;
