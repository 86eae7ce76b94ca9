-- shell types: nothing but a name, and functions that refer to it
-- roles: case_owner

CREATE SCHEMA app;
CREATE TYPE app."To come";
CREATE TYPE app.later;
ALTER TYPE app.later OWNER TO case_owner;
COMMENT ON TYPE app.later IS 'not yet';
CREATE FUNCTION app.later_in(cstring) RETURNS app.later STRICT IMMUTABLE LANGUAGE internal AS 'textin';
CREATE FUNCTION app.later_out(app.later) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'textout';
