-- Security labels of this database's objects and their columns.
-- params: none
-- columns: class oid, oid oid, sub_id int4 (column number, 0: the object itself), provider text, label text,
--          identity text (for people)
-- server: any
-- order: class, oid, sub_id, provider
SELECT s.classoid AS class,
       s.objoid AS oid,
       s.objsubid AS sub_id,
       s.provider AS provider,
       s.label AS label,
       COALESCE(i.type || ' ' || i.identity, 'an object that is gone') AS identity
  FROM pg_catalog.pg_seclabel AS s
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i (type, schema, name, identity)
 ORDER BY s.classoid, s.objoid, s.objsubid, s.provider;
