-- Waits until no other transaction records what is asked for, and keeps others waiting until this one ends. The lock is that of the
-- table's own OID, which no other use of advisory locks is likely to have.
-- params: none
-- columns: locked void
-- server: any
-- order: one row
SELECT pg_catalog.pg_advisory_xact_lock('pgsluice.request'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.int8) AS locked
ORDER BY 'pgsluice.request'::pg_catalog.regclass::pg_catalog.oid;
