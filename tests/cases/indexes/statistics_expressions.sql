-- extended statistics of expressions, and their targets
-- server: >= 14

CREATE FUNCTION initial(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left($1, 1)';
CREATE TABLE item (a int, b text);
CREATE STATISTICS one ON (lower(b)) FROM item;
CREATE STATISTICS several (ndistinct, mcv) ON a, (initial(b)), (a % 7) FROM item;
ALTER STATISTICS several SET STATISTICS 300;
CREATE STATISTICS none ON a, b FROM item;
ALTER STATISTICS none SET STATISTICS 0;
