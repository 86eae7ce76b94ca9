-- Who holds or waits for an advisory lock of this database, as far as the role may see, and what the store knows of it.
-- params: $1 int8, the lock's key
-- columns: process_id int4, since text, host text, application_name text (null each where nobody knows)
-- server: any
-- order: process_id
SELECT
    l.pid AS process_id,
    pg_catalog.to_char(
        COALESCE(r.started_at, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'
    ) AS since,
    COALESCE(r.host, pg_catalog.host(a.client_addr)) AS host,
    COALESCE(r.application_name, a.application_name) AS application_name
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
LEFT JOIN pgsluice.request AS r
    ON r.lock_key = $1::pg_catalog.int8 AND r.status = 'in progress' AND r.store_process_id = l.pid
WHERE l.locktype = 'advisory'
  AND l.objsubid = 1
  AND l.granted
  AND l.classid::pg_catalog.int8 = ($1::pg_catalog.int8 >> 32) & 4294967295
  AND l.objid::pg_catalog.int8 = $1::pg_catalog.int8 & 4294967295
ORDER BY l.pid;
