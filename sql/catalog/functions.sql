-- Functions, procedures and window functions; not aggregates, and not those the server makes with a type.
-- params: none
-- columns: oid oid, schema text, name text, kind text (prokind), identity_arguments text, argument_types text, owner text, definition text
-- server: any
-- order: schema, name, identity_arguments
SELECT p.oid AS oid,
       n.nspname::text AS schema,
       p.proname::text AS name,
       p.prokind::text AS kind,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS identity_arguments,
       COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format_type(a.type, NULL), ', ' ORDER BY a.place)
                   FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY AS a (type, place)),
                '') AS argument_types,
       pg_catalog.pg_get_userbyid(p.proowner)::text AS owner,
       pg_catalog.pg_get_functiondef(p.oid) AS definition
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE p.prokind IN ('f', 'p', 'w')
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                      AND d.objid = p.oid
                      AND d.deptype IN ('e', 'i'))
 ORDER BY n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid);
