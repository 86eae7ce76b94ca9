-- What is known of a request.
-- params: $1 text, the request's key
-- columns: status text, stage text, started_at text, ended_at text, host text, target_system text, target_database oid, schema_digest text, large_objects bool
-- server: any
-- order: one row at most
SELECT
    r.status AS status,
    r.stage AS stage,
    pg_catalog.to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS started_at,
    pg_catalog.to_char(r.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS ended_at,
    r.host AS host,
    r.target_system AS target_system,
    r.target_database AS target_database,
    r.schema_digest AS schema_digest,
    r.large_objects AS large_objects
FROM pgsluice.request AS r
WHERE r.request_key = $1::pg_catalog.text
ORDER BY 1;
