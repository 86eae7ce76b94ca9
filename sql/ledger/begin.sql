-- Enters a run. Its commit waits for the disk, and everything that was committed before is durable with it.
-- params: $1 int8, the run; $2 int8, 1 where it has made the schema; so it counts where an earlier run that is still entered has
-- columns: setting text
-- server: any
-- order: one row
WITH entered AS (
    INSERT INTO pgsluice.run_ledger (run, relation, part, rows)
    SELECT $1::pg_catalog.int8, 0, 'run',
           GREATEST($2::pg_catalog.int8,
                    (SELECT pg_catalog.max(l.rows) FROM pgsluice.run_ledger AS l WHERE l.relation = 0 AND l.part = 'run'))
    RETURNING run
)
SELECT pg_catalog.set_config('synchronous_commit', 'on', true) AS setting FROM entered
 ORDER BY entered.run;
