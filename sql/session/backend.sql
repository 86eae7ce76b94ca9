-- Which of the server's processes serves this session, and since when: together they mean this session and never another.
-- params: none
-- columns: process_id int4, since text
-- server: any
-- order: one row
SELECT a.pid AS process_id, a.backend_start::pg_catalog.text AS since
  FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS a
 ORDER BY a.pid;
