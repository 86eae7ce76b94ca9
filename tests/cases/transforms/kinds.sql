-- transforms: in both directions and in one, functions that use them

CREATE TYPE pair AS (x int, y int);
CREATE FUNCTION pair_to_language(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'prsd_lextype';
CREATE FUNCTION language_to_pair(internal) RETURNS pair LANGUAGE internal IMMUTABLE AS 'record_recv';
CREATE TRANSFORM FOR pair LANGUAGE sql (FROM SQL WITH FUNCTION pair_to_language(internal), TO SQL WITH FUNCTION language_to_pair(internal));
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE TRANSFORM FOR bigint LANGUAGE plpgsql (TO SQL WITH FUNCTION int8recv(internal));
CREATE TRANSFORM FOR timestamp with time zone LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
COMMENT ON TRANSFORM FOR pair LANGUAGE sql IS 'there and back';
CREATE FUNCTION sum_of(pair) RETURNS int LANGUAGE sql TRANSFORM FOR TYPE pair AS 'SELECT $1.x + $1.y';
