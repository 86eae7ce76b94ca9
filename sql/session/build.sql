-- Gives a session that builds indexes its memory: what was asked for, or else an equal share of half of the server's shared
-- buffers, 1 GB at most, and never less than the server's own setting. Shared buffers are about a quarter of the memory on
-- servers that were set up for their work, so all sessions together take an eighth.
-- params: $1 int8, kB that were asked for, or NULL; $2 int8, sessions that build at the same time
-- columns: setting text, process_id int4 (the session's)
-- server: any
-- order: one row
SELECT pg_catalog.set_config(
           'maintenance_work_mem',
           COALESCE($1::int8, GREATEST(own.kilobytes, LEAST(1048576, shared.kilobytes / 2 / $2::int8)))::text || 'kB',
           false) AS setting,
       pg_catalog.pg_backend_pid() AS process_id
  FROM (SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) / 1024 AS kilobytes) AS own,
       (SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) / 1024 AS kilobytes) AS shared
 ORDER BY 1;
