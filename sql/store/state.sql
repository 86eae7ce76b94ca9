-- Which schemas and tables of the store are there, whoever made them, and whether anything can be written.
-- params: none
-- columns: is_in_recovery bool, existing text[] (names of schemas, and of tables with their schemas)
-- server: any
-- order: one row
SELECT
    pg_catalog.pg_is_in_recovery() AS is_in_recovery,
    ARRAY(
        SELECT n.nspname::pg_catalog.text
        FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname IN ('pgstream', 'pgsluice')
        UNION ALL
        SELECT pg_catalog.concat(n.nspname, '.', c.relname)
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('pgstream', 'pgsluice') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    ) AS existing
ORDER BY 1;
