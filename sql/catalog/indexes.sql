-- Valid indexes of tables and materialized views, those of partitioned tables even while a partition's index is missing.
-- params: none
-- columns: oid oid, schema text, name text, relation oid, definition text, is_unique bool, constraint_oid oid (0: backs none),
--          options text[], clustered bool, replica_identity bool, tablespace text (NULL: the database's default),
--          statistics_columns int2[], statistics_targets int4[] (of expression columns, by column number)
-- server: any
-- order: schema, name
SELECT i.indexrelid AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       i.indrelid AS relation,
       pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
       i.indisunique AS is_unique,
       COALESCE(k.oid, 0::oid) AS constraint_oid,
       COALESCE(c.reloptions, '{}'::text[]) AS options,
       i.indisclustered AS clustered,
       i.indisreplident AS replica_identity,
       ts.spcname::text AS tablespace,
       CASE WHEN i.indexprs IS NULL THEN '{}'::int2[] ELSE
           ARRAY(SELECT a.attnum FROM pg_catalog.pg_attribute AS a
                  WHERE a.attrelid = i.indexrelid AND a.attnum > 0 AND a.attstattarget >= 0 ORDER BY a.attnum)
       END AS statistics_columns,
       CASE WHEN i.indexprs IS NULL THEN '{}'::int4[] ELSE
           ARRAY(SELECT a.attstattarget::int4 FROM pg_catalog.pg_attribute AS a
                  WHERE a.attrelid = i.indexrelid AND a.attnum > 0 AND a.attstattarget >= 0 ORDER BY a.attnum)
       END AS statistics_targets
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_constraint AS k
    ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
 WHERE (i.indisvalid OR t.relkind = 'p')
   AND i.indisready
   AND t.relkind IN ('r', 'p', 'm')
   AND t.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid IN (i.indexrelid, i.indrelid)
                      AND d.objsubid = 0
                      AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname;
