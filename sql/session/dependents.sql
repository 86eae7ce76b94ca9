-- What depends on an object, also on one that is missing from its own catalog: at most 20 descriptions.
-- params: $1 oid, the object
-- columns: description text
-- server: any
-- order: description
SELECT dependent.description AS description
  FROM (SELECT DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) AS description
          FROM pg_catalog.pg_depend AS d
         WHERE d.refobjid = $1) AS dependent
 WHERE dependent.description IS NOT NULL
 ORDER BY dependent.description
 LIMIT 20;
