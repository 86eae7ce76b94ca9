-- Which objects of this database name which role: as owner, in privileges, in a policy, in default privileges, in a user
-- mapping. The server's own roles and the one that initdb made are not among them: it keeps no account of those.
-- params: none
-- columns: class oid, oid oid, role_oid oid
-- server: any
-- order: class, oid, role_oid
SELECT DISTINCT s.classid AS class,
       s.objid AS oid,
       s.refobjid AS role_oid
  FROM pg_catalog.pg_shdepend AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
 WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
   AND d.datname = pg_catalog.current_database()
 ORDER BY 1, 2, 3;
