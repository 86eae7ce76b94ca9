-- Enters a run. Its commit waits for the disk, and everything that was committed before is durable with it.
-- params: $1 int8, the run; $2 int8, 1 where it, or a run that is gone, has made the schema
-- columns: setting text
-- server: any
-- order: one row
WITH entered AS (
    INSERT INTO pgsluice.run_ledger (run, relation, part, rows)
    VALUES ($1::pg_catalog.int8, 0, 'run', $2::pg_catalog.int8)
    RETURNING run
)
SELECT pg_catalog.set_config('synchronous_commit', 'on', true) AS setting FROM entered
 ORDER BY entered.run;
