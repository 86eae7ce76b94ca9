-- columns dropped and added again, so that attribute numbers have holes; a table with every column dropped

CREATE TABLE item (a int, b text, c int DEFAULT 5, d int);
INSERT INTO item VALUES (1, 'one', 1, 1), (2, 'two', 2, 2);
ALTER TABLE item DROP COLUMN b;
ALTER TABLE item ADD COLUMN b text DEFAULT 'again';
ALTER TABLE item DROP COLUMN a;
ALTER TABLE item ADD COLUMN e numeric NOT NULL DEFAULT 1.5;
INSERT INTO item (c, d, b) VALUES (3, 3, 'three');
ALTER TABLE item ADD PRIMARY KEY (d);
CREATE INDEX ON item (e, c);
CREATE TABLE hollow (a int, b int);
INSERT INTO hollow VALUES (1, 1), (2, 2), (3, 3);
ALTER TABLE hollow DROP COLUMN a, DROP COLUMN b;
