-- Domains without their constraints, which are in constraints.sql.
-- params: none
-- columns: oid oid, schema text, name text, owner text, base_type text,
--          collation_schema text, collation_name text (both NULL where the base type's collation applies),
--          not_null bool, default_value text
-- server: any
-- order: schema, name
SELECT t.oid AS oid,
       n.nspname::text AS schema,
       t.typname::text AS name,
       pg_catalog.pg_get_userbyid(t.typowner)::text AS owner,
       pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base_type,
       cn.nspname::text AS collation_schema,
       c.collname::text AS collation_name,
       t.typnotnull AS not_null,
       CASE WHEN t.typdefaultbin IS NULL THEN NULL
            ELSE pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::pg_catalog.regclass)
        END AS default_value
  FROM pg_catalog.pg_type AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
  LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = t.typcollation AND t.typcollation <> b.typcollation
  LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.collnamespace
 WHERE t.typtype = 'd'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, t.typname;
