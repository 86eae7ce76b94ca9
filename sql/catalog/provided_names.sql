-- What the server has beside its databases, and the collations initdb found that this database can use.
-- params: none
-- columns: kind text (role, tablespace or collation), name text
-- server: any
-- order: kind, name
SELECT 'role' AS kind, r.rolname::text AS name
  FROM pg_catalog.pg_roles AS r
 UNION ALL
SELECT 'tablespace', t.spcname::text
  FROM pg_catalog.pg_tablespace AS t
 UNION ALL
SELECT 'collation', c.collname::text
  FROM pg_catalog.pg_collation AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
  JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
 WHERE n.nspname = 'pg_catalog'
   AND c.collencoding IN (-1, d.encoding)
 ORDER BY 1, 2;
