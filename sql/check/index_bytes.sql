-- What the indexes of tables take, in bytes.
-- params: $1 oid[], the tables
-- columns: bytes int8
-- server: any
-- order: one row
SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_relation_size(i.indexrelid)), 0)::int8 AS bytes
  FROM pg_catalog.pg_index AS i
 WHERE i.indrelid = ANY ($1)
 ORDER BY 1;
