-- The tables of every request, with how far they are.
-- params: none
-- columns: request_key text, schema_name text, table_name text, status text, snapshot text, snapshot_at text, chunks int4, chunks_loaded int4, rows_loaded int8, bytes_loaded int8, bytes_estimate int8
-- server: any
-- order: request_key, schema_name, table_name
SELECT
    t.request_key AS request_key,
    t.schema_name AS schema_name,
    t.table_name AS table_name,
    t.status AS status,
    t.snapshot AS snapshot,
    pg_catalog.to_char(t.snapshot_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS snapshot_at,
    t.chunks AS chunks,
    t.chunks_loaded AS chunks_loaded,
    t.rows_loaded AS rows_loaded,
    t.bytes_loaded AS bytes_loaded,
    t.bytes_estimate AS bytes_estimate
FROM pgsluice.loaded_table AS t
ORDER BY t.request_key, t.schema_name, t.table_name;
