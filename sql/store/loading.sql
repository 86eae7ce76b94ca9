-- Records which tables are about to be loaded, with rows of which moment, and forgets what is not named. Tables that are kept stay
-- as they were recorded.
-- params: $1 jsonb, {"request_key": text, "snapshot": text, "snapshot_at": text, "target_system": text, "target_database": oid, "large_objects": bool}, $2 jsonb, an array of {"schema_name": text, "table_name": text, "oid": oid, "rows_before": int8, "chunks": int4, "bytes_estimate": int8, "is_kept": bool}
-- columns: request_key text
-- server: any
-- order: one row at most
WITH head AS (
    SELECT r.*
    FROM pg_catalog.jsonb_to_record($1::pg_catalog.jsonb) AS r (
        request_key pg_catalog.text, snapshot pg_catalog.text, snapshot_at pg_catalog.timestamptz,
        target_system pg_catalog.text, target_database pg_catalog.oid, large_objects pg_catalog.bool
    )
), planned AS (
    SELECT r.*
    FROM pg_catalog.jsonb_to_recordset($2::pg_catalog.jsonb) AS r (
        schema_name pg_catalog.text, table_name pg_catalog.text, oid pg_catalog.oid, rows_before pg_catalog.int8,
        chunks pg_catalog.int4, bytes_estimate pg_catalog.int8, is_kept pg_catalog.bool
    )
), forgotten AS (
    DELETE FROM pgsluice.loaded_table AS t
    USING head
    WHERE t.request_key = head.request_key
      AND NOT EXISTS (
          SELECT FROM planned AS p WHERE p.schema_name = t.schema_name AND p.table_name = t.table_name
      )
), forgotten_chunks AS (
    DELETE FROM pgsluice.loaded_chunk AS c
    USING head
    WHERE c.request_key = head.request_key
      AND NOT EXISTS (
          SELECT
          FROM planned AS p
          WHERE p.schema_name = c.schema_name AND p.table_name = c.table_name AND p.is_kept
      )
), recorded AS (
    INSERT INTO pgsluice.loaded_table AS t (
        request_key, schema_name, table_name, oid, rows_before, status, snapshot, snapshot_at, chunks, chunks_loaded,
        bytes_estimate, rows_loaded, bytes_loaded, updated_at
    )
    SELECT
        head.request_key, p.schema_name, p.table_name, p.oid, p.rows_before, 'in progress', head.snapshot,
        head.snapshot_at, p.chunks, 0, p.bytes_estimate, 0, 0, pg_catalog.now()
    FROM head
    CROSS JOIN planned AS p
    WHERE NOT p.is_kept
    ON CONFLICT (request_key, schema_name, table_name) DO UPDATE
    SET oid = excluded.oid, rows_before = excluded.rows_before, status = 'in progress', snapshot = excluded.snapshot,
        snapshot_at = excluded.snapshot_at, chunks = excluded.chunks, chunks_loaded = 0,
        bytes_estimate = excluded.bytes_estimate, rows_loaded = 0, bytes_loaded = 0, updated_at = excluded.updated_at
), changed AS (
    UPDATE pgsluice.request AS q
    SET snapshot = head.snapshot, snapshot_at = head.snapshot_at, target_system = head.target_system,
        target_database = head.target_database, large_objects = head.large_objects, seen_at = pg_catalog.now()
    FROM head
    WHERE q.request_key = head.request_key
    RETURNING q.request_key
)
SELECT request_key FROM changed
ORDER BY request_key;
