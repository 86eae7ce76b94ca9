-- Text search templates. They have no owner.
-- params: none
-- columns: oid oid, schema text, name text, init text (NULL where there is none), lexize text (functions, as regproc writes them)
-- server: any
-- order: schema, name
SELECT t.oid AS oid,
       n.nspname::text AS schema,
       t.tmplname::text AS name,
       CASE WHEN t.tmplinit::pg_catalog.oid <> 0 THEN t.tmplinit::text END AS init,
       t.tmpllexize::text AS lexize
  FROM pg_catalog.pg_ts_template AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, t.tmplname;
