-- Integer columns that number the rows of a table: alone in a primary key or unique index, never NULL, and more or less in the
-- order of the rows, so that ranges of them can be read one by one. Where a table has several, the first.
-- params: none
-- columns: relation oid, column_name text, bounds int8[] (the histogram of the table's own rows; NULL where there is none)
-- server: any
-- order: relation
SELECT DISTINCT ON (c.oid)
       c.oid AS relation,
       a.attname::text AS column_name,
       s.histogram_bounds::text::int8[] AS bounds
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
  LEFT JOIN pg_catalog.pg_stats AS s
    ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
 WHERE c.relkind = 'r'
   AND c.oid >= 16384
   AND am.amname = 'btree'
   AND i.indisunique
   AND i.indisvalid
   AND i.indnkeyatts = 1
   AND i.indpred IS NULL
   AND a.attnotnull
   AND a.atttypid IN ('pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype,
                      'pg_catalog.int8'::pg_catalog.regtype)
   AND COALESCE(pg_catalog.abs(s.correlation), 1) >= 0.9
 ORDER BY c.oid, a.attnum;
