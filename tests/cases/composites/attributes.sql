-- composite types: nested, of a domain, with a collation, altered, without attributes, as column, array and function argument

CREATE DOMAIN zip AS text CHECK (VALUE ~ '^\d{5}$');
CREATE TYPE place AS (street text COLLATE "C", "House No" int, zip zip);
CREATE TYPE visit AS (place place, at timestamptz, tags text[]);
ALTER TYPE visit DROP ATTRIBUTE tags;
ALTER TYPE visit ADD ATTRIBUTE note varchar(20);
CREATE TYPE nothing AS ();
CREATE TABLE trip (id int PRIMARY KEY, home place, visits visit[], nothing nothing);
INSERT INTO trip VALUES
  (1, ROW('High "St"', 1, '12345'), ARRAY[ROW(ROW('a,b', NULL, '00000'), '2024-02-29 12:00+00', 'n')]::visit[], ROW()),
  (2, NULL, '{}', NULL),
  (3, ROW(NULL, NULL, NULL), NULL, NULL);
CREATE FUNCTION street(place) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).street';
CREATE INDEX ON trip (street(home));
CREATE INDEX ON trip (((home).zip));
