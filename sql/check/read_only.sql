-- Keeps a session from changing anything.
-- params: none
-- columns: setting text
-- server: any
-- order: one row
SELECT pg_catalog.set_config('default_transaction_read_only', 'on', false) AS setting
 ORDER BY 1;
