-- What large objects take, in bytes, with their index.
-- params: none
-- columns: bytes int8
-- server: any
-- order: one row
SELECT pg_catalog.pg_total_relation_size('pg_catalog.pg_largeobject'::pg_catalog.regclass) AS bytes
 ORDER BY 1;
