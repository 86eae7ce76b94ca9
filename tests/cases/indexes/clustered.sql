-- tables clustered on an index and on a primary key

CREATE TABLE item (id int PRIMARY KEY, n int);
INSERT INTO item SELECT n, 1000 - n FROM generate_series(1, 1000) n;
CREATE INDEX item_n ON item (n);
CLUSTER item USING item_n;
CREATE TABLE by_key (id int PRIMARY KEY, n int);
ALTER TABLE by_key CLUSTER ON by_key_pkey;
