-- The operators of operator families, those of extensions as well: which ones count follows from their class or family.
-- params: none
-- columns: oid oid, family oid, operator_class oid (0: in the family alone), strategy int2, left_type text, right_type text,
--          schema text, name text, sort_family_schema text, sort_family_name text (both NULL unless it is FOR ORDER BY)
-- server: any
-- order: family, operator_class, left_type, right_type, strategy, purpose
SELECT a.oid AS oid,
       a.amopfamily AS family,
       COALESCE(d.refobjid, 0) AS operator_class,
       a.amopstrategy AS strategy,
       pg_catalog.format_type(o.oprleft, NULL) AS left_type,
       pg_catalog.format_type(o.oprright, NULL) AS right_type,
       n.nspname::text AS schema,
       o.oprname::text AS name,
       fn.nspname::text AS sort_family_schema,
       f.opfname::text AS sort_family_name
  FROM pg_catalog.pg_amop AS a
  JOIN pg_catalog.pg_operator AS o ON o.oid = a.amopopr
  JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
  LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass
   AND d.objid = a.oid
   AND d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
  LEFT JOIN pg_catalog.pg_opfamily AS f ON f.oid = a.amopsortfamily
  LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.opfnamespace
 WHERE a.oid >= 16384
 ORDER BY 2, 3, 5, 6, 4, a.amoppurpose;
