-- Whether the ledger's schema holds nothing else.
-- params: none
-- columns: is_empty bool
-- server: any
-- order: one row
SELECT NOT EXISTS (SELECT
                     FROM pg_catalog.pg_depend AS d
                    WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                      AND d.refobjid = n.oid) AS is_empty
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname = 'pgsluice'
 ORDER BY n.oid;
