-- functions: every attribute, settings, support for parallel workers, set-returning, window

CREATE FUNCTION volatile() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION immutable(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 7 AS 'SELECT $1';
CREATE FUNCTION stable(text) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 42 AS 'SELECT $1 UNION ALL SELECT $1';
CREATE FUNCTION definer() RETURNS text LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET work_mem = '8MB' SET datestyle = 'ISO, DMY' SET "app.Setting" = 'it''s' AS 'BEGIN RETURN current_user; END';
CREATE FUNCTION returns_void() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION returns_record(OUT a int, OUT b text) LANGUAGE sql AS $$SELECT 1, 'b'$$;
CREATE FUNCTION returns_array() RETURNS int[] LANGUAGE sql AS 'SELECT ARRAY[1]';
CREATE FUNCTION my_rank() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_rank';
CREATE FUNCTION same_name(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION same_name(text) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION same_name() RETURNS int LANGUAGE sql AS 'SELECT 3';
CREATE FUNCTION "Odd ""Name"""("An arg" int) RETURNS int LANGUAGE sql AS 'SELECT $1';
