-- stored generated columns: between others, of a function, of an enum, referring to a column that comes later

CREATE FUNCTION twice(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 2 * $1; END';
CREATE TABLE item (
  a int,
  total int GENERATED ALWAYS AS (a + b) STORED,
  b int NOT NULL,
  doubled int GENERATED ALWAYS AS (twice(b)) STORED,
  name text,
  upper_name text GENERATED ALWAYS AS (upper(name COLLATE "C")) STORED NOT NULL
);
INSERT INTO item (a, b, name) VALUES (1, 2, 'x'), (NULL, 3, 'y'), (5, 6, 'straße');
CREATE INDEX ON item (doubled);
CREATE TABLE only_generated (one int GENERATED ALWAYS AS (1) STORED);
INSERT INTO only_generated DEFAULT VALUES;
INSERT INTO only_generated DEFAULT VALUES;
