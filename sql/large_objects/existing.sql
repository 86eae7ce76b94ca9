-- How many of some large objects are there, and which is the first.
-- params: $1 oid[]: the large objects
-- columns: count int8, first oid (NULL where there is none)
-- server: any
-- order: none: one row
SELECT pg_catalog.count(*) AS count,
       pg_catalog.min(l.oid) AS first
  FROM pg_catalog.pg_largeobject_metadata AS l
 WHERE l.oid = ANY ($1::oid[])
 ORDER BY 1;
