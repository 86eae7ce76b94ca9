-- The roles that this user may give objects to.
-- params: none
-- columns: name text
-- server: 16 and newer
-- order: name
SELECT r.rolname::text AS name
  FROM pg_catalog.pg_roles AS r
 WHERE pg_catalog.pg_has_role(r.oid, 'SET')
 ORDER BY r.rolname;
