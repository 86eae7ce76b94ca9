-- Types of which nothing is known but the name: CREATE TYPE s.t, for others to refer to.
-- params: none
-- columns: oid oid, schema text, name text, owner text
-- server: any
-- order: schema, name
SELECT t.oid AS oid,
       n.nspname::text AS schema,
       t.typname::text AS name,
       pg_catalog.pg_get_userbyid(t.typowner)::text AS owner
  FROM pg_catalog.pg_type AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
 WHERE NOT t.typisdefined
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, t.typname;
