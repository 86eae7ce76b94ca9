-- Tables, partitioned tables, views, materialized views, sequences and foreign tables.
-- params: none
-- columns: oid oid, schema text, name text, kind text (relkind), persistence text (relpersistence), owner text,
--          access_method text, tablespace text (NULL: the database's default), options text[], toast_options text[],
--          of_type text (NULL: not a typed table), partition_key text (NULL: not partitioned),
--          partition_bound text (NULL: not a partition), definition text (views and materialized views),
--          populated bool, replica_identity text (relreplident), row_security bool, force_row_security bool
-- server: any
-- order: schema, name
SELECT c.oid AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       c.relkind::text AS kind,
       c.relpersistence::text AS persistence,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       am.amname::text AS access_method,
       ts.spcname::text AS tablespace,
       COALESCE(c.reloptions, '{}'::text[]) AS options,
       COALESCE(toast.reloptions, '{}'::text[]) AS toast_options,
       CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       c.relispopulated AS populated,
       c.relreplident::text AS replica_identity,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
  LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid
                      AND d.objsubid = 0
                      AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname;
