-- functions with a planner support function

CREATE FUNCTION numbers(int, int) RETURNS SETOF int LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
  SUPPORT pg_catalog.generate_series_int4_support AS 'generate_series_int4';
CREATE FUNCTION starts(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT COST 3 AS 'text_starts_with';
