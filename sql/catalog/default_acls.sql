-- Default privileges: what objects that a role will make start with. The privileges themselves are in privileges.sql.
-- params: none
-- columns: oid oid, role text, schema text ('': in every schema), object_type text (defaclobjtype)
-- server: any
-- order: role, schema, object_type
SELECT a.oid AS oid,
       pg_catalog.pg_get_userbyid(a.defaclrole)::text AS role,
       COALESCE(n.nspname::text, '') AS schema,
       a.defaclobjtype::text AS object_type
  FROM pg_catalog.pg_default_acl AS a
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = a.defaclnamespace
 WHERE COALESCE(n.nspname, '') !~ '^pg_'
 ORDER BY 2, 3, 4;
