-- Text search dictionaries.
-- params: none
-- columns: oid oid, schema text, name text, owner text, template_schema text, template_name text,
--          options text (as CREATE TEXT SEARCH DICTIONARY takes them; NULL for none)
-- server: any
-- order: schema, name
SELECT d.oid AS oid,
       n.nspname::text AS schema,
       d.dictname::text AS name,
       pg_catalog.pg_get_userbyid(d.dictowner)::text AS owner,
       tn.nspname::text AS template_schema,
       t.tmplname::text AS template_name,
       d.dictinitoption AS options
  FROM pg_catalog.pg_ts_dict AS d
  JOIN pg_catalog.pg_namespace AS n ON n.oid = d.dictnamespace
  JOIN pg_catalog.pg_ts_template AS t ON t.oid = d.dicttemplate
  JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.tmplnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS m
                    WHERE m.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
                      AND m.objid = d.oid
                      AND m.deptype = 'e')
 ORDER BY n.nspname, d.dictname;
