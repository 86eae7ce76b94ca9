-- Security labels of this database's objects and their columns, and of all roles and subscriptions. Those of large objects are
-- read with them.
-- params: none
-- columns: class oid, oid oid, sub_id int4 (column number, 0: the object itself), provider text, label text,
--          kind text, identity text (as pg_identify_object writes them)
-- server: any
-- order: class, oid, sub_id, provider
SELECT s.classoid AS class,
       s.objoid AS oid,
       s.objsubid AS sub_id,
       s.provider AS provider,
       s.label AS label,
       COALESCE(i.type, 'object') AS kind,
       COALESCE(i.identity, 'that is gone') AS identity
  FROM (SELECT o.classoid, o.objoid, o.objsubid, o.provider, o.label
          FROM pg_catalog.pg_seclabel AS o
         WHERE o.classoid <> 'pg_catalog.pg_largeobject'::pg_catalog.regclass
         UNION ALL
        SELECT h.classoid, h.objoid, 0, h.provider, h.label
          FROM pg_catalog.pg_shseclabel AS h
         WHERE h.classoid IN ('pg_catalog.pg_authid'::pg_catalog.regclass, 'pg_catalog.pg_subscription'::pg_catalog.regclass)) AS s
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i (type, schema, name, identity)
 ORDER BY s.classoid, s.objoid, s.objsubid, s.provider;
