-- Records what has become of the objects a request was to make, and with $3 that the target is ready for rows.
-- params: $1 text, the request's key, $2 jsonb, an array of {"kind": text, "reference": text, "oid": oid or null, "is_refused": bool}, $3 bool
-- columns: request_key text
-- server: any
-- order: one row at most
WITH told AS (
    UPDATE pgsluice.made_object AS o
    SET oid = r.oid, is_refused = r.is_refused
    FROM pg_catalog.jsonb_to_recordset($2::pg_catalog.jsonb) AS r (
        kind pg_catalog.text, reference pg_catalog.text, oid pg_catalog.oid, is_refused pg_catalog.bool
    )
    WHERE o.request_key = $1::pg_catalog.text AND o.kind = r.kind AND o.reference = r.reference
), changed AS (
    UPDATE pgsluice.request AS q
    SET stage = CASE WHEN $3::pg_catalog.bool THEN 'made' ELSE q.stage END, seen_at = pg_catalog.now()
    WHERE q.request_key = $1::pg_catalog.text
    RETURNING q.request_key
)
SELECT request_key FROM changed
ORDER BY request_key;
