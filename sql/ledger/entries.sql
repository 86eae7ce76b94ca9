-- What a run has committed, and the row of the run itself.
-- params: $1 int8, the run
-- columns: relation oid, part text, rows int8
-- server: any
-- order: relation, part
SELECT l.relation AS relation, l.part AS part, l.rows AS rows
  FROM pgsluice.run_ledger AS l
 WHERE l.run = $1::pg_catalog.int8
 ORDER BY l.relation, l.part;
