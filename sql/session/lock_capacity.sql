-- How many locks the server's lock table is made for.
-- params: none
-- columns: locks int8
-- server: any
-- order: one row
SELECT pg_catalog.current_setting('max_locks_per_transaction')::int8
       * (pg_catalog.current_setting('max_connections')::int8
          + pg_catalog.current_setting('max_prepared_transactions')::int8) AS locks
ORDER BY 1;
