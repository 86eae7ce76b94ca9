-- Waits until no other run makes or drops the ledger, and keeps others waiting until the transaction ends.
-- params: none
-- columns: locked void
-- server: any
-- order: one row
SELECT pg_catalog.pg_advisory_xact_lock(8097881404114120565) AS locked
 ORDER BY pg_catalog.current_database();
