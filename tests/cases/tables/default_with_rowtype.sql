-- a default and a check that call functions over the table's own row type

CREATE TABLE item (id int, score int, rank int);
CREATE FUNCTION fresh_rank(item DEFAULT NULL) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 7; END';
CREATE FUNCTION is_good(item) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.score > 0';
ALTER TABLE item ALTER rank SET DEFAULT fresh_rank();
ALTER TABLE item ADD CONSTRAINT good CHECK (is_good(item));
INSERT INTO item (id, score) VALUES (1, 10), (2, 20);
