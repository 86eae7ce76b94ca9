-- The OIDs of the next large objects.
-- params: $1 oid: the last one before them; $2 int8: how many
-- columns: oid oid
-- server: any
-- order: oid
SELECT l.oid AS oid
  FROM pg_catalog.pg_largeobject_metadata AS l
 WHERE l.oid > $1::oid
 ORDER BY l.oid
 LIMIT $2::int8;
