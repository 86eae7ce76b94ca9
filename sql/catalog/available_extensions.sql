-- The extensions the server could install, with the version it would take.
-- params: none
-- columns: name text, version text (NULL where CREATE EXTENSION has to be told one)
-- server: any
-- order: name
SELECT e.name::text AS name,
       e.default_version AS version
  FROM pg_catalog.pg_available_extensions AS e
 ORDER BY e.name;
