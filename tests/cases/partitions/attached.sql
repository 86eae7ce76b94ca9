-- partitions attached later: another column order, dropped columns, columns dropped in the parent, a detached one
-- pg_dump differs: >= 18

CREATE TABLE item (gone int, id int NOT NULL, kind text, amount numeric) PARTITION BY LIST (kind);
CREATE TABLE reordered (amount numeric, kind text, extra int, id int NOT NULL, gone int);
ALTER TABLE reordered DROP COLUMN extra;
ALTER TABLE item ATTACH PARTITION reordered FOR VALUES IN ('a');
CREATE TABLE straight PARTITION OF item FOR VALUES IN ('b');
ALTER TABLE item DROP COLUMN gone;
CREATE TABLE free PARTITION OF item FOR VALUES IN ('c');
ALTER TABLE item DETACH PARTITION free;
INSERT INTO item (id, kind, amount) VALUES (1, 'a', 1.5), (2, 'b', 2.5), (3, 'a', NULL);
INSERT INTO free (id, kind, amount) VALUES (9, 'z', 9);
