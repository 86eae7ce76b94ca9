-- Who asks, and what that role may do in this database and on its server.
-- params: none
-- columns: name text, is_superuser bool, create_database bool, create_role bool, bypass_row_security bool,
--          may_create bool (schemas in the database), may_make_temporary bool, owns_database bool, is_in_recovery bool
-- server: any
-- order: one row
SELECT r.rolname::text AS name,
       r.rolsuper AS is_superuser,
       r.rolsuper OR r.rolcreatedb AS create_database,
       r.rolsuper OR r.rolcreaterole AS create_role,
       r.rolsuper OR r.rolbypassrls AS bypass_row_security,
       pg_catalog.has_database_privilege(d.oid, 'CREATE') AS may_create,
       pg_catalog.has_database_privilege(d.oid, 'TEMPORARY') AS may_make_temporary,
       pg_catalog.pg_has_role(d.datdba, 'USAGE') AS owns_database,
       pg_catalog.pg_is_in_recovery() AS is_in_recovery
  FROM pg_catalog.pg_roles AS r
  JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
 WHERE r.rolname = CURRENT_USER
 ORDER BY 1;
