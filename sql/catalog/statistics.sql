-- Extended statistics objects.
-- params: none
-- columns: oid oid, schema text, name text, relation oid, owner text, definition text, statistics_target int4 (-1: the default)
-- server: 13 and newer; statistics_before_13.sql for older ones
-- order: schema, name
SELECT s.oid AS oid,
       n.nspname::text AS schema,
       s.stxname::text AS name,
       s.stxrelid AS relation,
       pg_catalog.pg_get_userbyid(s.stxowner)::text AS owner,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
       COALESCE(s.stxstattarget, -1)::int4 AS statistics_target
  FROM pg_catalog.pg_statistic_ext AS s
  JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
                      AND d.objid = s.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, s.stxname;
