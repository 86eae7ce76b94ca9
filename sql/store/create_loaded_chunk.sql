-- Creates the table of loaded pieces of tables that are copied in several: a range of blocks of the source's table, or of values of
-- its key, from range_first on to before range_end; null where it is open.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE IF NOT EXISTS pgsluice.loaded_chunk (
    request_key text NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    chunk int4 NOT NULL,
    divided_by text NOT NULL CHECK (divided_by IN ('blocks', 'keys')),
    range_first int8,
    range_end int8,
    rows_loaded int8 NOT NULL,
    bytes_loaded int8 NOT NULL,
    snapshot text NOT NULL,
    loaded_at timestamptz NOT NULL,
    PRIMARY KEY (request_key, schema_name, table_name, chunk)
);
