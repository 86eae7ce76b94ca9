-- Creates the table of loaded pieces of tables that are copied in several: blocks of the source's table, from first_block on to
-- before end_block.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE IF NOT EXISTS pgsluice.loaded_chunk (
    request_key text NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    chunk int4 NOT NULL,
    first_block int8,
    end_block int8,
    rows_loaded int8 NOT NULL,
    bytes_loaded int8 NOT NULL,
    snapshot text NOT NULL,
    loaded_at timestamptz NOT NULL,
    PRIMARY KEY (request_key, schema_name, table_name, chunk)
);
