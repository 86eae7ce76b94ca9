-- The schemas of publications.
-- params: none
-- columns: oid oid, publication oid, schema text
-- server: 15 and newer; publication_schemas_before_15.sql for older ones
-- order: publication, schema
SELECT s.oid AS oid,
       s.pnpubid AS publication,
       n.nspname::text AS schema
  FROM pg_catalog.pg_publication_namespace AS s
  JOIN pg_catalog.pg_namespace AS n ON n.oid = s.pnnspid
 ORDER BY s.pnpubid, n.nspname;
