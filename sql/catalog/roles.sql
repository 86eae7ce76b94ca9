-- Roles of the whole server, without their passwords.
-- params: none
-- columns: oid oid, name text, given bool (made by initdb, or the server's own), superuser bool, inherit bool,
--          create_role bool, create_database bool, login bool, replication bool, bypass_row_security bool,
--          connection_limit int4 (-1: none), valid_until text (in UTC), comment text, settings text[] (name=value),
--          verifier_readable bool (the same in every row: pg_authid may be read)
-- server: any
-- order: name
SELECT r.oid AS oid,
       r.rolname::text AS name,
       r.oid = 10::pg_catalog.oid OR r.rolname ~ '^pg_' AS given,
       r.rolsuper AS superuser,
       r.rolinherit AS inherit,
       r.rolcreaterole AS create_role,
       r.rolcreatedb AS create_database,
       r.rolcanlogin AS login,
       r.rolreplication AS replication,
       r.rolbypassrls AS bypass_row_security,
       r.rolconnlimit AS connection_limit,
       CASE WHEN pg_catalog.isfinite(r.rolvaliduntil)
            THEN (r.rolvaliduntil AT TIME ZONE 'UTC')::text || '+00'
            ELSE r.rolvaliduntil::text
       END AS valid_until,
       pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment,
       COALESCE(r.rolconfig, '{}'::text[]) AS settings,
       pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS verifier_readable
  FROM pg_catalog.pg_roles AS r
 ORDER BY r.rolname;
