-- When the transaction began whose snapshot a run reads, on the source.
-- params: none
-- columns: at text
-- server: any
-- order: one row
SELECT pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"') AS at
ORDER BY 1;
