-- User mappings. The view shows options only to those who may use the server, because they hold passwords; where it hides
-- them, that cannot be told from a mapping without options but by repeating the view's condition.
-- params: none
-- columns: oid oid, server oid, server_name text, role text ('': PUBLIC), options text[] (name=value), hidden bool (the options
--          cannot be read)
-- server: any
-- order: server_name, role
SELECT u.umid AS oid,
       u.srvid AS server,
       u.srvname::text AS server_name,
       CASE WHEN u.umuser = 0 THEN '' ELSE u.usename::text END AS role,
       COALESCE(u.umoptions, '{}'::text[]) AS options,
       u.umoptions IS NULL
         AND NOT (r.rolsuper
                  OR (u.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE'))
                  OR (u.umuser = r.oid
                      AND (pg_catalog.pg_has_role(s.srvowner, 'USAGE')
                           OR pg_catalog.has_server_privilege(s.oid, 'USAGE')))) AS hidden
  FROM pg_catalog.pg_user_mappings AS u
  JOIN pg_catalog.pg_foreign_server AS s ON s.oid = u.srvid
  JOIN pg_catalog.pg_roles AS r ON r.rolname = CURRENT_USER
 ORDER BY u.srvname, 4;
