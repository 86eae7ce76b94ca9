-- Subscriptions of this database, by name alone: everybody may read that.
-- params: none
-- columns: name text, readable bool (the same in every row: how they connect may be read)
-- server: any
-- order: name
SELECT s.subname::text AS name,
       pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') AS readable
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY s.subname;
