-- What a new session is good for: whether its server is in recovery, and whether its transactions are read-only.
-- params: none
-- columns: is_in_recovery bool, is_read_only bool
-- server: any
-- order: one row
SELECT pg_catalog.pg_is_in_recovery() AS is_in_recovery
     , pg_catalog.current_setting('transaction_read_only')::pg_catalog.bool AS is_read_only
ORDER BY 1;
