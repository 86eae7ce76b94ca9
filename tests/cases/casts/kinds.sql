-- casts: by function, binary-coercible, by text; explicit, on assignment, implicit; those that views rest on without saying so
-- roles: case_owner

CREATE SCHEMA app;
CREATE TYPE app.temperature AS (kelvin float8);
CREATE TYPE app.level AS ENUM ('low', 'high');
CREATE DOMAIN app.celsius AS float8;
CREATE FUNCTION app.from_float(float8) RETURNS app.temperature LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::app.temperature';
CREATE FUNCTION app.to_float(app.temperature, int, bool) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1.kelvin';
CREATE FUNCTION app.to_level(int) RETURNS app.level LANGUAGE sql IMMUTABLE AS 'SELECT CASE WHEN $1 > 5 THEN ''high'' ELSE ''low'' END::app.level';
CREATE CAST (float8 AS app.temperature) WITH FUNCTION app.from_float(float8) AS IMPLICIT;
CREATE CAST (app.temperature AS float8) WITH FUNCTION app.to_float(app.temperature, int, bool) AS ASSIGNMENT;
CREATE CAST (int AS app.level) WITH FUNCTION app.to_level(int);
CREATE CAST (app.level AS varchar) WITH INOUT AS IMPLICIT;
CREATE TYPE app.letters;
CREATE FUNCTION app.letters_in(cstring) RETURNS app.letters STRICT IMMUTABLE LANGUAGE internal AS 'textin';
CREATE FUNCTION app.letters_out(app.letters) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'textout';
CREATE TYPE app.letters (INPUT = app.letters_in, OUTPUT = app.letters_out, STORAGE = extended);
CREATE CAST (text AS app.letters) WITHOUT FUNCTION;
CREATE CAST (app.letters AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (money AS bigint) WITH INOUT;
COMMENT ON CAST (int AS app.level) IS 'above five';

CREATE FUNCTION app.warm(app.temperature) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.kelvin > 300';
CREATE VIEW app.warmth AS SELECT app.warm(310.0::float8) AS warm, upper('a'::text::app.letters) AS upper;
CREATE TABLE app.reading (id int, level app.level DEFAULT 7::app.level, letters app.letters);
INSERT INTO app.reading (id, letters) VALUES (1, 'abc');
