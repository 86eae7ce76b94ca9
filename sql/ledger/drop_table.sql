-- Drops the ledger.
-- params: none
-- columns: none
-- server: any
-- order: no rows
DROP TABLE pgsluice.run_ledger;
