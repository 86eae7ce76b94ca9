-- checks and foreign keys that are not enforced, with rows that break them
-- server: >= 18

CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (
  id int CONSTRAINT low CHECK (id < 10) NOT ENFORCED,
  parent_id int CONSTRAINT of_parent REFERENCES parent ON DELETE CASCADE NOT ENFORCED,
  other_id int REFERENCES parent DEFERRABLE NOT ENFORCED,
  CONSTRAINT odd CHECK (id % 2 = 1) NO INHERIT NOT ENFORCED
);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (100, 100, 100), (1, 1, 1);
CREATE TABLE grandchild () INHERITS (child);
INSERT INTO grandchild VALUES (200, 1, 2);
CREATE TABLE parts (id int, parent_id int REFERENCES parent NOT ENFORCED) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
INSERT INTO parts VALUES (1, 1);
