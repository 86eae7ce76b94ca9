-- Records that the run is alive, and how far its tables and their pieces are.
-- params: $1 text, the request's key, $2 jsonb, an array of {"schema_name": text, "table_name": text, "chunks_loaded": int4, "rows_loaded": int8, "bytes_loaded": int8}, $3 jsonb, an array of {"schema_name": text, "table_name": text, "chunk": int4, "divided_by": text, "range_first": int8 or null, "range_end": int8 or null, "rows_loaded": int8, "bytes_loaded": int8}
-- columns: request_key text
-- server: any
-- order: one row at most
WITH tables AS (
    UPDATE pgsluice.loaded_table AS t
    SET chunks_loaded = r.chunks_loaded, rows_loaded = r.rows_loaded, bytes_loaded = r.bytes_loaded,
        status = CASE WHEN r.chunks_loaded = t.chunks THEN 'loaded' ELSE t.status END, updated_at = pg_catalog.now()
    FROM pg_catalog.jsonb_to_recordset($2::pg_catalog.jsonb) AS r (
        schema_name pg_catalog.text, table_name pg_catalog.text, chunks_loaded pg_catalog.int4,
        rows_loaded pg_catalog.int8, bytes_loaded pg_catalog.int8
    )
    WHERE t.request_key = $1::pg_catalog.text AND t.schema_name = r.schema_name AND t.table_name = r.table_name
), chunks AS (
    INSERT INTO pgsluice.loaded_chunk (
        request_key, schema_name, table_name, chunk, divided_by, range_first, range_end, rows_loaded, bytes_loaded, snapshot,
        loaded_at
    )
    SELECT
        q.request_key, r.schema_name, r.table_name, r.chunk, r.divided_by, r.range_first, r.range_end, r.rows_loaded, r.bytes_loaded,
        q.snapshot, pg_catalog.now()
    FROM pg_catalog.jsonb_to_recordset($3::pg_catalog.jsonb) AS r (
        schema_name pg_catalog.text, table_name pg_catalog.text, chunk pg_catalog.int4, divided_by pg_catalog.text,
        range_first pg_catalog.int8, range_end pg_catalog.int8, rows_loaded pg_catalog.int8, bytes_loaded pg_catalog.int8
    )
    JOIN pgsluice.request AS q ON q.request_key = $1::pg_catalog.text
    ON CONFLICT (request_key, schema_name, table_name, chunk) DO NOTHING
), changed AS (
    UPDATE pgsluice.request AS q
    SET seen_at = pg_catalog.now()
    WHERE q.request_key = $1::pg_catalog.text
    RETURNING q.request_key
)
SELECT request_key FROM changed
ORDER BY request_key;
