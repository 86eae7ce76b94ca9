-- languages: trusted and not, with and without inline handler and validator; functions written in them; owner, privileges
-- pg_dump differs: >= 12
-- roles: case_owner case_writer

CREATE FUNCTION own_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION own_inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION own_validator(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE "Own ""language""" HANDLER own_handler INLINE own_inline VALIDATOR own_validator;
CREATE LANGUAGE bare HANDLER own_handler;
CREATE LANGUAGE borrowed HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;
ALTER LANGUAGE bare OWNER TO case_owner;
COMMENT ON LANGUAGE bare IS 'nothing but a handler';
REVOKE ALL ON LANGUAGE "Own ""language""" FROM PUBLIC;
GRANT USAGE ON LANGUAGE "Own ""language""" TO case_writer WITH GRANT OPTION;
CREATE FUNCTION one() RETURNS int LANGUAGE "Own ""language""" AS 'BEGIN RETURN 1; END';
CREATE FUNCTION two() RETURNS int LANGUAGE bare AS 'BEGIN RETURN 2; END';
CREATE TABLE number (number int DEFAULT one());
INSERT INTO number DEFAULT VALUES;
