-- Every request, with how far it is. is_alive says whether the run that works on it still holds its lock.
-- params: none
-- columns: request_key text, req_ids int4[], source text, target text, mode text, selection text, status text, is_alive bool, host text, application_name text, process_id int4, started_at text, seen_at text, ended_at text, snapshot text, snapshot_at text, errors jsonb, tables_loaded int8, rows_loaded int8, bytes_loaded int8, bytes_estimate int8
-- server: any
-- order: started_at, request_key
SELECT
    q.request_key AS request_key,
    q.req_ids AS req_ids,
    q.source AS source,
    q.target AS target,
    q.mode AS mode,
    q.selection AS selection,
    q.status AS status,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_locks AS l
        JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
        WHERE q.status = 'in progress'
          AND l.locktype = 'advisory'
          AND l.objsubid = 1
          AND l.granted
          AND l.pid = q.store_process_id
          AND l.classid::pg_catalog.int8 = (q.lock_key >> 32) & 4294967295
          AND l.objid::pg_catalog.int8 = q.lock_key & 4294967295
    ) AS is_alive,
    q.host AS host,
    q.application_name AS application_name,
    q.process_id AS process_id,
    pg_catalog.to_char(q.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
    pg_catalog.to_char(q.seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS seen_at,
    pg_catalog.to_char(q.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended_at,
    q.snapshot AS snapshot,
    pg_catalog.to_char(q.snapshot_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS snapshot_at,
    q.errors AS errors,
    t.tables_loaded AS tables_loaded,
    t.rows_loaded AS rows_loaded,
    t.bytes_loaded AS bytes_loaded,
    t.bytes_estimate AS bytes_estimate
FROM pgsluice.request AS q
CROSS JOIN LATERAL (
    SELECT
        pg_catalog.count(*) FILTER (WHERE t.status = 'loaded') AS tables_loaded,
        COALESCE(pg_catalog.sum(t.rows_loaded), 0)::pg_catalog.int8 AS rows_loaded,
        COALESCE(pg_catalog.sum(t.bytes_loaded), 0)::pg_catalog.int8 AS bytes_loaded,
        COALESCE(pg_catalog.sum(t.bytes_estimate), 0)::pg_catalog.int8 AS bytes_estimate
    FROM pgsluice.loaded_table AS t
    WHERE t.request_key = q.request_key
) AS t
ORDER BY q.started_at, q.request_key;
