-- Constraints of tables and domains. Those a partition has only because its parent has them are left out where the server
-- makes them again by itself (foreign keys); a constraint trigger is a trigger.
-- params: none
-- columns: oid oid, name text, kind text (contype), relation oid (0: a domain's), domain oid (0: a table's),
--          columns int2[], index oid (0: none), parent oid (conparentid, 0: none), referenced oid (confrelid, 0: none),
--          deferrable bool, deferred bool, validated bool, local bool, no_inherit bool, temporal bool, definition text
-- server: before 18, where no constraint is temporal
-- order: relation, domain, name
SELECT k.oid AS oid,
       k.conname::text AS name,
       k.contype::text AS kind,
       k.conrelid AS relation,
       k.contypid AS domain,
       COALESCE(k.conkey, '{}'::int2[]) AS columns,
       k.conindid AS index,
       k.conparentid AS parent,
       k.confrelid AS referenced,
       k.condeferrable AS deferrable,
       k.condeferred AS deferred,
       k.convalidated AS validated,
       k.conislocal AS local,
       k.connoinherit AS no_inherit,
       false AS temporal,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
 WHERE k.contype IN ('c', 'f', 'p', 'u', 'x', 'n')
   AND NOT (k.contype = 'f' AND k.conparentid <> 0)
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
                      AND d.objid = k.oid
                      AND d.deptype = 'e')
 ORDER BY k.conrelid, k.contypid, k.conname;
