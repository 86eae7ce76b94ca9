-- Deletes what runs have left that are gone: nobody holds their locks. The run that asks does not count.
-- params: $1 int8, the run that asks
-- columns: made_schemas int8 (how many of them have made the schema), forgotten int8 (rows)
-- server: any
-- order: one row
WITH dead AS MATERIALIZED (
    SELECT l.run FROM pgsluice.run_ledger AS l
     WHERE l.relation = 0 AND l.part = 'run' AND l.run <> $1::pg_catalog.int8 AND pg_catalog.pg_try_advisory_xact_lock(l.run)
), deleted AS (
    DELETE FROM pgsluice.run_ledger AS l USING dead WHERE l.run = dead.run
    RETURNING l.part, l.rows
)
SELECT pg_catalog.count(*) FILTER (WHERE deleted.part = 'run' AND deleted.rows = 1) AS made_schemas,
       pg_catalog.count(*) AS forgotten
  FROM deleted
 ORDER BY 1;
