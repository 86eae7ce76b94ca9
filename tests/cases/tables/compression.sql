-- columns with a compression method
-- server: >= 14

CREATE TABLE item (id int, body text COMPRESSION pglz, other text);
INSERT INTO item SELECT n, repeat('body', 5000), repeat('other', 5000) FROM generate_series(1, 10) n;
