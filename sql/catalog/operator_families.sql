-- Operator families. Their members are in family_operators.sql and family_functions.sql.
-- params: none
-- columns: oid oid, schema text, name text, owner text, access_method text
-- server: any
-- order: schema, name, access_method
SELECT f.oid AS oid,
       n.nspname::text AS schema,
       f.opfname::text AS name,
       pg_catalog.pg_get_userbyid(f.opfowner)::text AS owner,
       m.amname::text AS access_method
  FROM pg_catalog.pg_opfamily AS f
  JOIN pg_catalog.pg_namespace AS n ON n.oid = f.opfnamespace
  JOIN pg_catalog.pg_am AS m ON m.oid = f.opfmethod
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
                      AND d.objid = f.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, f.opfname, m.amname;
