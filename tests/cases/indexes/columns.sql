-- index columns: expressions, order, nulls, collations, operator classes with parameters, INCLUDE, predicates

CREATE FUNCTION initials(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left($1, 1)';
CREATE TABLE item (id int, name text, other text, n numeric, body tsvector);
INSERT INTO item SELECT n, 'name ' || n, md5(n::text), n / 3.0, to_tsvector('simple', 'a' || n) FROM generate_series(1, 200) n;
CREATE INDEX ON item (lower(name), (n * 2), id);
CREATE INDEX ON item (initials(name));
CREATE INDEX ON item (n DESC NULLS LAST, id ASC NULLS FIRST, name DESC);
CREATE INDEX ON item (name COLLATE "POSIX" text_pattern_ops, other varchar_pattern_ops DESC);
CREATE UNIQUE INDEX "Unique One" ON item (id) INCLUDE (name, other) WHERE id > 10 AND name <> 'it''s';
CREATE INDEX ON item ((id IS NULL)) WHERE other LIKE 'a%';
CREATE INDEX ON item ((name || other));
ALTER INDEX item_lower_expr_id_idx ALTER COLUMN 1 SET STATISTICS 400;
ALTER INDEX item_lower_expr_id_idx ALTER COLUMN 2 SET STATISTICS 50;
