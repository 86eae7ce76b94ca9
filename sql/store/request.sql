-- Records what is asked for. A request for the same tables that a former run left unfinished is taken up again, because
-- pgstream allows one unfinished request for the same tables (by a unique index); but not one that belongs to another request of
-- ours, which has another source or target.
-- params: $1 jsonb, an array of {"schema_name": text, "table_names": array of text}, $2 text, the request's key
-- columns: req_id int4, schema_name text
-- server: any
-- order: req_id
WITH asked AS (
    SELECT DISTINCT r.schema_name, r.table_names
    FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS r (
        schema_name pg_catalog.text, table_names pg_catalog.text[]
    )
), renewed AS (
    UPDATE pgstream.snapshot_requests AS q
    SET status = 'requested', errors = NULL, updated_at = pg_catalog.now()
    FROM asked
    WHERE q.req_id = (
        SELECT pg_catalog.min(u.req_id)
        FROM pgstream.snapshot_requests AS u
        WHERE u.schema_name = asked.schema_name AND u.table_names = asked.table_names AND u.status <> 'completed'
          AND NOT EXISTS (
              SELECT
              FROM pgsluice.request AS r
              WHERE u.req_id = ANY (r.req_ids) AND r.request_key <> $2::pg_catalog.text
          )
    )
    RETURNING q.req_id, q.schema_name, q.table_names
), inserted AS (
    INSERT INTO pgstream.snapshot_requests (schema_name, table_names, created_at, updated_at, status)
    SELECT asked.schema_name, asked.table_names, pg_catalog.now(), pg_catalog.now(), 'requested'
    FROM asked
    WHERE NOT EXISTS (
        SELECT
        FROM renewed
        WHERE renewed.schema_name = asked.schema_name AND renewed.table_names = asked.table_names
    )
    ORDER BY asked.schema_name, asked.table_names
    RETURNING req_id, schema_name
)
SELECT req_id, schema_name FROM renewed
UNION ALL
SELECT req_id, schema_name FROM inserted
ORDER BY req_id;
