-- The support functions of operator families, those of extensions as well: which ones count follows from their class or family.
-- params: none
-- columns: oid oid, family oid, operator_class oid (0: in the family alone), number int2, left_type text, right_type text,
--          function text (as regprocedure writes it)
-- server: any
-- order: family, operator_class, left_type, right_type, number
SELECT a.oid AS oid,
       a.amprocfamily AS family,
       COALESCE(d.refobjid, 0) AS operator_class,
       a.amprocnum AS number,
       pg_catalog.format_type(a.amproclefttype, NULL) AS left_type,
       pg_catalog.format_type(a.amprocrighttype, NULL) AS right_type,
       a.amproc::pg_catalog.oid::pg_catalog.regprocedure::text AS function
  FROM pg_catalog.pg_amproc AS a
  LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass
   AND d.objid = a.oid
   AND d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
 WHERE a.oid >= 16384
 ORDER BY 2, 3, 5, 6, 4;
