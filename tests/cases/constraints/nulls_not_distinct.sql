-- unique keys and indexes in which NULL equals NULL
-- server: >= 15

CREATE TABLE item (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE UNIQUE INDEX ON item (b) NULLS NOT DISTINCT WHERE a IS NULL;
INSERT INTO item VALUES (NULL, NULL), (1, NULL), (NULL, 1);
