-- What a user made or said that is not regenerated, so that a run can name it.
-- params: none
-- columns: class oid, oid oid (0: not an object that others can need), kind text, schema text ('' where it is in none),
--          identity text
-- server: any
-- order: kind, identity
SELECT 'pg_catalog.pg_largeobject'::pg_catalog.regclass::pg_catalog.oid AS class,
       0::pg_catalog.oid AS oid,
       'large objects' AS kind,
       '' AS schema,
       n.count || ' of them' AS identity
  FROM (SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_largeobject_metadata) AS n (count)
 WHERE n.count <> '0'
 UNION ALL
SELECT s.classoid, 0::pg_catalog.oid, 'security label of', '',
       (SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i)
  FROM pg_catalog.pg_seclabel AS s
 ORDER BY 3, 4, 5;
