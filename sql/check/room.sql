-- The sessions there are, this one included, and how many there may be of this user and in this database.
-- params: none
-- columns: sessions int8 (of the whole server), of_user int8, user_limit int4 (-1: none), in_database int8,
--          database_limit int4 (-1: none), is_superuser bool (of the user that connected), may_use_reserved bool,
--          started int8 (when the server was, in microseconds since 1970)
-- server: any
-- order: one row
SELECT (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity AS a
         WHERE a.datid IS NOT NULL
           AND a.usesysid IS NOT NULL
           AND COALESCE(a.backend_type, 'client backend') = 'client backend') AS sessions,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity AS a
         WHERE a.usesysid = r.oid
           AND a.datid IS NOT NULL
           AND COALESCE(a.backend_type, 'client backend') = 'client backend') AS of_user,
       r.rolconnlimit AS user_limit,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity AS a
         WHERE a.datid = d.oid
           AND a.usesysid IS NOT NULL
           AND COALESCE(a.backend_type, 'client backend') = 'client backend') AS in_database,
       d.datconnlimit AS database_limit,
       r.rolsuper AS is_superuser,
       COALESCE((SELECT pg_catalog.pg_has_role(r.oid, p.oid, 'USAGE')
                   FROM pg_catalog.pg_roles AS p
                  WHERE p.rolname = 'pg_use_reserved_connections'), false) AS may_use_reserved,
       (pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) * 1000000)::int8 AS started
  FROM pg_catalog.pg_roles AS r
  JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
 WHERE r.rolname = SESSION_USER
 ORDER BY 1;
