-- The tables of publications.
-- params: none
-- columns: oid oid, publication oid, relation oid, schema text, name text, columns text[] (every column where empty), condition text (NULL: every row)
-- server: 15 and newer; publication_tables_before_15.sql for older ones
-- order: publication, schema, name
SELECT r.oid AS oid,
       r.prpubid AS publication,
       r.prrelid AS relation,
       n.nspname::text AS schema,
       c.relname::text AS name,
       ARRAY(SELECT a.attname::text
               FROM pg_catalog.unnest(r.prattrs) WITH ORDINALITY AS c (number, place)
               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.prrelid AND a.attnum = c.number
              ORDER BY c.place) AS columns,
       pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS condition
  FROM pg_catalog.pg_publication_rel AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY r.prpubid, n.nspname, c.relname;
