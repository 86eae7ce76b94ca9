-- How many large objects there are.
-- params: none
-- columns: count int8
-- server: any
-- order: none: one row
SELECT pg_catalog.count(*) AS count
  FROM pg_catalog.pg_largeobject_metadata
 ORDER BY 1;
