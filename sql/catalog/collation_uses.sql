-- Which objects of this database use which collation that initdb found on the server's host.
-- params: none
-- columns: class oid, oid oid, collation text (its name in pg_catalog)
-- server: any
-- order: class, oid, collation
SELECT DISTINCT d.classid AS class,
       d.objid AS oid,
       c.collname::text AS collation
  FROM pg_catalog.pg_depend AS d
  JOIN pg_catalog.pg_collation AS c ON c.oid = d.refobjid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
 WHERE d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass
   AND d.objid >= 16384
   AND n.nspname = 'pg_catalog'
   AND c.collprovider <> 'd'
 ORDER BY 1, 2, 3;
