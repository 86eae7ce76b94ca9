-- SQL-standard bodies, which depend on what they name; a procedure with OUT arguments
-- server: >= 14

CREATE TABLE item (id int PRIMARY KEY, name text);
INSERT INTO item VALUES (1, 'one');
CREATE FUNCTION a_return(x int) RETURNS int IMMUTABLE RETURN x + 1;
CREATE FUNCTION a_atomic(n int DEFAULT 1) RETURNS SETOF item STABLE BEGIN ATOMIC
  SELECT id, name FROM item WHERE id >= n ORDER BY id;
  SELECT i.id, i.name || '''quoted"' FROM item i WHERE i.id = a_return(n);
END;
CREATE VIEW item_view AS SELECT * FROM item;
CREATE FUNCTION a_view_count() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM item_view; END;
CREATE VIEW a_view AS SELECT a_view_count() AS n;
CREATE PROCEDURE add_item(IN id int, IN name text, OUT count bigint) BEGIN ATOMIC
  INSERT INTO item VALUES (id, name);
  SELECT count(*) FROM item;
END;
CREATE FUNCTION needs_key() RETURNS TABLE (id int, name text, n bigint) BEGIN ATOMIC
  SELECT item.id, item.name, count(*) FROM item GROUP BY item.id;
END;
CREATE TABLE with_default (id int DEFAULT a_return(1));
