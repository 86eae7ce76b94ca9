-- postfix operators
-- server: < 14

CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1';
CREATE OPERATOR !# (FUNCTION = twice, LEFTARG = int);
COMMENT ON OPERATOR !# (int, NONE) IS 'doubled';
