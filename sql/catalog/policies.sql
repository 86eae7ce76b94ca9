-- Row-level security policies. The role PUBLIC is an empty name.
-- params: none
-- columns: oid oid, name text, relation oid, command text (polcmd), permissive bool, roles text[], using_expression text,
--          check_expression text (both NULL where there is none)
-- server: any
-- order: relation, name
SELECT p.oid AS oid,
       p.polname::text AS name,
       p.polrelid AS relation,
       p.polcmd::text AS command,
       p.polpermissive AS permissive,
       ARRAY(SELECT COALESCE(a.rolname::text, '')
               FROM pg_catalog.unnest(p.polroles) AS role (oid)
               LEFT JOIN pg_catalog.pg_roles AS a ON a.oid = role.oid
              ORDER BY 1) AS roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using_expression,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS check_expression
  FROM pg_catalog.pg_policy AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
                      AND d.objid = p.oid
                      AND d.deptype = 'e')
 ORDER BY p.polrelid, p.polname;
