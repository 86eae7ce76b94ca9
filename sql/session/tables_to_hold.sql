-- The tables a run may want to keep as they are, with the roots of those that are partitions.
-- params: none
-- columns: oid oid, schema text, name text, root_schema text, root_name text (both the table's own where it is no partition)
-- server: any
-- order: schema, name
SELECT c.oid AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       COALESCE(rn.nspname, n.nspname)::text AS root_schema,
       COALESCE(r.relname, c.relname)::text AS root_name
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS r
    ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid::pg_catalog.regclass)
  LEFT JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace
 WHERE c.relkind IN ('r', 'p')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid
                      AND d.objsubid = 0
                      AND d.deptype = 'e'
                      -- The rows of an extension's configuration are copied.
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE c.oid = ANY (e.extconfig)))
 ORDER BY n.nspname, c.relname;
