-- The tables of publications. They have neither columns nor conditions.
-- params: none
-- columns: oid oid, publication oid, relation oid, schema text, name text, columns text[] (every column where empty), condition text (NULL: every row)
-- server: before 15
-- order: publication, schema, name
SELECT r.oid AS oid,
       r.prpubid AS publication,
       r.prrelid AS relation,
       n.nspname::text AS schema,
       c.relname::text AS name,
       '{}'::text[] AS columns,
       NULL::text AS condition
  FROM pg_catalog.pg_publication_rel AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 ORDER BY r.prpubid, n.nspname, c.relname;
