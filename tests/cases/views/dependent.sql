-- views on views whose names sort the wrong way round, recursive views, views with union and lateral functions

CREATE TABLE item (id int PRIMARY KEY, parent int REFERENCES item, name text);
INSERT INTO item VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 2, 'b');
CREATE VIEW z AS SELECT id, name FROM item;
CREATE VIEW m AS SELECT id, upper(name) AS name FROM z;
CREATE VIEW a AS SELECT m.id, m.name, z.name AS other FROM m JOIN z USING (id);
CREATE RECURSIVE VIEW tree (id, path) AS
  SELECT id, ARRAY[id] FROM item WHERE parent IS NULL UNION ALL SELECT i.id, t.path || i.id FROM item i JOIN tree t ON i.parent = t.id;
CREATE VIEW all_ids AS SELECT id FROM a UNION SELECT id FROM tree EXCEPT SELECT 99 INTERSECT SELECT 98;
CREATE FUNCTION names() RETURNS SETOF a LANGUAGE sql STABLE AS 'SELECT * FROM a';
CREATE VIEW "0 first" AS SELECT n.id FROM names() n;
