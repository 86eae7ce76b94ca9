-- Rewrite rules, without those that are views.
-- params: none
-- columns: oid oid, name text, relation oid, definition text, enabled text (ev_enabled)
-- server: any
-- order: relation, name
SELECT r.oid AS oid,
       r.rulename::text AS name,
       r.ev_class AS relation,
       pg_catalog.pg_get_ruledef(r.oid) AS definition,
       r.ev_enabled::text AS enabled
  FROM pg_catalog.pg_rewrite AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE NOT (r.rulename = '_RETURN' AND c.relkind IN ('v', 'm'))
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                      AND d.objid = r.oid
                      AND d.deptype = 'e')
 ORDER BY r.ev_class, r.rulename;
