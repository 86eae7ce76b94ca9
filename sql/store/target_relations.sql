-- The OIDs of relations, on the target.
-- params: $1 text[], references as SQL writes them
-- columns: reference text, oid oid (null where there is none)
-- server: any
-- order: reference
SELECT r.reference AS reference, pg_catalog.to_regclass(r.reference)::pg_catalog.oid AS oid
FROM pg_catalog.unnest($1::pg_catalog.text[]) AS r (reference)
ORDER BY r.reference;
