-- Event triggers.
-- params: none
-- columns: oid oid, name text, owner text, event text, tags text[] (of any command where empty), function_schema text,
--          function_name text, enabled text (evtenabled)
-- server: any
-- order: name
SELECT e.oid AS oid,
       e.evtname::text AS name,
       pg_catalog.pg_get_userbyid(e.evtowner)::text AS owner,
       e.evtevent::text AS event,
       COALESCE(e.evttags, '{}'::text[]) AS tags,
       n.nspname::text AS function_schema,
       p.proname::text AS function_name,
       e.evtenabled::text AS enabled
  FROM pg_catalog.pg_event_trigger AS e
  JOIN pg_catalog.pg_proc AS p ON p.oid = e.evtfoid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
                      AND d.objid = e.oid
                      AND d.deptype = 'e')
 ORDER BY e.evtname;
