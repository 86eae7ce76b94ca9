-- Which process serves a session, and of which server: no two servers start in the same microsecond.
-- params: none
-- columns: process int4, started int8 (microseconds since 1970)
-- server: any
-- order: one row
SELECT pg_catalog.pg_backend_pid() AS process,
       (pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) * 1000000)::int8 AS started
 ORDER BY 1;
