-- operator classes and families for btree and hash: default, in a family with members of its own, across types, used by indexes and keys
-- roles: case_owner

CREATE SCHEMA app;
CREATE TYPE app.size AS (width int, height int);
CREATE FUNCTION app.area(app.size) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.width * $1.height';
CREATE FUNCTION app.compare(app.size, app.size) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp(app.area($1), app.area($2))';
CREATE FUNCTION app.lt(app.size, app.size) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT app.area($1) < app.area($2)';
CREATE FUNCTION app.le(app.size, app.size) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT app.area($1) <= app.area($2)';
CREATE FUNCTION app.eq(app.size, app.size) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT app.area($1) = app.area($2)';
CREATE FUNCTION app.ge(app.size, app.size) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT app.area($1) >= app.area($2)';
CREATE FUNCTION app.gt(app.size, app.size) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT app.area($1) > app.area($2)';
CREATE FUNCTION app.hash(app.size) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT hashint4(app.area($1))';
CREATE FUNCTION app.hash_extended(app.size, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT hashint4extended(app.area($1), $2)';
CREATE OPERATOR app.< (FUNCTION = app.lt, LEFTARG = app.size, RIGHTARG = app.size, COMMUTATOR = OPERATOR(app.>), NEGATOR = OPERATOR(app.>=));
CREATE OPERATOR app.<= (FUNCTION = app.le, LEFTARG = app.size, RIGHTARG = app.size, COMMUTATOR = OPERATOR(app.>=), NEGATOR = OPERATOR(app.>));
CREATE OPERATOR app.= (FUNCTION = app.eq, LEFTARG = app.size, RIGHTARG = app.size, COMMUTATOR = OPERATOR(app.=), HASHES, MERGES);
CREATE OPERATOR app.>= (FUNCTION = app.ge, LEFTARG = app.size, RIGHTARG = app.size, COMMUTATOR = OPERATOR(app.<=), NEGATOR = OPERATOR(app.<));
CREATE OPERATOR app.> (FUNCTION = app.gt, LEFTARG = app.size, RIGHTARG = app.size, COMMUTATOR = OPERATOR(app.<), NEGATOR = OPERATOR(app.<=));

CREATE OPERATOR FAMILY app.by_area USING btree;
CREATE OPERATOR CLASS app.size_ops DEFAULT FOR TYPE app.size USING btree FAMILY app.by_area AS
  OPERATOR 1 app.<, OPERATOR 2 app.<=, OPERATOR 3 app.=, OPERATOR 4 app.>=, OPERATOR 5 app.>, FUNCTION 1 app.compare(app.size, app.size);
CREATE OPERATOR CLASS app.size_hash_ops DEFAULT FOR TYPE app.size USING hash AS
  OPERATOR 1 app.=, FUNCTION 1 app.hash(app.size), FUNCTION 2 app.hash_extended(app.size, bigint);
ALTER OPERATOR CLASS app.size_ops USING btree OWNER TO case_owner;
ALTER OPERATOR FAMILY app.by_area USING btree OWNER TO case_owner;
COMMENT ON OPERATOR CLASS app.size_ops USING btree IS 'by area';
COMMENT ON OPERATOR FAMILY app.by_area USING btree IS 'areas';

CREATE FUNCTION app.compare(app.size, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp(app.area($1), $2)';
CREATE FUNCTION app.eq(app.size, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT app.area($1) = $2';
CREATE OPERATOR app.= (FUNCTION = app.eq, LEFTARG = app.size, RIGHTARG = int);
ALTER OPERATOR FAMILY app.by_area USING btree ADD
  OPERATOR 3 app.= (app.size, int), FUNCTION 1 (app.size, int) app.compare(app.size, int),
  OPERATOR 1 pg_catalog.< (int, int), OPERATOR 3 pg_catalog.= (int, int), FUNCTION 1 (int, int) btint4cmp(int, int);
CREATE OPERATOR FAMILY app.empty USING hash;
CREATE OPERATOR FAMILY app."Loose ""family""" USING btree;
ALTER OPERATOR FAMILY app."Loose ""family""" USING btree ADD OPERATOR 1 < (int, bigint), FUNCTION 1 (int, bigint) btint48cmp(int, bigint);
CREATE OPERATOR CLASS app.reverse FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int);

CREATE TABLE app.box (id int, size app.size PRIMARY KEY, other app.size);
CREATE INDEX ON app.box USING hash (other);
CREATE INDEX ON app.box (id app.reverse);
CREATE TABLE app.part (size app.size) PARTITION BY HASH (size app.size_hash_ops);
CREATE TABLE app.part_0 PARTITION OF app.part FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TYPE app.sizes AS RANGE (SUBTYPE = app.size, SUBTYPE_OPCLASS = app.size_ops);
CREATE VIEW app.ordered AS SELECT id FROM app.box ORDER BY size USING OPERATOR(app.>);
INSERT INTO app.box VALUES (1, (2, 3), (4, 5)), (2, (2, 4), NULL);
INSERT INTO app.part VALUES ((1, 1));
