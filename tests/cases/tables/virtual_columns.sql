-- columns generated when read, beside stored ones, in children and partitions
-- server: >= 18

CREATE TABLE item (
  a int NOT NULL,
  twice int GENERATED ALWAYS AS (a * 2) VIRTUAL,
  thrice int GENERATED ALWAYS AS (a * 3) STORED,
  label text COLLATE "C" GENERATED ALWAYS AS ('item ' || a::text),
  known int GENERATED ALWAYS AS (a + 1) CHECK (known > 0)
);
INSERT INTO item VALUES (1), (2);
CREATE TABLE child (b int, other int GENERATED ALWAYS AS (a + b)) INHERITS (item);
INSERT INTO child (a, b) VALUES (3, 4);
CREATE TABLE differs (twice int GENERATED ALWAYS AS (a * 20)) INHERITS (item);
INSERT INTO differs (a) VALUES (5);
CREATE TABLE parts (id int, next int GENERATED ALWAYS AS (id + 1)) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 PARTITION OF parts (next GENERATED ALWAYS AS (id + 100)) FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1), (11);
CREATE VIEW shown AS SELECT twice, label FROM item;
