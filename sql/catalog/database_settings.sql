-- Settings of this database, and of roles in it.
-- params: none
-- columns: role_oid oid, role text ('': every role), settings text[] (name=value)
-- server: any
-- order: role
SELECT s.setrole AS role_oid,
       CASE WHEN s.setrole = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(s.setrole)::text END AS role,
       s.setconfig AS settings
  FROM pg_catalog.pg_db_role_setting AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY 2;
