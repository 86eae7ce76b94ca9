-- The objects that a request makes or has made.
-- params: $1 text, the request's key
-- columns: kind text, reference text, oid oid, is_refused bool
-- server: any
-- order: place
SELECT o.kind AS kind, o.reference AS reference, o.oid AS oid, o.is_refused AS is_refused
FROM pgsluice.made_object AS o
WHERE o.request_key = $1::pg_catalog.text
ORDER BY o.place;
