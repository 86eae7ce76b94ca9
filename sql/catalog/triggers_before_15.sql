-- Triggers, and the clones of a partitioned table's triggers whose enabled state differs from their parent's.
-- params: none
-- columns: oid oid, name text, relation oid, definition text, enabled text (tgenabled), is_clone bool
-- server: 13 and 14, where clones are internal triggers
-- order: relation, name
SELECT t.oid AS oid,
       t.tgname::text AS name,
       t.tgrelid AS relation,
       pg_catalog.pg_get_triggerdef(t.oid, false) AS definition,
       t.tgenabled::text AS enabled,
       t.tgparentid <> 0 AS is_clone
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_trigger AS parent ON parent.oid = t.tgparentid
 WHERE (NOT t.tgisinternal OR t.tgenabled <> parent.tgenabled)
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY t.tgrelid, t.tgname;
