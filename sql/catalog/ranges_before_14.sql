-- Range types; there are no multirange types yet.
-- params: none
-- columns: oid oid, schema text, name text, owner text, subtype text,
--          opclass_schema text, opclass_name text (both NULL where the subtype's default operator class is used),
--          collation_schema text, collation_name text (both NULL where the subtype's collation applies),
--          canonical text, subdiff text (NULL where there is none),
--          multirange_schema text, multirange_name text
-- server: before 14
-- order: schema, name
SELECT t.oid AS oid,
       n.nspname::text AS schema,
       t.typname::text AS name,
       pg_catalog.pg_get_userbyid(t.typowner)::text AS owner,
       pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
       opn.nspname::text AS opclass_schema,
       op.opcname::text AS opclass_name,
       cn.nspname::text AS collation_schema,
       c.collname::text AS collation_name,
       CASE WHEN r.rngcanonical::pg_catalog.oid = 0 THEN NULL ELSE r.rngcanonical::text END AS canonical,
       CASE WHEN r.rngsubdiff::pg_catalog.oid = 0 THEN NULL ELSE r.rngsubdiff::text END AS subdiff,
       NULL::text AS multirange_schema,
       NULL::text AS multirange_name
  FROM pg_catalog.pg_range AS r
  JOIN pg_catalog.pg_type AS t ON t.oid = r.rngtypid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type AS s ON s.oid = r.rngsubtype
  LEFT JOIN pg_catalog.pg_opclass AS op ON op.oid = r.rngsubopc AND NOT op.opcdefault
  LEFT JOIN pg_catalog.pg_namespace AS opn ON opn.oid = op.opcnamespace
  LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = r.rngcollation AND r.rngcollation <> s.typcollation
  LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.collnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, t.typname;
