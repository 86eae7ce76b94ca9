-- Where the rows of foreign tables are. What they share with other tables is in relations.sql.
-- params: none
-- columns: relation oid, server text, options text[] (name=value)
-- server: any
-- order: relation
SELECT t.ftrelid AS relation,
       s.srvname::text AS server,
       COALESCE(t.ftoptions, '{}'::text[]) AS options
  FROM pg_catalog.pg_foreign_table AS t
  JOIN pg_catalog.pg_foreign_server AS s ON s.oid = t.ftserver
 ORDER BY t.ftrelid;
