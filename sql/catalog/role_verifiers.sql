-- The stored passwords of roles: verifiers, by which the server knows the password without knowing it.
-- params: none
-- columns: role_oid oid, verifier text
-- server: any
-- order: role_oid
SELECT a.oid AS role_oid,
       a.rolpassword AS verifier
  FROM pg_catalog.pg_authid AS a
 WHERE a.rolpassword IS NOT NULL
 ORDER BY a.oid;
