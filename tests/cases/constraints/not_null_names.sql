-- not-null constraints: named, not inherited, not valid, of children and partitions, with comments
-- server: >= 18

CREATE TABLE item (
  id int CONSTRAINT "id is known" NOT NULL,
  usual text NOT NULL,
  a int,
  b int,
  CONSTRAINT a_known NOT NULL a NO INHERIT
);
COMMENT ON CONSTRAINT "id is known" ON item IS 'it''s known';
INSERT INTO item VALUES (1, 'x', 1, NULL);
ALTER TABLE item ADD CONSTRAINT b_known NOT NULL b NOT VALID;
CREATE TABLE child (CONSTRAINT own NOT NULL a) INHERITS (item);
INSERT INTO child VALUES (2, 'y', 2, 3);
CREATE TABLE base (id int PRIMARY KEY, n int);
CREATE TABLE stricter (n int NOT NULL) INHERITS (base);
CREATE TABLE parts (id int CONSTRAINT parts_id NOT NULL, n int) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts (n CONSTRAINT "n, here" NOT NULL) FOR VALUES IN (1);
CREATE TABLE parts_2 (n int, id int CONSTRAINT other_name NOT NULL);
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES IN (2);
INSERT INTO parts VALUES (1, 1), (2, NULL);
CREATE TABLE keyed (id int CONSTRAINT key_column NOT NULL, PRIMARY KEY (id));
