-- Records that a run works on a request. How far the target is stays as it was recorded, unless the request begins anew.
-- params: $1 jsonb, {"request_key", "lock_key", "req_ids", "source", "target", "mode", "selection", "host", "application_name", "process_id": values, "anew": bool}
-- columns: request_key text
-- server: any
-- order: one row
WITH run AS (
    SELECT r.*
    FROM pg_catalog.jsonb_to_record($1::pg_catalog.jsonb) AS r (
        request_key pg_catalog.text, lock_key pg_catalog.int8, req_ids pg_catalog.int4[], source pg_catalog.text,
        target pg_catalog.text, mode pg_catalog.text, selection pg_catalog.text, host pg_catalog.text,
        application_name pg_catalog.text, process_id pg_catalog.int4, anew pg_catalog.bool
    )
), forgotten_objects AS (
    DELETE FROM pgsluice.made_object AS o USING run WHERE run.anew AND o.request_key = run.request_key
), forgotten_tables AS (
    DELETE FROM pgsluice.loaded_table AS t USING run WHERE run.anew AND t.request_key = run.request_key
), forgotten_chunks AS (
    DELETE FROM pgsluice.loaded_chunk AS c USING run WHERE run.anew AND c.request_key = run.request_key
), taken AS (
    INSERT INTO pgsluice.request AS q (
        request_key, lock_key, req_ids, source, target, mode, selection, status, stage, host, application_name,
        process_id, store_process_id, created_at, started_at, seen_at, large_objects
    )
    SELECT
        run.request_key, run.lock_key, run.req_ids, run.source, run.target, run.mode, run.selection, 'in progress',
        'begun', run.host, run.application_name, run.process_id, pg_catalog.pg_backend_pid(), pg_catalog.now(),
        pg_catalog.now(), pg_catalog.now(), false
    FROM run
    ON CONFLICT (request_key) DO UPDATE
    SET req_ids = excluded.req_ids,
        status = 'in progress',
        stage = CASE WHEN (SELECT run.anew FROM run) THEN 'begun' ELSE q.stage END,
        large_objects = q.large_objects AND NOT (SELECT run.anew FROM run),
        host = excluded.host,
        application_name = excluded.application_name,
        process_id = excluded.process_id,
        store_process_id = excluded.store_process_id,
        started_at = excluded.started_at,
        seen_at = excluded.seen_at,
        ended_at = NULL,
        errors = NULL
    RETURNING q.request_key
)
SELECT request_key FROM taken
ORDER BY request_key;
