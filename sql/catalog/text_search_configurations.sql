-- Text search configurations. Which dictionaries they use for which tokens is in text_search_mappings.sql.
-- params: none
-- columns: oid oid, schema text, name text, owner text, parser_schema text, parser_name text
-- server: any
-- order: schema, name
SELECT c.oid AS oid,
       n.nspname::text AS schema,
       c.cfgname::text AS name,
       pg_catalog.pg_get_userbyid(c.cfgowner)::text AS owner,
       pn.nspname::text AS parser_schema,
       p.prsname::text AS parser_name
  FROM pg_catalog.pg_ts_config AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.cfgnamespace
  JOIN pg_catalog.pg_ts_parser AS p ON p.oid = c.cfgparser
  JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.prsnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass
                      AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, c.cfgname;
