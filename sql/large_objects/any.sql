-- Whether the target has any large object.
-- params: none
-- columns: has_any bool
-- server: any
-- order: one row
SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata) AS has_any
ORDER BY 1;
