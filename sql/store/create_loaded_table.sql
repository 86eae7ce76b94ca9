-- Creates the table of tables whose rows a request copies: oid is the table's on the target, rows_before what it held when the
-- request first came to it, snapshot the moment its rows are of.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE IF NOT EXISTS pgsluice.loaded_table (
    request_key text NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    oid oid,
    rows_before int8 NOT NULL,
    status text NOT NULL CHECK (status IN ('in progress', 'loaded')),
    snapshot text NOT NULL,
    snapshot_at timestamptz NOT NULL,
    chunks int4 NOT NULL,
    chunks_loaded int4 NOT NULL,
    bytes_estimate int8 NOT NULL,
    rows_loaded int8 NOT NULL,
    bytes_loaded int8 NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (request_key, schema_name, table_name)
);
