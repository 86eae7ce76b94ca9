-- How many large objects this user may not read.
-- params: none
-- columns: count int8
-- server: any
-- order: one row
SELECT pg_catalog.count(*) AS count
  FROM pg_catalog.pg_largeobject_metadata AS l
 WHERE NOT pg_catalog.current_setting('lo_compat_privileges')::pg_catalog.bool
   AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER)
   AND NOT pg_catalog.pg_has_role(l.lomowner, 'USAGE')
   AND NOT EXISTS (SELECT
                     FROM pg_catalog.aclexplode(l.lomacl) AS acl
                    WHERE acl.privilege_type = 'SELECT'
                      AND (acl.grantee = 0 OR pg_catalog.pg_has_role(acl.grantee, 'USAGE')))
 ORDER BY 1;
