-- base types: every attribute, shells, owners, comments, privileges, columns of them
-- pg_dump differs: >= 12
-- roles: case_owner case_reader

CREATE SCHEMA app;
CREATE TYPE app.label;
CREATE FUNCTION app.label_in(cstring) RETURNS app.label STRICT IMMUTABLE LANGUAGE internal AS 'textin';
CREATE FUNCTION app.label_out(app.label) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'textout';
CREATE FUNCTION app.label_receive(internal) RETURNS app.label STRICT IMMUTABLE LANGUAGE internal AS 'textrecv';
CREATE FUNCTION app.label_send(app.label) RETURNS bytea STRICT IMMUTABLE LANGUAGE internal AS 'textsend';
CREATE TYPE app.label (INPUT = app.label_in, OUTPUT = app.label_out, RECEIVE = app.label_receive, SEND = app.label_send,
  INTERNALLENGTH = VARIABLE, STORAGE = extended, CATEGORY = 'S', COLLATABLE = true, DEFAULT = E'it''s \\ this', DELIMITER = ';');
ALTER TYPE app.label OWNER TO case_owner;
COMMENT ON TYPE app.label IS 'text by another name';
REVOKE ALL ON TYPE app.label FROM PUBLIC;
GRANT USAGE ON TYPE app.label TO case_reader;

CREATE FUNCTION app.number_in(cstring) RETURNS app.number STRICT IMMUTABLE LANGUAGE internal AS 'int4in';
CREATE FUNCTION app.number_out(app.number) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'int4out';
CREATE TYPE app.number (INPUT = app.number_in, OUTPUT = app.number_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4,
  CATEGORY = 'x', PREFERRED = true, DEFAULT = 42);

CREATE TYPE app.fixed;
CREATE FUNCTION app.fixed_in(cstring) RETURNS app.fixed STRICT IMMUTABLE LANGUAGE internal AS 'point_in';
CREATE FUNCTION app.fixed_out(app.fixed) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'point_out';
CREATE TYPE app.fixed (INPUT = app.fixed_in, OUTPUT = app.fixed_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8);

CREATE TYPE app.sized;
CREATE FUNCTION app.sized_in(cstring, oid, int) RETURNS app.sized STRICT IMMUTABLE LANGUAGE internal AS 'varcharin';
CREATE FUNCTION app.sized_out(app.sized) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'varcharout';
CREATE FUNCTION app.sized_modifier_in(cstring[]) RETURNS int STRICT IMMUTABLE LANGUAGE internal AS 'varchartypmodin';
CREATE FUNCTION app.sized_modifier_out(int) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'varchartypmodout';
CREATE FUNCTION app.sized_analyze(internal) RETURNS bool STRICT LANGUAGE internal AS 'array_typanalyze';
CREATE TYPE app.sized (INPUT = app.sized_in, OUTPUT = app.sized_out, TYPMOD_IN = app.sized_modifier_in,
  TYPMOD_OUT = app.sized_modifier_out, STORAGE = main, ANALYZE = app.sized_analyze);

CREATE TABLE app.item (id int PRIMARY KEY, label app.label DEFAULT 'none', labels app.label[], number app.number, fixed app.fixed, sized app.sized(5));
CREATE DOMAIN app.mark AS app.label;
CREATE TYPE app.pair AS (label app.label, number app.number);
CREATE FUNCTION app.twice(app.number) RETURNS SETOF app.number LANGUAGE sql AS 'SELECT $1 UNION ALL SELECT $1';
CREATE TABLE app.other (mark app.mark, pair app.pair, external app.label);
ALTER TABLE app.other ALTER external SET STORAGE EXTERNAL;
INSERT INTO app.item (id, labels, number, fixed, sized) VALUES (1, '{a;b}', '7', '(1,2)', 'abc'), (2, NULL, NULL, NULL, NULL);
INSERT INTO app.other VALUES ('m', '(l,3)', 'x');
