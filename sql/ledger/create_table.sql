-- Creates the ledger: the pieces of tables that runs have committed on this target. A piece's row is part of the transaction that
-- writes its rows, so that it says after a lost connection or a crash what is in, and the key lets each piece in once. The row of
-- relation 0 stands for the run itself; its count of rows is 1 where the run has made the schema.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE pgsluice.run_ledger (
    run pg_catalog.int8 NOT NULL,
    relation pg_catalog.oid NOT NULL,
    part pg_catalog.text NOT NULL,
    rows pg_catalog.int8 NOT NULL,
    CONSTRAINT run_ledger_key PRIMARY KEY (run, relation, part)
);
