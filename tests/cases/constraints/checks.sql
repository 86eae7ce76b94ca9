-- checks: of a column, of the table, with a name, NOT VALID, NO INHERIT, calling functions, whole-row

CREATE FUNCTION is_small(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 < 1000; END';
CREATE TABLE item (
  id int CHECK (id > 0),
  low int,
  high int CONSTRAINT "High, or ""higher""" CHECK (high <> 13),
  note text CHECK (note ~ '^[a-z]''?\d*$' OR note IS NULL),
  CHECK (low < high),
  CONSTRAINT small CHECK (is_small(low)) NO INHERIT,
  CONSTRAINT whole CHECK (item IS NOT NULL OR low = 0)
);
INSERT INTO item VALUES (1, 1, 2, 'a1'), (2, 0, 4, NULL), (3, -5, 500, 'z''9');
ALTER TABLE item ADD CONSTRAINT later CHECK (low > 0) NOT VALID;
ALTER TABLE item ADD CONSTRAINT validated CHECK (low > -10) NOT VALID;
ALTER TABLE item VALIDATE CONSTRAINT validated;
