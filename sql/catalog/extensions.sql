-- The extensions installed after initdb.
-- params: none
-- columns: oid oid, name text, schema text, version text
-- server: any
-- order: name
SELECT e.oid AS oid,
       e.extname::text AS name,
       n.nspname::text AS schema,
       e.extversion AS version
  FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
 WHERE e.oid >= 16384
 ORDER BY e.extname;
