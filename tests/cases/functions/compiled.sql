-- functions in C and internal ones: the symbol named, or taken from the function's name

CREATE FUNCTION upper_case(text) RETURNS text LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'upper';
CREATE FUNCTION lower(text, int) RETURNS text LANGUAGE internal AS 'lower';
CREATE FUNCTION "Handler"() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION plpgsql_validator(oid) RETURNS void LANGUAGE c STRICT COST 7 AS '$libdir/plpgsql';
