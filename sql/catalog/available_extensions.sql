-- The versions of extensions that the server has the files to create.
-- params: none
-- columns: name text, version text, is_default bool (what CREATE EXTENSION makes where no version is said)
-- server: any
-- order: name, version
SELECT v.name::text AS name,
       v.version AS version,
       COALESCE(v.version = a.default_version, false) AS is_default
  FROM pg_catalog.pg_available_extension_versions AS v
  JOIN pg_catalog.pg_available_extensions AS a ON a.name = v.name
 ORDER BY v.name, v.version;
