-- Tables and sequences that extensions have marked as configuration: what users put into them is theirs, not the extension's.
-- params: none
-- columns: relation oid, extension oid, kind text (relkind), schema text, name text,
--          condition text (which rows are the user's, such as `WHERE NOT built_in`; '': all of them)
-- server: any
-- order: schema, name
SELECT c.oid AS relation,
       e.oid AS extension,
       c.relkind::text AS kind,
       n.nspname::text AS schema,
       c.relname::text AS name,
       e.condition AS condition
  FROM (SELECT x.oid, entry.relation, entry.condition
          FROM pg_catalog.pg_extension AS x
         CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(x.extconfig), pg_catalog.unnest(x.extcondition))
                    AS entry (relation, condition)) AS e
  JOIN pg_catalog.pg_class AS c ON c.oid = e.relation
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'S')
 ORDER BY n.nspname, c.relname;
