-- The name of the database.
-- params: none
-- columns: name text
-- server: any
-- order: name
SELECT pg_catalog.current_database()::text AS name
 ORDER BY 1;
