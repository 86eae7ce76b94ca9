-- Exports the transaction's snapshot, so that other sessions read the same moment.
-- params: none
-- columns: snapshot_id text, encoding text (of the database)
-- server: any
-- order: one row
SELECT pg_catalog.pg_export_snapshot() AS snapshot_id,
       pg_catalog.current_setting('server_encoding') AS encoding
ORDER BY 1;
