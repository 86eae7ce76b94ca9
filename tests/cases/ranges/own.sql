-- range types of one's own: subtype difference, operator class, collation, over a domain

CREATE FUNCTION time_subtype_diff(x time, y time) RETURNS float8 LANGUAGE sql STRICT IMMUTABLE
  AS 'SELECT EXTRACT(EPOCH FROM (x - y))::float8';
CREATE TYPE timerange AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = time_subtype_diff);
CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops);
CREATE TABLE shift (id int, hours timerange, letters textrange);
INSERT INTO shift VALUES
  (1, '[08:00,12:00)', '[a,m)'), (2, '(,)', 'empty'), (3, NULL, NULL), (4, '[13:00,13:00]', '["with ""quotes""",z)');
CREATE INDEX ON shift USING gist (hours);
