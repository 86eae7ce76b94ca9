-- What each object made after initdb depends on.
-- params: none
-- columns: class oid, oid oid, sub_id int4, referenced_class oid, referenced_oid oid, referenced_sub_id int4, kind text (deptype)
-- server: any
-- order: every column in turn
SELECT d.classid AS class,
       d.objid AS oid,
       d.objsubid AS sub_id,
       d.refclassid AS referenced_class,
       d.refobjid AS referenced_oid,
       d.refobjsubid AS referenced_sub_id,
       d.deptype::text AS kind
  FROM pg_catalog.pg_depend AS d
 WHERE d.deptype <> 'p'
   AND d.objid >= 16384
   AND (d.refobjid >= 16384 OR d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
 ORDER BY d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype;
