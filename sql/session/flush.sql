-- Commits synchronously: everything committed before without waiting for the disk is durable when this returns. A
-- transaction that has no number writes nothing and flushes nothing, so this one takes one.
-- params: none
-- columns: setting text, transaction_id int8
-- server: any
-- order: one row
SELECT pg_catalog.set_config('synchronous_commit', 'on', true) AS setting,
       pg_catalog.txid_current() AS transaction_id
ORDER BY 1;
