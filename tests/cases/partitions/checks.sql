-- checks, defaults, not nulls and storage of partitions that differ from those of the partitioned table

CREATE TABLE item (id int CHECK (id > 0), kind int DEFAULT 1, body text NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE item_1 PARTITION OF item (kind DEFAULT 5 NOT NULL, CONSTRAINT small CHECK (id < 1000)) FOR VALUES IN (1, 5);
CREATE TABLE item_2 PARTITION OF item FOR VALUES IN (2);
ALTER TABLE item_2 ALTER body SET STORAGE EXTERNAL;
ALTER TABLE item_2 ALTER id SET STATISTICS 300;
ALTER TABLE ONLY item ALTER COLUMN id SET DEFAULT 9;
INSERT INTO item VALUES (1, 1, 'a'), (2, 2, 'b');
INSERT INTO item_1 (id, body) VALUES (3, 'c');
