-- Tables of this database that another session has locked, or waits to lock, against readers.
-- params: none
-- columns: schema text, name text, process int4, granted bool
-- server: any
-- order: schema, name, process
SELECT n.nspname::text AS schema,
       c.relname::text AS name,
       l.pid AS process,
       l.granted AS granted
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
  JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE l.locktype = 'relation'
   AND l.mode = 'AccessExclusiveLock'
   AND l.pid <> pg_catalog.pg_backend_pid()
   AND c.relkind IN ('r', 'p')
   AND n.nspname !~ '^pg_'
 ORDER BY n.nspname, c.relname, l.pid;
