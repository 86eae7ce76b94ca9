-- The tables whose rows the user may not read, all or some of them, and why.
-- params: $1 oid[], the tables
-- columns: oid oid, schema text, schema_denied bool (no USAGE on the schema), table_denied bool (no SELECT), rows_hidden bool (policies
--          apply), unlogged bool (unlogged on a standby, which has none of its rows)
-- server: any
-- order: schema, name
SELECT denied.oid AS oid,
       denied.schema AS schema,
       denied.schema_denied AS schema_denied,
       denied.table_denied AS table_denied,
       denied.rows_hidden AS rows_hidden,
       denied.unlogged AS unlogged
  FROM (SELECT c.oid AS oid,
               n.nspname::text AS schema,
               c.relname::text AS name,
               NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS schema_denied,
               NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') AS table_denied,
               pg_catalog.row_security_active(c.oid) AS rows_hidden,
               c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery() AS unlogged
          FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.oid = ANY ($1)) AS denied
 WHERE denied.schema_denied OR denied.table_denied OR denied.rows_hidden OR denied.unlogged
 ORDER BY denied.schema, denied.name;
