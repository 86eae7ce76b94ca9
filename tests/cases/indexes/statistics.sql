-- extended statistics of every kind, in another schema, of a partitioned and a foreign table and a materialized view; comment and owner
-- roles: case_owner

CREATE SCHEMA app;
CREATE TABLE item (a int, b int, c text, d numeric);
INSERT INTO item SELECT n % 10, n % 5, 'c' || n % 3, n FROM generate_series(1, 100) n;
CREATE STATISTICS every ON a, b, c FROM item;
CREATE STATISTICS app."Some ""of"" them" (ndistinct, dependencies) ON b, a FROM item;
CREATE STATISTICS most_common (mcv) ON a, c, d FROM item;
COMMENT ON STATISTICS every IS 'it''s all';
ALTER STATISTICS most_common OWNER TO case_owner;
CREATE TABLE parts (a int, b int) PARTITION BY LIST (a);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE STATISTICS of_parts ON a, b FROM parts;
CREATE MATERIALIZED VIEW total AS SELECT a, b, count(*) AS n FROM item GROUP BY a, b;
CREATE STATISTICS of_total ON a, n FROM total;
