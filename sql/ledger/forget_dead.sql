-- Deletes what runs have left that are gone: nobody holds their locks.
-- params: none
-- columns: made_schemas int8 (how many of them have made the schema)
-- server: any
-- order: one row
WITH dead AS MATERIALIZED (
    SELECT l.run FROM pgsluice.run_ledger AS l
     WHERE l.relation = 0 AND pg_catalog.pg_try_advisory_xact_lock(l.run)
), deleted AS (
    DELETE FROM pgsluice.run_ledger AS l USING dead WHERE l.run = dead.run
    RETURNING l.relation, l.rows
)
SELECT pg_catalog.count(*) AS made_schemas FROM deleted WHERE deleted.relation = 0 AND deleted.rows = 1
 ORDER BY 1;
