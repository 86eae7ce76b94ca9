-- Creates the ledger's schema, where no store has made it.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE SCHEMA pgsluice;
