-- Drops those of some large objects that are there.
-- params: $1 oid[]: the large objects
-- columns: count int8
-- server: any
-- order: none: one row
SELECT pg_catalog.count(pg_catalog.lo_unlink(l.oid)) AS count
  FROM pg_catalog.pg_largeobject_metadata AS l
 WHERE l.oid = ANY ($1::oid[])
 ORDER BY 1;
