-- Subscriptions of this database, by name alone: they are never copied.
-- params: none
-- columns: name text
-- server: any
-- order: name
SELECT s.subname::text AS name
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY s.subname;
