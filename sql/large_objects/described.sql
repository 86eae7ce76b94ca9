-- Owners and comments of some large objects, those of them that are there.
-- params: $1 oid[]: the large objects
-- columns: oid oid, owner text, comment text (NULL where there is none)
-- server: any
-- order: oid
SELECT m.oid AS oid,
       pg_catalog.pg_get_userbyid(m.lomowner)::text AS owner,
       pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment
  FROM pg_catalog.pg_largeobject_metadata AS m
 WHERE m.oid = ANY ($1::oid[])
 ORDER BY m.oid;
