-- The tables and sequences of users that this user may not do something with.
-- params: none
-- columns: schema text, name text, is_sequence bool, no_usage bool (of the schema), no_select bool, no_insert bool,
--          no_update bool
-- server: any
-- order: schema, name
SELECT denied.schema AS schema,
       denied.name AS name,
       denied.is_sequence AS is_sequence,
       denied.no_usage AS no_usage,
       denied.no_select AS no_select,
       denied.no_insert AS no_insert,
       denied.no_update AS no_update
  FROM (SELECT n.nspname::text AS schema,
               c.relname::text AS name,
               c.relkind = 'S' AS is_sequence,
               NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS no_usage,
               NOT CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
                        ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END AS no_select,
               CASE WHEN c.relkind = 'S' THEN false
                    ELSE NOT pg_catalog.has_table_privilege(c.oid, 'INSERT') END AS no_insert,
               NOT CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'UPDATE')
                        ELSE pg_catalog.has_table_privilege(c.oid, 'UPDATE') END AS no_update
          FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'S')
           AND c.relpersistence <> 't'
           AND n.nspname !~ '^pg_'
           AND n.nspname <> 'information_schema') AS denied
 WHERE denied.no_usage OR denied.no_select OR denied.no_insert OR denied.no_update
 ORDER BY denied.schema, denied.name;
