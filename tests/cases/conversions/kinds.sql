-- conversions: default and not, owned, commented
-- roles: case_owner

CREATE SCHEMA app;
CREATE DEFAULT CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE CONVERSION app."Odd ""name""" FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
ALTER CONVERSION app.latin OWNER TO case_owner;
COMMENT ON CONVERSION app.latin IS 'from the west';
