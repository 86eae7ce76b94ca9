-- The columns of foreign tables that have options for their foreign data wrapper.
-- params: none
-- columns: relation oid, number int2, options text[] (name=value)
-- server: any
-- order: relation, number
SELECT a.attrelid AS relation,
       a.attnum AS number,
       a.attfdwoptions AS options
  FROM pg_catalog.pg_foreign_table AS f
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.ftrelid
 WHERE a.attnum > 0
   AND a.attfdwoptions IS NOT NULL
   AND NOT a.attisdropped
 ORDER BY a.attrelid, a.attnum;
