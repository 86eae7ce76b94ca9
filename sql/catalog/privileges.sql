-- Every privilege of objects whose privileges were ever changed: what is granted now and what the owner's object starts with.
-- Extension members are not here. The grantee PUBLIC is an empty name.
-- columns: class oid, oid oid, sub_id int4 (column number, 0: the object itself), initial bool (what a new object has),
--          position int8 (in the array, so that a grant follows the one it rests on), grantor text, grantee text, privilege text,
--          grantable bool
-- server: any
-- order: class, oid, sub_id, initial, position
WITH object (class, oid, sub_id, kind, owner, current) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
           c.relowner, c.relacl
      FROM pg_catalog.pg_class AS c WHERE c.relacl IS NOT NULL AND c.oid >= 16384
     UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum::int4, 'c'::"char", c.relowner, a.attacl
      FROM pg_catalog.pg_attribute AS a
      JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
     WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND a.attrelid >= 16384
     UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0, 'f'::"char", p.proowner, p.proacl
      FROM pg_catalog.pg_proc AS p WHERE p.proacl IS NOT NULL AND p.oid >= 16384
     UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0, 'T'::"char", t.typowner, t.typacl
      FROM pg_catalog.pg_type AS t WHERE t.typacl IS NOT NULL AND t.oid >= 16384
     UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0, 'n'::"char", n.nspowner, n.nspacl
      FROM pg_catalog.pg_namespace AS n
     WHERE n.nspacl IS NOT NULL AND (n.oid >= 16384 OR n.nspname = 'public')
     UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0, 'l'::"char", l.lanowner, l.lanacl
      FROM pg_catalog.pg_language AS l WHERE l.lanacl IS NOT NULL AND l.oid >= 16384
)
SELECT o.class::pg_catalog.oid AS class,
       o.oid AS oid,
       o.sub_id AS sub_id,
       side.initial AS initial,
       e.position AS position,
       pg_catalog.pg_get_userbyid(e.grantor)::text AS grantor,
       CASE WHEN e.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(e.grantee)::text END AS grantee,
       e.privilege_type AS privilege,
       e.is_grantable AS grantable
  FROM object AS o
 CROSS JOIN LATERAL (VALUES (false, o.current), (true, pg_catalog.acldefault(o.kind, o.owner))) AS side (initial, acl)
 CROSS JOIN LATERAL pg_catalog.aclexplode(side.acl) WITH ORDINALITY
            AS e (grantor, grantee, privilege_type, is_grantable, position)
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = o.class
                      AND d.objid = o.oid
                      AND d.objsubid = 0
                      AND d.deptype = 'e')
 ORDER BY 1, 2, 3, 4, 5;
