-- Sizes of tables that have storage, and how many rows the last VACUUM or ANALYZE saw.
-- params: none
-- columns: oid oid, heap_bytes int8, toast_bytes int8, block_bytes int8,
--          rows_estimate int8 (less than 0, or before 14 less than 1: unknown)
-- server: any
-- order: oid
SELECT c.oid AS oid,
       pg_catalog.pg_relation_size(c.oid) AS heap_bytes,
       CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE pg_catalog.pg_total_relation_size(c.reltoastrelid) END AS toast_bytes,
       pg_catalog.current_setting('block_size')::int8 AS block_bytes,
       c.reltuples::int8 AS rows_estimate
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r'
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY c.oid;
