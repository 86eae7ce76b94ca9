-- The database.
-- params: none
-- columns: name text, encoding text
-- server: any
-- order: name
SELECT pg_catalog.current_database()::text AS name,
       pg_catalog.current_setting('server_encoding') AS encoding
 ORDER BY 1;
