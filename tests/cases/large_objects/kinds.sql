-- large objects: empty, small, longer than a piece, with holes; their owners, privileges and comments; rows that refer to them
-- roles: case_reader case_owner

CREATE TABLE document (id int PRIMARY KEY, body oid);
SELECT lo_create(1001);
SELECT lo_from_bytea(1002, '\x00ff275c'::bytea);
SELECT lo_from_bytea(4000000000, convert_to(repeat('0123456789abcdef', 700000), 'UTF8'));
SELECT lo_from_bytea(1004, convert_to(repeat('x', 65536), 'UTF8'));
SELECT lo_create(1005);
SELECT lo_put(1005, 9000000, '\x01'::bytea);
INSERT INTO document VALUES (1, 1001), (2, 1002), (3, 4000000000);
INSERT INTO document SELECT n, lo_from_bytea(0, convert_to(n::text, 'UTF8')) FROM generate_series(10, 300) AS n;
ALTER LARGE OBJECT 1001 OWNER TO case_owner;
COMMENT ON LARGE OBJECT 1002 IS 'it''s small';
GRANT SELECT ON LARGE OBJECT 1001 TO PUBLIC;
GRANT ALL ON LARGE OBJECT 1002 TO case_reader WITH GRANT OPTION;
REVOKE ALL ON LARGE OBJECT 1004 FROM postgres;
