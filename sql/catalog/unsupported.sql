-- What is said about objects without being regenerated, so that a run can name it: security labels.
-- params: none
-- columns: class oid, oid oid (0: not an object that others can need), kind text, schema text ('' where it is in none),
--          identity text
-- server: any
-- order: kind, identity
SELECT s.classoid AS class,
       0::pg_catalog.oid AS oid,
       'security label of' AS kind,
       '' AS schema,
       i.type || ' ' || i.identity AS identity
  FROM pg_catalog.pg_seclabel AS s
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i (type, schema, name, identity)
 ORDER BY 3, 5;
