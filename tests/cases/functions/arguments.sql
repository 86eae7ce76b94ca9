-- arguments: names, modes, defaults, VARIADIC, polymorphic, RETURNS TABLE, SETOF a table, over a table's row type

CREATE TABLE item (id int PRIMARY KEY, name text);
INSERT INTO item VALUES (1, 'one');
CREATE FUNCTION defaults(a int, b text DEFAULT 'it''s', c timestamptz DEFAULT now(), d int[] DEFAULT '{1}') RETURNS text
  LANGUAGE sql AS 'SELECT a || b';
CREATE FUNCTION in_out(INOUT a int, IN b int, OUT c int) LANGUAGE plpgsql AS 'BEGIN c := a + b; END';
CREATE FUNCTION variadic_sum(start int, VARIADIC numbers int[]) RETURNS bigint LANGUAGE sql AS 'SELECT start + sum(n) FROM unnest(numbers) n';
CREATE FUNCTION polymorphic(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $2[1]';
CREATE FUNCTION returns_table(low int) RETURNS TABLE (id int, "Label" varchar(10)) LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT low, ''x''::varchar(10); END';
CREATE FUNCTION items() RETURNS SETOF item LANGUAGE sql STABLE AS 'SELECT * FROM item';
CREATE FUNCTION label(item) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.name || $1.id';
CREATE FUNCTION column_type(item.name%TYPE) RETURNS item.id%TYPE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION takes_cursor(refcursor) RETURNS refcursor LANGUAGE plpgsql AS 'BEGIN OPEN $1 FOR SELECT 1; RETURN $1; END';
CREATE VIEW labelled AS SELECT i.label, items.id FROM item i, items();
