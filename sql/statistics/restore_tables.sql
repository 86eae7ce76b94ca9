-- Tells the planner how many rows were copied into some tables, and how many blocks they take on this server.
-- params: $1 text[] (schemas), $2 text[] (tables), $3 float4[] (rows)
-- columns: is_complete bool
-- server: 18 and newer
-- order: by schema and table
SELECT pg_catalog.pg_restore_relation_stats(
           'schemaname', t.schema,
           'relname', t.name,
           'relpages', (pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int8)::int4,
           'reltuples', t.rows) AS is_complete
  FROM ROWS FROM (
           pg_catalog.unnest($1::text[]),
           pg_catalog.unnest($2::text[]),
           pg_catalog.unnest($3::float4[])) AS t (schema, name, rows)
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = t.schema
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.name
 ORDER BY t.schema, t.name;
