-- Ends a session that its client has lost: it would keep its locks until it notices, and its transaction might still commit.
-- params: $1 int4, its process; $2 text, since when
-- columns: is_told bool
-- server: any
-- order: one row at most
SELECT pg_catalog.pg_terminate_backend(a.pid) AS is_told
  FROM pg_catalog.pg_stat_get_activity($1::pg_catalog.int4) AS a
 WHERE a.backend_start::pg_catalog.text = $2::pg_catalog.text
 ORDER BY a.pid;
