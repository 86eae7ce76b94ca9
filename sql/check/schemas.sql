-- The schemas of users, and whether this user may create objects in them.
-- params: none
-- columns: name text, may_create bool
-- server: any
-- order: name
SELECT n.nspname::text AS name,
       pg_catalog.has_schema_privilege(n.oid, 'CREATE') AS may_create
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY n.nspname;
