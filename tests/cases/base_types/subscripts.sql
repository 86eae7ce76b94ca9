-- base types with a subscripting function
-- server: >= 14

CREATE TYPE list;
CREATE FUNCTION list_in(cstring, oid, int) RETURNS list STRICT IMMUTABLE LANGUAGE internal AS 'array_in';
CREATE FUNCTION list_out(list) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'array_out';
CREATE TYPE list (INPUT = list_in, OUTPUT = list_out, ELEMENT = int, ALIGNMENT = int4, STORAGE = extended, SUBSCRIPT = raw_array_subscript_handler);
CREATE TYPE document;
CREATE FUNCTION document_in(cstring) RETURNS document STRICT IMMUTABLE LANGUAGE internal AS 'jsonb_in';
CREATE FUNCTION document_out(document) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'jsonb_out';
CREATE TYPE document (INPUT = document_in, OUTPUT = document_out, SUBSCRIPT = jsonb_subscript_handler);
CREATE TABLE note (document document);
INSERT INTO note VALUES ('{"a": 1}');
