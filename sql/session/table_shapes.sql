-- What tells whether a table is still the one that was planned: its file, its name and its columns.
-- params: $1 oid[], the tables
-- columns: oid oid, file oid (relfilenode), shape text (a digest of name and columns)
-- server: any
-- order: oid
SELECT c.oid AS oid,
       c.relfilenode AS file,
       pg_catalog.md5(pg_catalog.concat_ws(':', c.relnamespace, c.relname,
                      (SELECT pg_catalog.string_agg(
                                           pg_catalog.concat_ws(':', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attisdropped,
                                                                a.attgenerated, a.attnotnull),
                                           ',' ORDER BY a.attnum)
                                  FROM pg_catalog.pg_attribute AS a
                                 WHERE a.attrelid = c.oid AND a.attnum > 0))) AS shape
  FROM pg_catalog.pg_class AS c
 WHERE c.oid = ANY ($1)
 ORDER BY c.oid;
