-- functions used by a default, a check, an index, a generated column, a domain, and by each other

CREATE FUNCTION z_base(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 + 1; END';
CREATE FUNCTION a_top(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT public.z_base($1)';
CREATE DOMAIN checked AS int CHECK (z_base(VALUE) > 0);
CREATE TABLE item (
  id int DEFAULT z_base(41),
  generated int GENERATED ALWAYS AS (z_base(id)) STORED,
  checked checked CHECK (a_top(checked) < 1000)
);
INSERT INTO item (checked) VALUES (1), (2);
INSERT INTO item (id, checked) VALUES (7, 3);
CREATE INDEX ON item (a_top(id));
CREATE INDEX ON item (id) WHERE z_base(id) > 10;
