-- Every privilege of objects whose privileges were ever changed: what is granted now and what the object started with. That is
-- what a new object of its owner has, or what the server or an extension gave it; of objects that came with those only the
-- changed ones are here. The grantee PUBLIC is an empty name.
-- params: none
-- columns: class oid, oid oid, sub_id int4 (column number, 0: the object itself), initial bool (what it started with),
--          position int8 (in the array, so that a grant follows the one it rests on), grantor text, grantee text, privilege text,
--          grantable bool
-- server: any
-- order: class, oid, sub_id, initial, position
WITH object (class, oid, sub_id, kind, owner, current, in_catalog) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
           c.relowner, c.relacl, c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
      FROM pg_catalog.pg_class AS c
     WHERE c.relacl IS NOT NULL
        OR c.oid IN (SELECT v.objoid FROM pg_catalog.pg_init_privs AS v
                      WHERE v.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND v.objsubid = 0)
     UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum::int4, 'c'::"char",
           c.relowner, a.attacl, c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
      FROM pg_catalog.pg_attribute AS a
      JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
     WHERE NOT a.attisdropped
       AND a.attacl IS NOT NULL
     UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum::int4, 'c'::"char",
           c.relowner, a.attacl, c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
      FROM pg_catalog.pg_init_privs AS v
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = v.objoid AND a.attnum = v.objsubid
      JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
     WHERE v.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
       AND v.objsubid <> 0
       AND NOT a.attisdropped
       AND a.attacl IS NULL
     UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0, 'f'::"char",
           p.proowner, p.proacl, p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
      FROM pg_catalog.pg_proc AS p
     WHERE p.proacl IS NOT NULL
        OR p.oid IN (SELECT v.objoid FROM pg_catalog.pg_init_privs AS v
                      WHERE v.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
     UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0, 'T'::"char",
           t.typowner, t.typacl, t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
      FROM pg_catalog.pg_type AS t
     WHERE t.typacl IS NOT NULL
        OR t.oid IN (SELECT v.objoid FROM pg_catalog.pg_init_privs AS v
                      WHERE v.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass)
     UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0, 'n'::"char",
           n.nspowner, n.nspacl, n.nspname = 'pg_catalog'
      FROM pg_catalog.pg_namespace AS n
     UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0, 'l'::"char", l.lanowner, l.lanacl, false
      FROM pg_catalog.pg_language AS l WHERE l.lanispl
     UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, f.oid, 0, 'F'::"char", f.fdwowner, f.fdwacl, false
      FROM pg_catalog.pg_foreign_data_wrapper AS f
     UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, 0, 'S'::"char", s.srvowner, s.srvacl, false
      FROM pg_catalog.pg_foreign_server AS s
), changed (class, oid, sub_id, current, started) AS (
    SELECT o.class, o.oid, o.sub_id, COALESCE(o.current, usual.acl), COALESCE(v.initprivs, usual.acl)
      FROM object AS o
      -- What initdb gave the schema public is not what a database starts with: see pg_dump.
      LEFT JOIN pg_catalog.pg_init_privs AS v
        ON v.classoid = o.class AND v.objoid = o.oid AND v.objsubid = o.sub_id
       AND NOT (o.class = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                AND o.oid = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'public'))
     CROSS JOIN LATERAL (SELECT pg_catalog.acldefault(o.kind, o.owner)) AS usual (acl)
      LEFT JOIN pg_catalog.pg_depend AS e
        ON e.classid = o.class AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype = 'e'
     WHERE (o.current IS NOT NULL OR v.initprivs IS NOT NULL)
       AND CASE
             WHEN e.refobjid IS NOT NULL OR (o.oid < 16384 AND o.in_catalog)
               THEN COALESCE(o.current, usual.acl) IS DISTINCT FROM COALESCE(v.initprivs, usual.acl)
             ELSE o.oid >= 16384
                  OR o.oid = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'public')
           END
     UNION ALL
    -- Default privileges for every schema replace the built-in ones; those for one schema are added to them.
    SELECT 'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid, 0, a.defaclacl,
           CASE WHEN a.defaclnamespace = 0
                  THEN pg_catalog.acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END, a.defaclrole)
           END
      FROM pg_catalog.pg_default_acl AS a
)
SELECT c.class::pg_catalog.oid AS class,
       c.oid AS oid,
       c.sub_id AS sub_id,
       side.initial AS initial,
       e.position AS position,
       pg_catalog.pg_get_userbyid(e.grantor)::text AS grantor,
       CASE WHEN e.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(e.grantee)::text END AS grantee,
       e.privilege_type AS privilege,
       e.is_grantable AS grantable
  FROM changed AS c
 CROSS JOIN LATERAL (VALUES (false, c.current), (true, c.started)) AS side (initial, acl)
 CROSS JOIN LATERAL pg_catalog.aclexplode(side.acl) WITH ORDINALITY
            AS e (grantor, grantee, privilege_type, is_grantable, position)
 ORDER BY 1, 2, 3, 4, 5;
