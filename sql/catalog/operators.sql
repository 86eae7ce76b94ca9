-- Operators that are more than the shell which another operator's commutator or negator left behind.
-- params: none
-- columns: oid oid, schema text, name text, owner text, left_type text (NULL for a prefix operator),
--          right_type text (NULL for a postfix operator, before 14), function text,
--          commutator_schema text, commutator_name text, negator_schema text, negator_name text (NULL where there is none),
--          restrict_function text, join_function text (as regproc writes them, NULL where there is none), hashes bool, merges bool
-- server: any
-- order: schema, name, left_type, right_type
SELECT o.oid AS oid,
       n.nspname::text AS schema,
       o.oprname::text AS name,
       pg_catalog.pg_get_userbyid(o.oprowner)::text AS owner,
       CASE WHEN o.oprleft <> 0 THEN pg_catalog.format_type(o.oprleft, NULL) END AS left_type,
       CASE WHEN o.oprright <> 0 THEN pg_catalog.format_type(o.oprright, NULL) END AS right_type,
       o.oprcode::text AS function,
       cn.nspname::text AS commutator_schema,
       c.oprname::text AS commutator_name,
       gn.nspname::text AS negator_schema,
       g.oprname::text AS negator_name,
       CASE WHEN o.oprrest::pg_catalog.oid <> 0 THEN o.oprrest::text END AS restrict_function,
       CASE WHEN o.oprjoin::pg_catalog.oid <> 0 THEN o.oprjoin::text END AS join_function,
       o.oprcanhash AS hashes,
       o.oprcanmerge AS merges
  FROM pg_catalog.pg_operator AS o
  JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
  LEFT JOIN pg_catalog.pg_operator AS c ON c.oid = o.oprcom
  LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.oprnamespace
  LEFT JOIN pg_catalog.pg_operator AS g ON g.oid = o.oprnegate
  LEFT JOIN pg_catalog.pg_namespace AS gn ON gn.oid = g.oprnamespace
 WHERE o.oprcode::pg_catalog.oid <> 0
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass
                      AND d.objid = o.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, o.oprname, 5, 6;
