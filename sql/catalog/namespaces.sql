-- The schemas a user made, and public.
-- params: none
-- columns: oid oid, name text, owner text
-- server: any
-- order: name
SELECT n.oid AS oid,
       n.nspname::text AS name,
       pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                      AND d.objid = n.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname;
