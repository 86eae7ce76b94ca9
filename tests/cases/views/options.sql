-- views: options, check options, defaults, column names, renamed columns, every part of a query

CREATE TABLE item (id int PRIMARY KEY, name text, amount numeric, hidden boolean DEFAULT false);
INSERT INTO item SELECT n, 'name ' || n, n / 2.0, n % 3 = 0 FROM generate_series(1, 10) n;
CREATE VIEW plain AS SELECT * FROM item;
CREATE VIEW "Named ""columns""" ("A b", c) AS SELECT id, name FROM item;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id FROM item WHERE NOT hidden;
CREATE VIEW local_check AS SELECT id, name FROM item WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW cascaded_check WITH (security_barrier = true) AS SELECT id, name FROM local_check WHERE id < 100 WITH CASCADED CHECK OPTION;
CREATE VIEW with_default AS SELECT id, name FROM item;
ALTER VIEW with_default ALTER COLUMN name SET DEFAULT 'from the view';
CREATE VIEW renamed AS SELECT id, name FROM item;
ALTER TABLE renamed RENAME COLUMN name TO label;
CREATE VIEW query AS
  WITH big AS (SELECT * FROM item WHERE amount > 1)
  SELECT DISTINCT ON (b.name) b.id, b.name, sum(i.amount) FILTER (WHERE i.amount > 2) OVER (PARTITION BY b.name ORDER BY i.id ROWS 2 PRECEDING) AS sum,
         CASE WHEN b.hidden THEN 'it''s "hidden"' ELSE E'tab\t' END AS label, ARRAY(SELECT 1 UNION ALL SELECT 2) AS numbers,
         l.x
    FROM big b JOIN item i USING (id) CROSS JOIN LATERAL (VALUES (i.id), (i.id + 1)) l (x)
   WHERE EXISTS (SELECT FROM item j WHERE j.id = b.id) AND i.name NOT LIKE 'x%'
   ORDER BY b.name, b.id DESC NULLS LAST
  LIMIT 100 OFFSET 0;
CREATE VIEW no_columns AS SELECT;
CREATE VIEW row_values AS SELECT item AS whole, ARRAY[item] AS wholes FROM item;
CREATE TEMPORARY VIEW temporary AS SELECT 1 AS one;
