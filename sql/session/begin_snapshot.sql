-- Begins the transaction whose snapshot the whole run reads.
-- params: none
-- columns: none
-- server: any
-- order: none
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
