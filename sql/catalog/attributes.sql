-- Columns of tables, views and materialized views, and attributes of composite types.
-- params: none
-- columns: relation oid, number int2, name text, type_name text,
--          collation_schema text, collation_name text (both NULL where the type's collation applies),
--          not_null bool, default_oid oid, default_value text (both NULL where there is none), generated text (attgenerated),
--          identity text (attidentity), storage text (NULL: the type's), compression text (attcompression, '' the default),
--          statistics_target int4 (-1: the default), options text[], local bool, inherited_count int4
-- server: 14 and newer; attributes_before_14.sql for older ones
-- order: relation, number
SELECT a.attrelid AS relation,
       a.attnum AS number,
       a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_name,
       cn.nspname::text AS collation_schema,
       co.collname::text AS collation_name,
       a.attnotnull AS not_null,
       d.oid AS default_oid,
       -- Only what a column is generated from names columns; where no table is named the server need not open it.
       pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0::oid ELSE d.adrelid END) AS default_value,
       a.attgenerated::text AS generated,
       a.attidentity::text AS identity,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
       a.attcompression::text AS compression,
       COALESCE(a.attstattarget, -1)::int4 AS statistics_target,
       -- pg_attver is a version of the column that newer minor releases keep there for themselves; pg_dump leaves it out too.
       CASE WHEN a.attoptions IS NULL OR (pg_catalog.array_length(a.attoptions, 1) = 1 AND a.attoptions[1] LIKE 'pg\_attver=%')
           THEN '{}'::text[] ELSE
           ARRAY(SELECT o.option
                   FROM pg_catalog.unnest(a.attoptions) WITH ORDINALITY AS o (option, place)
                  WHERE o.option NOT LIKE 'pg\_attver=%'
                  ORDER BY o.place)
       END AS options,
       a.attislocal AS local,
       a.attinhcount::int4 AS inherited_count
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
  LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
 WHERE a.attnum > 0
   AND NOT a.attisdropped
   AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY a.attrelid, a.attnum;
