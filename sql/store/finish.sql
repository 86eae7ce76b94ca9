-- Records how the requests ended.
-- params: $1 jsonb, an array of {"req_id": int4, "status": text, "errors": object or null}
-- columns: req_id int4 (of the rows that were there)
-- server: any
-- order: req_id
WITH finished AS (
    UPDATE pgstream.snapshot_requests AS q
    SET status = r.status, errors = r.errors, updated_at = pg_catalog.now()
    FROM pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS r (
        req_id pg_catalog.int4, status pg_catalog.text, errors pg_catalog.jsonb
    )
    WHERE q.req_id = r.req_id
    RETURNING q.req_id
)
SELECT req_id FROM finished
ORDER BY req_id;
