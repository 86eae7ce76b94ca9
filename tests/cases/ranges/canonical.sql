-- range types with a canonicalization function, which takes and returns the type itself

CREATE TYPE whole;
CREATE FUNCTION whole_canonical(whole) RETURNS whole STRICT IMMUTABLE LANGUAGE internal AS 'int4range_canonical';
CREATE TYPE whole AS RANGE (SUBTYPE = int, CANONICAL = whole_canonical, SUBTYPE_DIFF = int4range_subdiff);
COMMENT ON TYPE whole IS 'whole numbers';
CREATE TABLE span (id int, span whole DEFAULT '[1,1]', spans whole[]);
INSERT INTO span VALUES (1, '[1,3]', '{"[1,2]"}'), (2, '(,)', NULL);
CREATE INDEX ON span USING gist (span);
