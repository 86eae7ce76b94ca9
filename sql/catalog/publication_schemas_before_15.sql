-- The schemas of publications: none yet.
-- params: none
-- columns: oid oid, publication oid, schema text
-- server: before 15
-- order: publication, schema
SELECT 0::oid AS oid,
       0::oid AS publication,
       ''::text AS schema
 WHERE false
 ORDER BY 2, 3;
