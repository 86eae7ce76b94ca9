-- Deletes what a run has entered.
-- params: $1 int8, the run
-- columns: made_schemas int8 (1 where it has made the schema), others int8 (rows of other runs)
-- server: any
-- order: one row
WITH deleted AS (
    DELETE FROM pgsluice.run_ledger AS l WHERE l.run = $1::pg_catalog.int8
    RETURNING l.part, l.rows
)
SELECT (SELECT pg_catalog.count(*) FROM deleted WHERE deleted.part = 'run' AND deleted.rows = 1) AS made_schemas,
       (SELECT pg_catalog.count(*) FROM pgsluice.run_ledger AS l WHERE l.run <> $1::pg_catalog.int8) AS others
 ORDER BY 1;
