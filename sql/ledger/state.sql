-- Which parts of the ledger are there, whoever made them.
-- params: none
-- columns: has_schema bool, has_table bool
-- server: any
-- order: one row
SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'pgsluice') AS has_schema,
       EXISTS (SELECT FROM pg_catalog.pg_class AS c
                 JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = 'pgsluice' AND c.relname = 'run_ledger') AS has_table
 ORDER BY 1;
