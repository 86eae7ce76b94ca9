-- objects of one schema that use those of another, in both directions

CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TYPE b.colour AS ENUM ('red', 'green');
CREATE TABLE a.item (id int PRIMARY KEY, colour b.colour NOT NULL DEFAULT 'red');
CREATE TABLE b.part (id int PRIMARY KEY, item_id int NOT NULL REFERENCES a.item);
CREATE FUNCTION a.part_count(int) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM b.part WHERE item_id = $1';
CREATE VIEW b.item_part AS SELECT i.id, i.colour, a.part_count(i.id) AS parts FROM a.item i;
INSERT INTO a.item VALUES (1, 'red'), (2, 'green');
INSERT INTO b.part VALUES (10, 1), (11, 1), (12, 2);
