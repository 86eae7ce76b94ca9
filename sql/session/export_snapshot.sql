-- Exports the transaction's snapshot, so that other sessions read the same moment.
-- params: none
-- columns: snapshot_id text
-- server: any
-- order: one row
SELECT pg_catalog.pg_export_snapshot() AS snapshot_id
ORDER BY 1;
