-- Parameters and owners of sequences. Their names are in relations.sql.
-- params: none
-- columns: oid oid, data_type text, start_value int8, increment int8, min_value int8, max_value int8, cache_size int8, cycles bool,
--          owning_relation oid, owning_column int4 (both 0: not owned), identity bool (the owning column is an identity column)
-- server: any
-- order: oid
SELECT s.seqrelid AS oid,
       pg_catalog.format_type(s.seqtypid, NULL) AS data_type,
       s.seqstart AS start_value,
       s.seqincrement AS increment,
       s.seqmin AS min_value,
       s.seqmax AS max_value,
       s.seqcache AS cache_size,
       s.seqcycle AS cycles,
       COALESCE(d.refobjid, 0::oid) AS owning_relation,
       COALESCE(d.refobjsubid, 0)::int4 AS owning_column,
       COALESCE(d.deptype = 'i', false) AS identity
  FROM pg_catalog.pg_sequence AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND d.objid = s.seqrelid
   AND d.objsubid = 0
   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND d.refobjsubid > 0
   AND d.deptype IN ('a', 'i')
 WHERE c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY s.seqrelid;
