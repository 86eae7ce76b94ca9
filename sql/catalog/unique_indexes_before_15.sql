-- Unique indexes and exclusion constraints' indexes that are in force, with what says whether one finds a row by its key.
-- params: none
-- columns: relation oid, name text, columns int2[] (of the key; 0 for an expression), is_primary bool, immediate bool,
--          partial bool, exclusion bool, nulls_not_distinct bool,
--          plain bool (every column has its type's default operator class and its own collation)
-- server: before 15, where NULLs are always distinct; unique_indexes.sql for newer ones
-- order: relation, name
SELECT i.indrelid AS relation,
       c.relname::text AS name,
       (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns,
       i.indisprimary AS is_primary,
       i.indimmediate AS immediate,
       i.indpred IS NOT NULL AS partial,
       i.indisexclusion AS exclusion,
       false AS nulls_not_distinct,
       NOT EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) AS k (place)
                     JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[k.place]
                     LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.place]
                    WHERE NOT o.opcdefault OR a.attcollation <> i.indcollation[k.place]) AS plain
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
 WHERE (i.indisunique OR i.indisexclusion)
   AND i.indisvalid
   AND i.indisready
   AND t.relkind IN ('r', 'p')
   AND t.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY i.indrelid, c.relname;
