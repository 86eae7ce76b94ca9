-- Records how a run ended. What a completed request has made is the user's from then on: it is no longer known as made by it.
-- params: $1 text, the request's key, $2 text, completed, failed or interrupted, $3 jsonb, the errors, or null
-- columns: request_key text
-- server: any
-- order: one row at most
WITH ended AS (
    UPDATE pgsluice.request AS q
    SET status = $2::pg_catalog.text, errors = $3::pg_catalog.jsonb, ended_at = pg_catalog.now(),
        seen_at = pg_catalog.now()
    WHERE q.request_key = $1::pg_catalog.text
    RETURNING q.request_key
), forgotten AS (
    DELETE FROM pgsluice.made_object AS o
    WHERE o.request_key = $1::pg_catalog.text AND $2::pg_catalog.text = 'completed'
)
SELECT request_key FROM ended
ORDER BY request_key;
