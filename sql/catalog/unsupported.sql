-- Objects a user made of kinds that are not regenerated, so that a run can name them, and what is said about objects
-- without being regenerated.
-- columns: class oid, oid oid (0: not an object that others can need), kind text, schema text ('' where it is in none),
--          identity text
-- server: any
-- order: kind, identity
WITH object (class, oid) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid FROM pg_catalog.pg_class AS c WHERE c.relkind = 'f'
     UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, f.oid FROM pg_catalog.pg_foreign_data_wrapper AS f
     UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, f.oid FROM pg_catalog.pg_foreign_server AS f
     UNION ALL
    SELECT 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, u.umid FROM pg_catalog.pg_user_mappings AS u
     UNION ALL
    SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid FROM pg_catalog.pg_event_trigger AS e
     UNION ALL
    SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid FROM pg_catalog.pg_publication AS p
     UNION ALL
    SELECT 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid
      FROM pg_catalog.pg_subscription AS s
      JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
     WHERE d.datname = pg_catalog.current_database()
     UNION ALL
    SELECT 'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid FROM pg_catalog.pg_default_acl AS a
)
SELECT o.class::pg_catalog.oid AS class,
       o.oid AS oid,
       i.type AS kind,
       COALESCE(i.schema, '') AS schema,
       i.identity AS identity
  FROM object AS o
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class, o.oid, 0) AS i (type, schema, name, identity)
 WHERE o.oid >= 16384
   AND COALESCE(i.schema, '') !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = o.class
                      AND d.objid = o.oid
                      AND d.objsubid = 0
                      AND d.deptype = 'e')
 UNION ALL
SELECT 'pg_catalog.pg_largeobject'::pg_catalog.regclass::pg_catalog.oid, 0::pg_catalog.oid, 'large objects', '', n.count || ' of them'
  FROM (SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_largeobject_metadata) AS n (count)
 WHERE n.count <> '0'
 UNION ALL
SELECT s.classoid, 0::pg_catalog.oid, 'security label of', '',
       (SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i)
  FROM pg_catalog.pg_seclabel AS s
 UNION ALL
SELECT p.classoid, 0::pg_catalog.oid, 'changed privileges of', '', i.type || ' ' || i.identity
  FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classoid, c.oid AS objoid, 0 AS objsubid,
               c.relacl AS current, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS usual
          FROM pg_catalog.pg_class AS c
         UNION ALL
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, a.attrelid, a.attnum::int4,
               NULLIF(a.attacl, '{}'), NULL
          FROM pg_catalog.pg_attribute AS a
         UNION ALL
        SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, f.oid, 0,
               f.proacl, pg_catalog.acldefault('f', f.proowner)
          FROM pg_catalog.pg_proc AS f
         UNION ALL
        SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid, n.oid, 0,
               n.nspacl, pg_catalog.acldefault('n', n.nspowner)
          FROM pg_catalog.pg_namespace AS n
         WHERE n.nspname <> 'public') AS p
  LEFT JOIN pg_catalog.pg_init_privs AS v
    ON v.classoid = p.classoid AND v.objoid = p.objoid AND v.objsubid = p.objsubid
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(p.classoid, p.objoid, p.objsubid) AS i (type, schema, name, identity)
 WHERE ((p.objoid < 16384 AND COALESCE(i.schema, i.name) = 'pg_catalog')
        OR EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = p.classoid AND d.objid = p.objoid AND d.objsubid = 0 AND d.deptype = 'e'))
   AND COALESCE(p.current, v.initprivs, p.usual) IS DISTINCT FROM COALESCE(v.initprivs, p.usual)
 ORDER BY 3, 4, 5;
