-- The tables whose rows a request copies or has copied.
-- params: $1 text, the request's key
-- columns: schema_name text, table_name text, oid oid, rows_before int8, status text, snapshot_at text, rows_loaded int8
-- server: any
-- order: schema_name, table_name
SELECT
    t.schema_name AS schema_name,
    t.table_name AS table_name,
    t.oid AS oid,
    t.rows_before AS rows_before,
    t.status AS status,
    pg_catalog.to_char(t.snapshot_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS snapshot_at,
    t.rows_loaded AS rows_loaded
FROM pgsluice.loaded_table AS t
WHERE t.request_key = $1::pg_catalog.text
ORDER BY t.schema_name, t.table_name;
