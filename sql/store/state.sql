-- Whether the schema and the table of snapshot requests are there, whoever made them.
-- params: none
-- columns: has_schema bool, has_table bool
-- server: any
-- order: one row
SELECT
    EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'pgstream') AS has_schema,
    EXISTS (
        SELECT
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'pgstream' AND c.relname = 'snapshot_requests'
    ) AS has_table
ORDER BY 1;
