-- aggregates: normal, without arguments, variadic, ordered-set, hypothetical-set, of the same name, owned and granted
-- roles: case_owner case_reader

CREATE SCHEMA app;
CREATE FUNCTION app.add(total bigint, value int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT coalesce(total, 0) + value';
CREATE FUNCTION app.add3(total bigint, value int, note text) RETURNS bigint LANGUAGE sql AS 'SELECT total + value';
CREATE FUNCTION app.half(total bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT total / 2';
CREATE FUNCTION app.count_up(total bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT total + 1';
CREATE FUNCTION app.collect(list text, VARIADIC items text[]) RETURNS text LANGUAGE sql IMMUTABLE
  AS 'SELECT list || array_to_string(items, '','')';

CREATE AGGREGATE app.half_sum(value int) (SFUNC = app.add, STYPE = bigint, FINALFUNC = app.half, INITCOND = '0');
CREATE AGGREGATE app.half_sum("Odd name" int, "order" text) (SFUNC = app.add3, STYPE = bigint);
CREATE AGGREGATE app.number_of(*) (SFUNC = app.count_up, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE app.list(VARIADIC items text[]) (SFUNC = app.collect, STYPE = text, INITCOND = '');
CREATE AGGREGATE app.quoted(text) (SFUNC = textcat, STYPE = text, INITCOND = E'it''s \\ "here"\n');
CREATE AGGREGATE app.percentile(float8 ORDER BY anyelement)
  (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE app.rank_of(VARIADIC "any" ORDER BY VARIADIC "any")
  (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);

COMMENT ON AGGREGATE app.half_sum(int) IS 'half of it';
COMMENT ON AGGREGATE app.number_of(*) IS 'no arguments';
COMMENT ON AGGREGATE app.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") IS 'two lists';
ALTER AGGREGATE app.percentile(float8 ORDER BY anyelement) OWNER TO case_owner;
REVOKE ALL ON FUNCTION app.half_sum(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.half_sum(int) TO case_reader;
REVOKE ALL ON FUNCTION app.number_of() FROM PUBLIC;
REVOKE ALL ON FUNCTION app.rank_of("any") FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.percentile(float8, anyelement) TO case_reader WITH GRANT OPTION;

CREATE VIEW app.total AS SELECT app.half_sum(x) AS half, app.number_of(*) AS number FROM generate_series(1, 3) AS x;
CREATE MATERIALIZED VIEW app.middle AS SELECT app.percentile(0.5) WITHIN GROUP (ORDER BY x) AS x FROM generate_series(1, 9) AS x;
