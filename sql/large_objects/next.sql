-- The next large objects by OID, with the beginning of each.
-- params: $1 oid: the last one before them; $2 int8: how many; $3 int4: how many bytes of each
-- columns: oid oid, owner text, comment text (NULL where there is none), beginning bytea
-- server: any
-- order: oid
SELECT m.oid AS oid,
       pg_catalog.pg_get_userbyid(m.lomowner)::text AS owner,
       pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment,
       pg_catalog.lo_get(m.oid, 0::int8, $3::int4) AS beginning
  FROM (SELECT l.oid, l.lomowner
          FROM pg_catalog.pg_largeobject_metadata AS l
         WHERE l.oid > $1::oid
         ORDER BY l.oid
         LIMIT $2::int8) AS m
 ORDER BY m.oid;
