-- a view and a function that need each other

CREATE TABLE item (id int, name text);
INSERT INTO item VALUES (1, 'a'), (2, 'b');
CREATE VIEW shown AS SELECT id, name, NULL::bigint AS number FROM item;
CREATE FUNCTION shown_number(shown) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM item WHERE id <= $1.id';
CREATE OR REPLACE VIEW shown AS SELECT i.id, i.name, shown_number(ROW(i.id, i.name, 0)::shown) AS number FROM item i;
