-- Drops the ledger's schema, which must be empty.
-- params: none
-- columns: none
-- server: any
-- order: no rows
DROP SCHEMA pgsluice;
